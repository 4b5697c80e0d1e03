import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describeEvent, describeJournal, describePlan } from './format';
import { createApi, type Api, type ListedEvent, type OrderBody } from './http';
import { writeLine } from './terminal';
import { watch } from './watch';

const ACTOR = 'Vorführung';
const REASON = 'Die Vorstellung entfällt wegen eines technischen Gebrechens. Bitte um Information der Gäste.';

/** The addresses at which the demonstration finds the parts of `absage up`. */
export interface DemoAddresses {
  api: string;
  mails: string;
}

/**
 * `absage demo`: the main job on the sample programme, from the order to the mail. Starts `absage up` unless it runs
 * already, and does only what any client of the API could do. Resolves to the exit code of the case.
 */
export async function demonstrate(cliFile: string, { api: apiUrl, mails }: DemoAddresses): Promise<number> {
  const api = createApi(apiUrl, ACTOR);
  const stack = (await api.isReady()) ? null : await startStack(cliFile);
  try {
    const event = await findCancellable(api);
    if (!event) throw new Error('Im Programm ist keine Vorstellung mehr, die abgesagt werden kann.');
    say('', '── Welche Vorstellung entfällt? ──', describeEvent(event));
    const { house, eventNumber, title, startsAt } = event;
    const order: OrderBody = {
      house,
      eventNumber,
      marker: 'ENTFÄLLT',
      reason: REASON,
      expected: { title, startsAt },
    };
    const plan = await api.plan(order);
    say('', '── Was geschehen wird ──', describePlan(plan), '', '── Die Absage ──');
    const view = await api.cancel({ ...order, planHash: plan.planHash });
    if (view.links.temporalUi) say(`Zum Mitlesen in Temporal: ${view.links.temporalUi}`);
    const exitCode = await watch(api, view);

    for (const mail of await readMails(mails, eventNumber)) {
      say('', '── Die E-Mail, wie sie angekommen ist ──', `An:      ${mail.to.join(', ')}`);
      say(`Betreff: ${mail.subject}`, '', mail.text.trimEnd());
    }
    const { entries, verified } = await api.journal(view);
    say('', '── Das Logbuch ──', describeJournal(entries, verified));
    const { links } = await api.view(view);
    say('', '── Das Protokoll ──');
    if (links.protocol) say(`Es bleibt abrufbar: nach npm start unter ${apiUrl}${links.protocol}`);
    say('Als Seite, als PDF oder als JSON, je nach Accept; geprüft wird es mit: absage verify DATEI');
    say(`Das Logbuch dazu: ${apiUrl}${links.self}/journal`);
    return exitCode;
  } finally {
    await stack?.stop();
  }
}

/** Starts `absage up` as a user would, and shows its output until it prints `ready`. */
async function startStack(cliFile: string): Promise<{ stop(): Promise<void> }> {
  const child = spawn(process.execPath, [cliFile, 'up'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  // The child's own signal handlers end it; this process stays until the child has ended.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void stop().then(() => process.exit(1)));
  }
  if (!(await untilReady(child))) throw new Error('Absage konnte nicht gestartet werden, siehe oben.');
  return { stop };
}

async function untilReady(child: ChildProcess): Promise<boolean> {
  if (!child.stdout) return false;
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    if (line === 'ready') {
      child.stdout.resume();
      return true;
    }
    say(line);
  }
  return false;
}

/** The next performance on sale in the first house that has one. */
async function findCancellable(api: Api): Promise<ListedEvent | null> {
  const { houses } = await api.houses();
  for (const { key } of houses) {
    const { events } = await api.events(key, { from: new Date().toISOString().slice(0, 10) });
    const isFree = ({ status, soldViaPartner, cancellation, startsAt }: ListedEvent) =>
      status === 'Verkaufsfreigabe' &&
      soldViaPartner &&
      cancellation === null &&
      Date.parse(startsAt) > Date.now();
    const event = events.find(isFree);
    if (event) return event;
  }
  return null;
}

interface CaughtMail {
  to: string[];
  subject: string;
  text: string;
}

async function readMails(mailsUrl: string, eventNumber: string): Promise<CaughtMail[]> {
  const response = await fetch(`${mailsUrl}/messages`, { signal: AbortSignal.timeout(5_000) });
  const { messages } = (await response.json()) as { messages: CaughtMail[] };
  return messages.filter(({ subject }) => subject.includes(`(VA-Nr. ${eventNumber})`));
}

function say(...lines: string[]): void {
  writeLine(lines.join('\n'));
}
