import type { Command } from 'commander';
import { keysOf } from '../domain/rows';
import {
  ACTION_ROWS,
  ACTIONS,
  fieldRow,
  isEnd,
  mayBeEmpty,
  READ_BACK_FIELDS,
  readBackFields,
  waitOf,
  type Action,
  type ActionDetail,
  type ReadBackField,
  type StepName,
} from '../domain/vocabulary';
import { casePage } from '../domain/addresses';
import { addCaseCommand, print, run, type OfCase } from './command';
import { describeView, optionOf } from './format';
import { ApiProblem, type CancellationView } from './http';
import { openInBrowser } from './open-in-browser';
import { writeProblem } from './terminal';
import { EXIT } from './watch';

type ActionOptions = OfCase &
  Partial<Record<ReadBackField, string>> & { reason: string; titlesVisible?: boolean; choice?: string };

/** What an action names beside the reason: it holds for what the caller has just seen. */
const DETAILS: Record<ActionDetail, (view: CancellationView, options: ActionOptions) => unknown> = {
  planHash: ({ approval }) => approval?.planHash ?? '',
  savedAt: ({ waitSavedAt }) => waitSavedAt,
  titlesVisibleAtPartner: (_view, { titlesVisible }) => titlesVisible,
  attentionId: ({ attention }) => attention?.id ?? '',
  choice: (_view, { choice }) => choice,
  readBack: ({ step }, options) => readBackOf(step, options),
};

/** What only the caller can say of it. */
const OPTIONS: Record<ActionDetail, (command: Command) => Command> = {
  planHash: (command) => command,
  savedAt: (command) => command,
  titlesVisibleAtPartner: (command) =>
    command.option('--titles-visible', 'ich habe den Zusatz bei Ö-Ticket gesehen (erste Wartezeit)'),
  attentionId: (command) => command,
  choice: (command) => command.requiredOption('--choice <wahl>', 'eine der angebotenen Möglichkeiten'),
  readBack: (command) => keysOf(READ_BACK_FIELDS).reduce(withField, command),
};

function withField(command: Command, field: ReadBackField): Command {
  const { label, value, help = label } = fieldRow(field);
  return command.option(`${optionOf(field)} <${value}>`, help);
}

/** What people can do to a case, one command each. */
export function addActionCommands(program: Command): void {
  for (const action of ACTIONS) addAction(program, action);
}

function addAction(program: Command, action: Action): void {
  const { help, steps, details } = ACTION_ROWS[action];
  const command = addCaseCommand(program, action, help).requiredOption(
    '--reason <text>',
    'Begründung für das Logbuch',
  );
  for (const detail of details) OPTIONS[detail](command);
  const namesNothing = steps === null && details.length === 0;
  command.action(
    run(async (api, [house, eventNumber], options: ActionOptions) => {
      const { reason, case: caseId } = options;
      const wanted = { house, eventNumber, caseId };
      const act = async () => {
        const seen = namesNothing ? null : await api.view(wanted);
        const details = seen && detailsOf(action, seen, options);
        return api.act(seen ?? wanted, action, { reason, ...details });
      };
      const view = await act().catch((error: unknown) => showPageInstead(error, casePage(wanted), options));
      print(options, view, () => describeAccepted(action, view));
      return EXIT.done;
    }),
  );
}

/** What a person has to decide, they decide on the page: its address is told, and on a terminal the page opened. Throws the error. */
export async function showPageInstead(
  error: unknown,
  path: string,
  { url, json }: Pick<ActionOptions, 'url' | 'json'>,
): Promise<never> {
  if (!(error instanceof ApiProblem) || error.code !== 'person-needed') throw error;
  const page = `${url.replace(/\/+$/, '')}${path}`;
  if (!json) writeProblem(`Hier wird entschieden: ${page}`);
  if (!json && process.stdin.isTTY && process.stdout.isTTY) await openInBrowser(page);
  throw error;
}

/** An abort that was accepted is under way, even where the run still says that it waits. */
function describeAccepted(action: Action, view: CancellationView): string {
  const { accepted } = ACTION_ROWS[action];
  const { house, eventNumber, state } = view;
  const isToldAlready = action !== 'abort' || state === 'aborting' || isEnd(state);
  const rest = isToldAlready ? describeView(view) : `Weiter zusehen: absage watch ${house} ${eventNumber}`;
  return `${accepted}\n${rest}`;
}

/** What an action names is looked up in the view: where it is not possible, there is nothing to name. */
function detailsOf(action: Action, view: CancellationView, options: ActionOptions): object {
  const reserved = view.reservedActions?.find((each) => each.action === action);
  if (reserved) throw new ApiProblem(403, reserved.code, reserved.text, null);
  if (!view.allowedActions.includes(action))
    throw new Error(`${action} ist jetzt nicht möglich.\n${describeView(view)}`);
  const { steps, details } = ACTION_ROWS[action];
  const step = stepMeant(action, view, options);
  const named = details.map((detail) => [detail, DETAILS[detail]({ ...view, step }, options)]);
  return { ...(steps && { step }), ...(Object.fromEntries(named) as object) };
}

/**
 * Mostly the current step. A skip means the wait before it, where that is put off again and again; a status that is named
 * while the mail waits says that somebody has looked in Jet's place.
 */
function stepMeant(action: Action, { step }: CancellationView, { status }: ActionOptions): StepName {
  if (action === 'skip-wait') return waitOf(step) ?? step;
  return action === 'confirm-step' && step === 'notify-partner' && status !== undefined ? 'set-storno' : step;
}

/** What the step has to be confirmed with. A field that the mask leaves empty need not be named. */
function readBackOf(step: string, options: ActionOptions): object {
  const read = (field: ReadBackField) => options[field] ?? (mayBeEmpty(field) ? null : undefined);
  return Object.fromEntries(readBackFields(step).map((field) => [field, read(field)]));
}
