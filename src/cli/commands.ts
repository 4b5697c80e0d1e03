import { createInterface } from 'node:readline/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { describeEvent, describeJournal, describeList, describePlan, describeView } from './format';
import { ApiProblem, createApi, type Api, type ListedCancellation, type OrderBody } from './http';
import { EXIT, exitCodeOf, follow, watch } from './watch';

interface Common {
  url: string;
  actor?: string;
  json?: boolean;
}

interface OrderOptions extends Common {
  marker: string;
  reason: string;
  expectTitle?: string;
  expectStart?: string;
  rightValidUntil?: string;
  allowPastEvent?: boolean;
  yes?: boolean;
  watch: boolean;
}

interface ListOptions extends Common {
  house?: string;
  state?: string;
  needsAttention?: boolean;
  from?: string;
  to?: string;
}

/** The commands that are clients of the API: they can do nothing that the API cannot. */
export function addClientCommands(program: Command): void {
  const command = (usage: string, text: string) =>
    program
      .command(usage)
      .description(text)
      .addOption(
        new Option('--url <url>', 'Adresse von Absage').env('ABSAGE_URL').default('http://127.0.0.1:8080'),
      )
      .addOption(
        new Option('--actor <name>', 'wer handelt; steht im Logbuch')
          .env('ABSAGE_ACTOR')
          .argParser(parseActor),
      )
      .option('--json', 'Antwort als JSON');

  const onCase = (name: string, text: string) => command(`${name} <haus> <nummer>`, text);

  withOrder(onCase('plan', 'Vorschau: was geschrieben würde, und wann. Schreibt nichts.')).action(
    run(async (api, [house, number], options: OrderOptions) => {
      const order = await completeOrder(api, house, number, options);
      const plan = await api.plan(order);
      print(options, plan, () => describePlan(plan));
      return plan.cancellable ? EXIT.done : EXIT.failed;
    }),
  );

  withOrder(onCase('cancel', 'Eine Vorstellung absagen.'))
    .option('--yes', 'nicht nachfragen; braucht --expect-title und --expect-start')
    .option('--no-watch', 'nicht zusehen: nach dem Start ist die Absage unterwegs')
    .action(run(cancel));

  onCase('status', 'Stand einer Absage.').action(
    run(async (api, [house, number], options: Common) => {
      const view = await api.view(house, number);
      print(options, view, () => describeView(view));
      return exitCodeOf(view) ?? EXIT.done;
    }),
  );

  onCase('watch', 'Einer Absage zusehen, bis sie fertig ist oder jemanden braucht.').action(
    run((api, [house, number], options: Common) => watchOrPrint(api, house, number, options)),
  );

  onCase('journal', 'Das Logbuch einer Absage.').action(
    run(async (api, [house, number], options: Common) => {
      const journal = await api.journal(house, number);
      print(options, journal, () => describeJournal(journal.entries, journal.verified));
      return journal.verified ? EXIT.done : EXIT.failed;
    }),
  );

  command('list', 'Absagen, neueste zuerst.')
    .option('--house <haus>', 'nur dieses Haus')
    .option('--state <stand>', 'nur in diesem Stand')
    .option('--needs-attention', 'nur, was jemanden braucht')
    .option('--from <datum>', 'nur Vorstellungen ab diesem Tag, z. B. 2026-12-01')
    .option('--to <datum>', 'nur Vorstellungen bis zu diesem Tag')
    .action(
      run(async (api, _arguments, options: ListOptions) => {
        const cancellations = await listAll(api, options);
        print(options, { cancellations }, () => describeList(cancellations));
        return EXIT.done;
      }),
    );

  for (const [action, text] of [
    ['abort', 'Absage abbrechen und Titel zurücksetzen; nur vor dem Storno.'],
    ['retry', 'Den aktuellen Schritt sofort noch einmal versuchen.'],
  ] as const) {
    onCase(action, text)
      .requiredOption('--reason <text>', 'Begründung für das Logbuch')
      .action(
        run(async (api, [house, number], options: Common & { reason: string }) => {
          const view = await api.act(house, number, action, options.reason);
          print(options, view, () => describeView(view));
          return EXIT.done;
        }),
      );
  }
}

function withOrder(command: Command): Command {
  return command
    .requiredOption('--marker <zusatz>', 'ENTFÄLLT oder ABGESAGT', parseMarker)
    .requiredOption('--reason <text>', 'Hinweis für Ö-Ticket – bitte keine Gesundheitsangaben zu Personen')
    .option('--expect-title <titel>', 'der Titel, den Sie absagen wollen')
    .option('--expect-start <zeitpunkt>', 'der Beginn, z. B. 2026-12-12T19:30:00+01:00')
    .option('--right-valid-until <datum>', 'erweiterte Stornoberechtigung mindestens bis, z. B. 2027-12-31')
    .option('--allow-past-event', 'auch eine vergangene Vorstellung');
}

/** Typed without an umlaut, it is still meant: a terminal's keyboard may have none. */
function parseMarker(text: string): string {
  const marker = text.normalize('NFC').toUpperCase().replace('AE', 'Ä');
  if (marker === 'ENTFÄLLT' || marker === 'ABGESAGT') return marker;
  throw new InvalidArgumentError('Möglich sind ENTFÄLLT und ABGESAGT.');
}

/** What cannot stand in a header would not arrive; the API judges the rest. */
function parseActor(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this looks for
  if (!/[\u0000-\u001f\u007f]/.test(text)) return text;
  throw new InvalidArgumentError('Ein Name hat keine Steuerzeichen.');
}

async function cancel(api: Api, [house, number]: [string, string], options: OrderOptions): Promise<number> {
  if (options.yes && !(options.expectTitle && options.expectStart)) {
    process.stderr.write('--yes braucht --expect-title und --expect-start.\n');
    return EXIT.usage;
  }
  let order = await completeOrder(api, house, number, options);
  if (!options.yes) {
    const plan = await api.plan(order);
    process.stderr.write(`${describeEvent(await api.event(house, number))}\n${describePlan(plan)}\n`);
    if (!plan.cancellable) return EXIT.failed;
    if (!(await confirm(`Diese Vorstellung absagen (${order.marker})? Bitte "ja" eingeben: `))) {
      process.stderr.write('Es wurde nichts begonnen.\n');
      return EXIT.failed;
    }
    order = { ...order, planHash: plan.planHash };
  }
  const view = await api.cancel(order);
  if (!options.watch) {
    print(options, view, () => describeView(view));
    return exitCodeOf(view) ?? EXIT.done;
  }
  if (!options.json)
    process.stdout.write('Die Absage läuft. Sie können dieses Fenster schließen, sie geht weiter.\n');
  return watchOrPrint(api, house, number, options);
}

/** Step by step for people; for programs one view, when it has ended or needs a person. */
async function watchOrPrint(api: Api, house: string, number: string, options: Common): Promise<number> {
  if (!options.json) return watch(api, house, number);
  const view = await follow(api, house, number);
  print(options, view, () => '');
  return exitCodeOf(view) ?? EXIT.done;
}

/** Every page: what is left out without a word would be looked for. */
async function listAll(api: Api, options: ListOptions): Promise<ListedCancellation[]> {
  const { house, state, from, to, needsAttention } = options;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ house, state, from, to })) if (value) query.set(name, value);
  if (needsAttention) query.set('needsAttention', 'true');
  const rows: ListedCancellation[] = [];
  for (;;) {
    const { cancellations, nextCursor } = await api.list(query);
    rows.push(...cancellations);
    if (nextCursor === null) return rows;
    query.set('cursor', nextCursor);
  }
}

/** What was not said about the event is what Jet shows now; the confirmation then shows it to the caller. */
async function completeOrder(
  api: Api,
  house: string,
  number: string,
  options: OrderOptions,
): Promise<OrderBody> {
  const { expectTitle, expectStart } = options;
  const event = expectTitle && expectStart ? null : await api.event(house, number);
  return {
    house,
    eventNumber: number,
    marker: options.marker,
    reason: options.reason,
    expected: { title: expectTitle ?? event?.title ?? '', startsAt: expectStart ?? event?.startsAt ?? '' },
    rightValidUntil: options.rightValidUntil,
    allowPastEvent: options.allowPastEvent,
  };
}

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Resolves to nothing when the input ends before an answer: that is a no.
  const answer = await Promise.race([
    terminal.question(question),
    new Promise<string>((resolve) => terminal.once('close', () => resolve(''))),
  ]);
  terminal.close();
  return answer.trim().toLowerCase() === 'ja';
}

function print(options: Common, value: unknown, describe: () => string): void {
  process.stdout.write(`${options.json ? JSON.stringify(value, null, 2) : describe()}\n`);
}

type Work<O extends Common> = (api: Api, house: [string, string], options: O) => Promise<number>;

/** Commander hands over the arguments, then the options, then the command. */
function run<O extends Common>(work: Work<O>): (...parameters: unknown[]) => Promise<void> {
  return async (...parameters) => {
    const options = parameters.at(-2) as O;
    const [house = '', number = ''] = parameters.slice(0, -2) as string[];
    try {
      process.exitCode = await work(
        createApi(options.url.replace(/\/+$/, ''), options.actor),
        [house, number],
        options,
      );
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exitCode = EXIT.failed;
      if (!(error instanceof ApiProblem)) return;
      if (error.cancellation) process.stderr.write(`${describeView(error.cancellation)}\n`);
      if (error.status === 400 || error.status === 422) process.exitCode = EXIT.usage;
    }
  };
}
