import { MASKS, type ReadBackField } from './masks';
import type { Effect } from './operations';
import { keysOf } from './rows';

/** The wiki's four steps, of which the procedure's are parts. */
export const WIKI_TITLES = {
  1: 'Titel, Hinweis und Storno',
  2: 'Kontrolle in Connect Online',
  3: 'Erweiterte Stornoberechtigung',
  4: 'E-Mail an Ö-Ticket',
} as const;

interface StepRow {
  /** On screens, in the Protokoll and in Temporal's Web UI. */
  label: string;
  wikiStep: keyof typeof WIKI_TITLES | null;
  /**
   * - `work`: done at once
   * - `wait`: a whole interval goes by
   * - `watch`: looked at again and again, until Ö-Ticket shows it
   */
  kind: 'work' | 'wait' | 'watch';
  /** The way to the mask of Jet in which the step is done; `null`: not in Jet. */
  mask: readonly string[] | null;
  /** With a name and a reason the rest of the procedure goes on without the step. */
  mayBeWaived: boolean;
  /** What the journal calls its effect. */
  operation: Effect | null;
  /** What a person who did the step by hand reads back; `null`: only Absage can do it. */
  readBack: readonly ReadBackField[] | null;
}

/** The steps of the procedure, in their order: everything that can be said of one in a word stands in its row. */
export const STEP_ROWS = {
  check: {
    label: 'Prüfen',
    wikiStep: null,
    kind: 'work',
    mask: null,
    mayBeWaived: false,
    operation: 'check',
    readBack: null,
  },
  'mark-titles': {
    label: 'Titel und Hinweis speichern',
    wikiStep: 1,
    kind: 'work',
    mask: MASKS.event,
    mayBeWaived: false,
    operation: 'save-announcement',
    readBack: ['title', 'customerTitle', 'externalMemo'],
  },
  'wait-for-title-transfer': {
    label: 'Warten, bis Ö-Ticket den Zusatz hat',
    wikiStep: 1,
    kind: 'wait',
    mask: null,
    mayBeWaived: false,
    operation: null,
    readBack: null,
  },
  'set-storno': {
    label: 'Status auf Storno setzen',
    wikiStep: 1,
    kind: 'work',
    mask: MASKS.event,
    mayBeWaived: false,
    operation: 'set-storno',
    readBack: ['status', 'title'],
  },
  'wait-for-storno-transfer': {
    label: 'Warten, bis Ö-Ticket den Storno hat',
    wikiStep: 1,
    kind: 'wait',
    mask: null,
    mayBeWaived: false,
    operation: null,
    readBack: null,
  },
  'verify-channel': {
    label: 'Kontrolle in Connect Online',
    wikiStep: 2,
    kind: 'watch',
    mask: MASKS.channel,
    mayBeWaived: false,
    operation: 'read-channel',
    readBack: ['status', 'transferredAt'],
  },
  'grant-right': {
    label: 'Erweiterte Stornoberechtigung vergeben',
    wikiStep: 3,
    kind: 'work',
    mask: MASKS.rights,
    mayBeWaived: true,
    operation: 'grant-right',
    readBack: ['validFrom', 'validUntil'],
  },
  'notify-partner': {
    label: 'E-Mail an Ö-Ticket',
    wikiStep: 4,
    kind: 'work',
    mask: null,
    mayBeWaived: true,
    operation: 'send-partner-notice',
    readBack: ['sentAt'],
  },
  report: {
    label: 'Abschluss und Protokoll',
    wikiStep: null,
    kind: 'work',
    mask: null,
    mayBeWaived: false,
    operation: 'close',
    readBack: null,
  },
} as const satisfies Record<string, StepRow>;

export type StepName = keyof typeof STEP_ROWS;

type Rows = typeof STEP_ROWS;
/** The steps with such a row. */
type StepWith<Part> = { [S in StepName]: Rows[S] extends Part ? S : never }[StepName];

/** The steps in which a whole interval goes by. */
export type WaitStep = StepWith<{ kind: 'wait' }>;
/** The steps that may be left out. */
export type WaivableStep = StepWith<{ mayBeWaived: true }>;
/** The steps that a person can do in place of Absage. */
export type ConfirmableStep = StepWith<{ readBack: readonly ReadBackField[] }>;
/** The steps that are done in a mask of Jet. */
export type MaskStep = StepWith<{ mask: readonly string[] }>;

export const STEPS: readonly StepName[] = keysOf(STEP_ROWS);
export const WAIT_STEPS = stepsWhere<WaitStep>(({ kind }) => kind === 'wait');
/** The steps that may take long because Ö-Ticket does. */
const WATCHED_STEPS = stepsWhere(({ kind }) => kind === 'watch');
/** The steps that tell somebody of the Storno: each goes by a look at the event. */
const TELLING_STEPS = [
  'verify-channel',
  'grant-right',
  'notify-partner',
  'report',
] as const satisfies StepName[];
export type TellingStep = (typeof TELLING_STEPS)[number];
export const WAIVABLE_STEPS = stepsWhere<WaivableStep>(({ mayBeWaived }) => mayBeWaived);
export const CONFIRMABLE_STEPS = stepsWhere<ConfirmableStep>(({ readBack }) => readBack !== null);

function stepsWhere<S extends StepName>(fits: (row: StepRow) => boolean): readonly S[] {
  return STEPS.filter((step) => fits(STEP_ROWS[step])) as S[];
}

/** The name may come from elsewhere: a newer version knows more steps. */
export function isWait(step: string | null): step is WaitStep {
  return (WAIT_STEPS as readonly (string | null)[]).includes(step);
}

/** Whether a step is looked at again and again: "not yet" is its ordinary course. */
export function isWatched(step: string): boolean {
  return (WATCHED_STEPS as readonly string[]).includes(step);
}

export function isTelling(step: string): step is TellingStep {
  return (TELLING_STEPS as readonly string[]).includes(step);
}

export function isWaivable(step: string): step is WaivableStep {
  return (WAIVABLE_STEPS as readonly string[]).includes(step);
}

export function isConfirmable(step: string): step is ConfirmableStep {
  return (CONFIRMABLE_STEPS as readonly string[]).includes(step);
}

/** What is read back after a step, in its order; nothing where a person cannot do it. */
export function readBackFields(step: string): readonly ReadBackField[] {
  return isConfirmable(step) ? STEP_ROWS[step].readBack : [];
}

/** The wait that a skip at this step ends: the step itself, or the one right before it, which is put off again and again. */
export function waitOf(step: StepName): WaitStep | null {
  const before = STEPS[STEPS.indexOf(step) - 1] ?? null;
  if (isWait(step)) return step;
  return isWait(before) ? before : null;
}

/** Whether a step comes right after a wait: the person who is to do it may have left meanwhile. */
export function followsWait(step: StepName): boolean {
  return !isWait(step) && waitOf(step) !== null;
}
