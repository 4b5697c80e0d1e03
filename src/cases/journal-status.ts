import {
  type CancellationInput,
  type CancellationStatus,
  type Opening,
  type RefusalLine,
  type StepProgress,
} from '../domain/case';
import { type CaseEnd } from '../domain/vocabulary';
import { type CaseState } from '../domain/vocabulary';
import { type StepName } from '../domain/vocabulary';
import { isWait, STEPS } from '../domain/vocabulary';
import { actionFault } from '../domain/actions';
import { STEP_LABELS } from '../domain/wording';
import type { JournalEntry } from '../domain/journal';
import { isStornoTried, isWaiver } from '../domain/lines';

/** What a run knows before it has begun: enough to show that it is there. */
export function initialStatus(input: CancellationInput): CancellationStatus {
  return {
    caseId: input.caseId,
    order: input.order,
    orderedBy: input.orderedBy,
    state: 'checking',
    step: 'check',
    steps: STEPS.map((name) => ({
      name,
      label: STEP_LABELS[name],
      state: name === 'check' ? 'current' : 'upcoming',
      startedAt: null,
      finishedAt: null,
      detail: null,
    })),
    waitEndsAt: null,
    waitSavedAt: null,
    pointOfNoReturnPassed: false,
    event: null,
    refusal: null,
    attention: null,
    warnings: [],
    allowedActions: [],
  };
}

/**
 * What the journal alone can say of a case: for runs that Temporal no longer keeps, and while no worker answers.
 * `isOpen`: a run of this case is open. Without one, a case that has no end is interrupted.
 */
export function statusFromJournal(
  entries: readonly JournalEntry[],
  isOpen: boolean,
): CancellationStatus | null {
  const opening = entries.find(({ kind }) => kind === 'opening');
  if (opening) return fromOpening(opening, entries, isOpen);
  const refusal = entries.find(({ kind }) => kind === 'refusal');
  return refusal ? fromRefusal(refusal) : null;
}

function fromRefusal({ after }: JournalEntry): CancellationStatus {
  const { input, event, refusal, warnings } = after as RefusalLine;
  return { ...initialStatus(input), state: 'refused', event, refusal, warnings };
}

function fromOpening(
  first: JournalEntry,
  entries: readonly JournalEntry[],
  isOpen: boolean,
): CancellationStatus {
  const { input, event, warnings } = first.after as Opening;
  const end = entries.find(({ kind }) => kind === 'end');
  const steps = stepsFrom(entries, end !== undefined);
  const current = steps.find(({ state }) => state === 'current');
  const step = current?.name ?? 'report';
  const isStornoClaimed = entries.some(isStornoTried);
  const isAborting = entries.some(({ operation }) => operation === 'abort');
  const state = stateFrom(end?.outcome ?? null, isOpen, isAborting, step);
  return {
    ...initialStatus(input),
    state,
    step,
    steps,
    event,
    warnings,
    pointOfNoReturnPassed: isStornoClaimed,
    // What else is possible only an open run can say.
    allowedActions: actionFault('resume', {
      state,
      step,
      attention: null,
      waitSavedAt: null,
      isStornoClaimed,
      isAbortAccepted: isAborting,
    })
      ? []
      : ['resume'],
  };
}

function stateFrom(end: string | null, isOpen: boolean, isAborting: boolean, step: StepName): CaseState {
  if (end !== null) return end as CaseEnd;
  if (!isOpen) return 'interrupted';
  if (isAborting) return 'aborting';
  return isWait(step) ? 'waiting' : 'running';
}

/** Which line says that a step is done. A wait is over when what comes after it was tried. */
const DONE_BY: Record<StepName, (entry: JournalEntry) => boolean> = {
  check: ({ step }) => step === 'check',
  'mark-titles': (entry) => isOutcomeOf(entry, 'save-announcement') || isStornoTried(entry),
  'wait-for-title-transfer': isStornoTried,
  'set-storno': (entry) => isOutcomeOf(entry, 'set-storno') || entry.operation === 'adopt-storno',
  'wait-for-storno-transfer': ({ operation }) => operation === 'read-channel',
  'verify-channel': ({ effectKey }) => effectKey === 'verify-channel',
  'grant-right': (entry) => isOutcomeOf(entry, 'grant-right') || isWaiver('grant-right')(entry),
  'notify-partner': (entry) =>
    (isOutcomeOf(entry, 'send-partner-notice') && ['accepted', 'by-hand'].includes(entry.outcome ?? '')) ||
    isWaiver('notify-partner')(entry),
  report: ({ kind }) => kind === 'end',
};

function isOutcomeOf({ kind, operation, outcome }: JournalEntry, wanted: string): boolean {
  return kind === 'outcome' && operation === wanted && outcome !== 'differs';
}

/** The first step that no line says is done is the current one. */
function stepsFrom(entries: readonly JournalEntry[], hasEnded: boolean): CancellationStatus['steps'] {
  const doneBy = (step: StepName) => entries.find(DONE_BY[step]);
  const current = hasEnded ? undefined : STEPS.find((step) => !doneBy(step));
  return STEPS.map((name) => {
    const line = doneBy(name);
    const notDone = name === current ? 'current' : 'upcoming';
    return {
      name,
      label: STEP_LABELS[name],
      state: line ? stateOf(line) : notDone,
      startedAt: null,
      finishedAt: line?.at ?? null,
      detail: null,
    };
  });
}

function stateOf({ operation, outcome }: JournalEntry): StepProgress['state'] {
  if (operation === 'waive-step') return 'waived';
  return outcome === 'by-hand' ? 'by-hand' : 'done';
}
