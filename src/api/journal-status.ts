import {
  STEPS,
  type CancellationInput,
  type CancellationStatus,
  type CaseEnd,
  type CaseState,
  type CodedText,
  type EventSummary,
  type Opening,
  type StepName,
} from '../domain/case';
import { STEP_LABELS } from '../domain/wording';
import type { JournalEntry } from '../journal/port';

interface RefusalLine {
  input: CancellationInput;
  event: EventSummary | null;
  refusal: CodedText;
  warnings: CodedText[];
}

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
  const isStornoClaimed = entries.some(
    ({ operation }) => operation === 'set-storno' || operation === 'adopt-storno',
  );
  const isAborting = entries.some(({ operation }) => operation === 'abort');
  return {
    ...initialStatus(input),
    state: stateFrom(end?.outcome ?? null, isOpen, isAborting, current?.name ?? 'report'),
    step: current?.name ?? 'report',
    steps,
    event,
    warnings,
    pointOfNoReturnPassed: isStornoClaimed,
  };
}

function stateFrom(end: string | null, isOpen: boolean, isAborting: boolean, step: StepName): CaseState {
  if (end !== null) return end as CaseEnd;
  if (!isOpen) return 'interrupted';
  if (isAborting) return 'aborting';
  return step.startsWith('wait-') ? 'waiting' : 'running';
}

/** A step is done when its effect is written down; the first one that is not is the current one. */
function stepsFrom(entries: readonly JournalEntry[], hasEnded: boolean): CancellationStatus['steps'] {
  const doneAt = (step: StepName, isDone: (entry: JournalEntry) => boolean) =>
    entries.find((entry) => entry.step === step && isDone(entry))?.at ?? null;
  const isOutcome = ({ kind, outcome }: JournalEntry) => kind === 'outcome' && outcome !== 'differs';
  const stornoTriedAt = doneAt('set-storno', ({ operation }) => operation !== 'abort');
  const finished: Record<StepName, string | null> = {
    check: doneAt('check', () => true),
    'mark-titles': doneAt('mark-titles', isOutcome) ?? stornoTriedAt,
    'wait-for-title-transfer': stornoTriedAt,
    'set-storno': doneAt('set-storno', (entry) => isOutcome(entry) || entry.operation === 'adopt-storno'),
    'wait-for-storno-transfer': doneAt('verify-channel', () => true),
    'verify-channel': doneAt('verify-channel', ({ effectKey }) => effectKey === 'verify-channel'),
    'grant-right': doneAt('grant-right', isOutcome),
    'notify-partner': doneAt('notify-partner', ({ outcome }) => outcome === 'accepted'),
    report: hasEnded ? (entries.at(-1)?.at ?? null) : null,
  };
  const current = hasEnded ? undefined : STEPS.find((step) => finished[step] === null);
  return STEPS.map((name) => ({
    name,
    label: STEP_LABELS[name],
    state: finished[name] !== null ? 'done' : name === current ? 'current' : 'upcoming',
    startedAt: null,
    finishedAt: finished[name],
    detail: null,
  }));
}
