import { setTimeout as pause } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import { addCommand, confirm, print, run, type Common } from './command';
import {
  ApiProblem,
  type Api,
  type ListedSeries,
  type SeriesBody,
  type SeriesPlan,
  type SeriesView,
} from './http';
import { withWords } from './order';
import { readItems } from './series-file';
import {
  describeApproval,
  describeAsked,
  describeItem,
  describeList,
  describeNotice,
  describePlan,
  describeRow,
  describeSeries,
} from './series-format';
import { seriesApprovalPage } from '../domain/addresses';
import { showPageInstead } from './actions';
import { addSeriesPapers } from './series-papers';
import { progressSentence, waitingIn } from '../domain/series-progress';
import { SERIES_STATE_LABELS } from '../domain/series-vocabulary';
import { writeLine, writeProblem } from './terminal';
import { EXIT } from './watch';

interface OrderOptions extends Common {
  file: string;
  title: string;
  marker: string;
  reason: string;
  rightValidUntil?: string;
  allowPastEvent?: boolean;
  yes?: boolean;
  watch?: boolean;
}

interface ActOptions extends Common {
  reason: string;
  item?: [string, string][];
  notice?: string;
  choice?: string;
  house?: string;
}

const LOOK_EVERY_MS = 1_000;

/** The commands for many performances that are cancelled by one decision. */
export function addSeriesCommands(program: Command): void {
  const series = program
    .command('series')
    .description('Serien: mehrere Vorstellungen mit einer Entscheidung absagen.');

  withFile(addCommand(series, 'plan', 'Vorschau: was jede Vorstellung täte. Schreibt nichts.')).action(
    run(async (api, _arguments, options: OrderOptions) => {
      const plan = await readPlan(api, await toBody(api, options), options);
      print(options, plan, () => describePlan(plan));
      return plan.cancellable ? EXIT.done : EXIT.failed;
    }),
  );

  withFile(
    addCommand(series, 'order', 'Alle Vorstellungen einer Datei absagen: genau das Gezeigte oder nichts.'),
  )
    .option('--yes', 'nicht nachfragen, wenn alle abgesagt werden können')
    .option('--no-watch', 'nicht zusehen: nach dem Start ist die Serie unterwegs')
    .action(run(order));

  addCommand(series, 'list', 'Serien, neueste zuerst.').action(
    run(async (api, _arguments, options: Common) => {
      const all = await listAll(api);
      print(options, { series: all }, () => describeList(all));
      return EXIT.done;
    }),
  );

  addCommand(series, 'show <serie>', 'Stand einer Serie, mit einer Zeile je Vorstellung.').action(
    run(async (api, [id], options: Common) => {
      const view = await api.series(id);
      print(options, view, () => describeSeries(view));
      return exitCodeOf(view) ?? EXIT.done;
    }),
  );

  addCommand(
    series,
    'watch <serie>',
    'Einer Serie zusehen, bis sie zu Ende ist oder jemanden braucht.',
  ).action(run((api, [id], options: Common) => watch(api, id, options)));

  addSeriesPapers(series);

  for (const { action, help, about } of ACTIONS) addAction(series, action, help, about);
}

/** What an action names beside the reason. */
type About = 'items' | 'notice' | 'house';

const ACTIONS: readonly { action: string; help: string; about?: About }[] = [
  { action: 'pause', help: 'Anhalten: was noch nicht begonnen hat, beginnt nicht.' },
  { action: 'continue', help: 'Fortsetzen, was angehalten ist.' },
  { action: 'skip', help: 'Vorstellungen auslassen, die noch nicht begonnen haben.', about: 'items' },
  { action: 'abort', help: 'Abbrechen: was noch nicht Storno ist, wird zurückgesetzt.' },
  {
    action: 'retry',
    help: 'Noch einmal versuchen, was nicht abgesagt wurde: alles, oder nur was --item nennt.',
    about: 'items',
  },
  { action: 'resume', help: 'Wieder aufnehmen, wenn der Lauf der Serie verloren ist.' },
  { action: 'decide', help: 'Sagen, was bei einer E-Mail an Ö-Ticket gilt.', about: 'notice' },
  { action: 'approve', help: 'Freigeben, was ein Haus gefragt wurde: genau das Gezeigte.', about: 'house' },
  { action: 'reject', help: 'Nicht freigeben: dieses Haus wird nicht abgesagt.', about: 'house' },
  { action: 'override', help: 'Notfall: ohne zweite Person beginnen.', about: 'house' },
];

function addAction(series: Command, action: string, help: string, about?: About): void {
  const command = addCommand(series, `${action} <serie>`, help).requiredOption(
    '--reason <text>',
    'Begründung für das Logbuch',
  );
  if (about === 'items')
    command.addOption(
      new Option('--item <haus/nummer>', 'diese Vorstellung, etwa FSP/104233; auch mehrmals')
        .argParser(parseItem)
        .makeOptionMandatory(action === 'skip'),
    );
  if (about === 'notice')
    command
      .requiredOption('--notice <haus/nummer>', 'die E-Mail, etwa FSP/1: ihr Haus und ihre Nummer')
      .addOption(
        new Option('--choice <wahl>', 'treat-as-sent: sie ist angekommen; send-again: noch einmal senden')
          .choices(['treat-as-sent', 'send-again'])
          .makeOptionMandatory(),
      );
  if (about === 'house') command.requiredOption('--house <haus>', 'das Haus, etwa FSP');
  command.action(
    run(async (api, [id], { reason, item, notice, choice, house: asked, ...options }: ActOptions) => {
      const [house = '', number = ''] = notice?.split('/') ?? [];
      const seen = action === 'approve' && asked ? await showAsked(api, id, asked, options) : {};
      const act = api.actOnSeries(id, action, {
        reason,
        ...(item && { items: item.map(([key, eventNumber]) => ({ house: key, eventNumber })) }),
        ...(notice && { notice: { house, number: Number(number) }, choice }),
        ...(asked && { house: asked }),
        ...seen,
      });
      const view = await act.catch((error: unknown) =>
        showPageInstead(error, seriesApprovalPage(id, asked ?? ''), options),
      );
      print(options, view, () => describeSeries(view));
      return EXIT.done;
    }),
  );
}

/** What is about to be approved, and the plan that it is bound to. */
async function showAsked(
  api: Api,
  id: string,
  house: string,
  { json }: Common,
): Promise<{ planHash: string }> {
  const { approvals } = await api.series(id);
  const approval = approvals.findLast((each) => each.house === house);
  if (!approval || approval.decision)
    throw new Error(`In ${house} wartet im Moment nichts auf eine Freigabe.`);
  const { items } = await api.seriesApproval(id, house, approval.number);
  if (!json) for (const item of items) writeProblem(describeAsked(item));
  return { planHash: approval.planHash };
}

function parseItem(text: string, known: [string, string][] = []): [string, string][] {
  const [house = '', eventNumber = ''] = text.split(/[/ ]/);
  return [...known, [house, eventNumber]];
}

function withFile(command: Command): Command {
  return withWords(command)
    .requiredOption(
      '--file <datei>',
      'die Vorstellungen: CSV mit house,eventNumber[,title,startsAt], oder JSON',
    )
    .requiredOption('--title <name>', 'wie die Serie heißt; Ö-Ticket sieht ihn nicht')
    .option('--right-valid-until <datum>', 'erweiterte Stornoberechtigung mindestens bis, z. B. 2027-12-31')
    .option('--allow-past-event', 'auch vergangene Vorstellungen');
}

async function toBody(api: Api, options: OrderOptions): Promise<SeriesBody> {
  const { file, title, marker, reason, rightValidUntil, allowPastEvent } = options;
  const items = await readItems(api, file);
  return { title, marker, reason, rightValidUntil, allowPastEvent, items };
}

/** Reads until all is read, with a line for each performance. */
async function readPlan(api: Api, body: SeriesBody, { json }: Common): Promise<SeriesPlan> {
  const { id } = await api.planSeries(body);
  let shown = 0;
  for (;;) {
    const plan = await api.seriesPlan(id);
    if (!json) for (const item of plan.items.slice(shown)) writeProblem(describeItem(item));
    shown = plan.items.length;
    if (plan.state === 'ready') return plan;
    await pause(LOOK_EVERY_MS);
  }
}

async function order(api: Api, _arguments: unknown, options: OrderOptions): Promise<number> {
  const body = await toBody(api, options);
  const plan = await readPlan(api, body, options);
  if (!options.json || !plan.cancellable) writeProblem(describePlan(plan));
  if (!plan.cancellable || plan.planHash === null) return EXIT.failed;
  const what = `${plan.items.length === 1 ? 'Diese Vorstellung' : `Diese ${plan.items.length} Vorstellungen`}`;
  if (!options.yes && !(await confirm(`${what} absagen (${body.marker})? Bitte "ja" eingeben: `))) {
    writeProblem('Es wurde nichts begonnen.');
    return EXIT.failed;
  }
  const view = await api.orderSeries({ ...body, planHash: plan.planHash });
  if (options.watch === false) {
    print(options, view, () => describeSeries(view));
    return exitCodeOf(view) ?? EXIT.done;
  }
  if (!options.json)
    writeLine(`Die Serie ${view.id} läuft. Sie können dieses Fenster schließen, sie geht weiter.`);
  return watch(api, view.id, options);
}

/** One line for each performance whenever it comes on; for programs one view, at the end. */
async function watch(api: Api, id: string, options: Common): Promise<number> {
  const shown = new Set<string>();
  const say = (line: string) => {
    if (options.json || shown.has(line)) return;
    shown.add(line);
    writeLine(line);
  };
  for (; ; await pause(LOOK_EVERY_MS)) {
    try {
      const view = await api.series(id);
      shown.delete(AWAY);
      for (const item of view.items) if (item.state !== 'waiting') say(describeRow(item));
      for (const approval of view.approvals) say(describeApproval(approval));
      for (const notice of view.notices) say(describeNotice(notice));
      const code = exitCodeOf(view);
      if (code === null) continue;
      print(
        options,
        view,
        () => `${SERIES_STATE_LABELS[view.state]}: ${progressSentence(view.counts, waitingIn(view.items))}`,
      );
      return code;
    } catch (error) {
      if (error instanceof ApiProblem && error.status < 500) throw error;
      say(AWAY);
    }
  }
}

const AWAY = 'Absage antwortet gerade nicht. Die Serie läuft weiter, es wird weiter nachgesehen …';

/** `null`: it goes on by itself. A series that is over has failed where a performance was not cancelled. */
function exitCodeOf({ state, counts }: Pick<SeriesView, 'state' | 'counts'>): number | null {
  if (state === 'needs-attention' || state === 'interrupted' || state === 'awaiting-approval')
    return EXIT.needsPerson;
  if (state === 'aborted' || state === 'refused') return EXIT.failed;
  if (state !== 'completed') return null;
  return counts.refused + counts.aborted + counts.skipped + counts.closedByHand > 0 ? EXIT.failed : EXIT.done;
}

/** Reads every page, because a reader would look in vain for one that is left out silently. */
async function listAll(api: Api): Promise<ListedSeries[]> {
  const all: ListedSeries[] = [];
  for (let cursor: string | undefined; ;) {
    const { series, nextCursor } = await api.allSeries(cursor);
    all.push(...series);
    if (nextCursor === null) return all;
    cursor = nextCursor;
  }
}
