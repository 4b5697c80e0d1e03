import { InvalidArgumentError, type Command } from 'commander';
import { CASE_STATES, STATE_ROWS } from '../domain/vocabulary';
import { addActionCommands } from './actions';
import {
  addCaseCommand,
  addCommand,
  addEventCommand,
  ask,
  confirm,
  named,
  print,
  run,
  type Common,
  type OfCase,
} from './command';
import { describeEvent, describeJournal, describeList, describePlan, describeView } from './format';
import { guide } from './guide';
import type { Api, ListedCancellation, NamedCase } from './http';
import { completeOrder, withOrder, type OrderOptions } from './order';
import { addReadCommands } from './read-commands';
import { addSeriesCommands } from './series';
import { addTaskCommands } from './tasks';
import { writeLine, writeProblem } from './terminal';
import { addVerifyCommand } from './verify';
import { EXIT, exitCodeOf, follow, watch } from './watch';
import { addWritesCommand, describeWrites, type SwitchOffline } from './writes';

interface ListOptions extends Common {
  house?: string;
  state?: string;
  needsAttention?: boolean;
  from?: string;
  to?: string;
}

/** The states by the word of the API, each with what people call it. */
const STATES = CASE_STATES.map((state) => `${state} (${STATE_ROWS[state].label})`).join(', ');

function parseState(text: string): string {
  const unknown = text.split(',').find((state) => !(CASE_STATES as readonly string[]).includes(state));
  if (unknown === undefined) return text;
  throw new InvalidArgumentError(`Möglich sind ${STATES}.`);
}

/**
 * Adds the commands that are clients of the API. They can do nothing that the API cannot, but for `writes --offline`, which the
 * caller carries out.
 */
export function addClientCommands(program: Command, switchOffline: SwitchOffline): void {
  const onEvent = (name: string, text: string) => addEventCommand(program, name, text);
  const onCase = (name: string, text: string) => addCaseCommand(program, name, text);

  withOrder(onEvent('plan', 'Vorschau: was geschrieben würde, und wann. Schreibt nichts.')).action(
    run(async (api, [house, number], options: OrderOptions) => {
      const order = await completeOrder(api, house, number, options);
      const plan = await api.plan(order);
      print(options, plan, () => describePlan(plan));
      return plan.cancellable ? EXIT.done : EXIT.failed;
    }),
  );

  withOrder(onEvent('cancel', 'Eine Vorstellung absagen.'))
    .option('--yes', 'nicht nachfragen; braucht --expect-title und --expect-start')
    .option('--no-watch', 'nicht zusehen: nach dem Start ist die Absage unterwegs')
    .action(run(cancel));

  onCase('status', 'Stand einer Absage.').action(
    run(async (api, event, options: OfCase) => {
      const view = await api.view(named(event, options));
      print(options, view, () => describeView(view));
      return exitCodeOf(view) ?? EXIT.done;
    }),
  );

  onCase('watch', 'Einer Absage zusehen, bis sie fertig ist oder jemanden braucht.').action(
    run((api, event, options: OfCase) => watchOrPrint(api, named(event, options), options)),
  );

  onCase('journal', 'Das Logbuch einer Absage.').action(
    run(async (api, event, options: OfCase) => {
      const journal = await api.journal(named(event, options));
      print(options, journal, () => describeJournal(journal.entries, journal.verified));
      return journal.verified ? EXIT.done : EXIT.failed;
    }),
  );

  addCommand(program, 'list', 'Absagen, neueste zuerst.')
    .option('--house <haus>', 'nur dieses Haus')
    .option('--state <stand>', `nur in diesem Stand: ${STATES}`, parseState)
    .option('--needs-attention', 'nur, was jemanden braucht')
    .option('--from <datum>', 'nur Vorstellungen ab diesem Tag, z. B. 2026-12-01')
    .option('--to <datum>', 'nur Vorstellungen bis zu diesem Tag')
    .action(
      run(async (api, _arguments, options: ListOptions) => {
        // A server of before knows no switch.
        const { writes } = await api.installation();
        const cancellations = await listAll(api, options);
        if (writes && !writes.on) writeProblem(describeWrites(writes, []));
        print(options, { cancellations }, () => describeList(cancellations));
        return EXIT.done;
      }),
    );

  addReadCommands(program);
  addTaskCommands(program);
  addVerifyCommand(program);
  addActionCommands(program);
  addSeriesCommands(program);
  addWritesCommand(program, switchOffline);
}

async function cancel(api: Api, [house, number]: [string, string], options: OrderOptions): Promise<number> {
  if (options.yes && !options.seen && !(options.expectTitle && options.expectStart)) {
    writeProblem('--yes braucht --expect-title und --expect-start, oder --seen.');
    return EXIT.usage;
  }
  let order = await completeOrder(api, house, number, options);
  if (!options.yes) {
    const plan = await api.plan(order);
    const { seen } = order;
    const event = seen ? { ...seen, house, eventNumber: number } : await api.event(house, number);
    writeProblem(`${describeEvent(event)}\n${describePlan(plan)}`);
    if (!plan.cancellable) return EXIT.failed;
    if (!(await confirm(`Diese Vorstellung absagen (${order.marker})? Bitte "ja" eingeben: `))) {
      writeProblem('Es wurde nichts begonnen.');
      return EXIT.failed;
    }
    order = { ...order, planHash: plan.planHash };
  }
  const view = await api.cancel(order);
  if (!options.watch) {
    print(options, view, () => describeView(view));
    return exitCodeOf(view) ?? EXIT.done;
  }
  if (!options.json) writeLine('Die Absage läuft. Sie können dieses Fenster schließen, sie geht weiter.');
  return watchOrPrint(api, view, options);
}

/** Shows people each step. Gives programs one view, when the case has ended or needs a person. */
async function watchOrPrint(api: Api, wanted: NamedCase, options: Common): Promise<number> {
  if (!options.json) return watchAndGuide(api, wanted);
  const view = await follow(api, wanted);
  print(options, view, () => '');
  return exitCodeOf(view) ?? EXIT.done;
}

/** On a terminal, also leads the person through the tasks of a house without a gateway. */
async function watchAndGuide(api: Api, wanted: NamedCase): Promise<number> {
  for (;;) {
    const code = await watch(api, wanted);
    const isAnybodyThere = process.stdin.isTTY === true;
    if (code !== EXIT.needsPerson || !isAnybodyThere) return code;
    const view = await api.view(wanted);
    const isDone = view.attention?.task && (await guide(api, view, ask));
    if (!isDone) return code;
  }
}

/** Reads every page, because a reader would look in vain for a case that is left out silently. */
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
