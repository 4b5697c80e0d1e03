import { actionFault } from '../domain/actions';
import { approvalOf, hasBegunWriting } from '../domain/approval';
import type { CancellationInput, CancellationStatus, Refusal, StepProgress } from '../domain/case';
import { readableInput } from '../domain/contact';
import type { EntryOf, JournalEntry } from '../domain/journal';
import {
  endLine,
  findWaiver,
  firstMarking,
  grantedRight,
  isAbortAccepted,
  readLines,
  type CaseLines,
} from '../domain/lines';
import { findEvidence, findStorno, firstLook, isStornoTried } from '../domain/storno-lines';
import { lastNoticeAt, noticeState } from '../domain/mail-lines';
import { isWait, STEPS, type CaseState, type StepName } from '../domain/vocabulary';
import { STEP_LABELS } from '../domain/wording';

/** The status of a run before it has begun: enough to show that it exists. */
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
    approval: null,
    attention: null,
    warnings: [],
    allowedActions: [],
  };
}

/**
 * The status of a case from the journal alone: for runs that Temporal no longer keeps, and while no worker answers.
 * `isOpen`: the case has an open run. A case without an open run and without an end is interrupted.
 */
export function statusFromJournal(
  entries: readonly JournalEntry[],
  isOpen: boolean,
): CancellationStatus | null {
  const lines = readLines(entries);
  if (!lines) return null;
  const approval = approvalOf(entries);
  const status = lines.refusal ? fromRefusal(lines.refusal) : fromOpening(lines, isOpen);
  return { ...status, approval };
}

function fromRefusal({ input, event, refusal, warnings }: Refusal): CancellationStatus {
  return { ...initialStatus(readableInput(input)), state: 'refused', event, refusal, warnings };
}

function fromOpening({ entries, input, event, warnings }: CaseLines, isOpen: boolean): CancellationStatus {
  const end = endLine(entries);
  const steps = stepsFrom(entries, end !== null);
  const current = steps.find(({ state }) => state === 'current');
  const isAsked = !hasBegunWriting(entries) && approvalOf(entries)?.decision === null;
  const step = isAsked ? 'check' : (current?.name ?? 'report');
  const isStornoClaimed = entries.some(isStornoTried);
  const isAborting = isAbortAccepted(entries);
  const state = stateFrom(end, isOpen, isAborting, step);
  return {
    ...initialStatus(readableInput(input)),
    state,
    step,
    steps,
    event,
    warnings,
    pointOfNoReturnPassed: isStornoClaimed,
    // Only an open run can say which other actions are possible.
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

function stateFrom(
  end: EntryOf<'close'> | null,
  isOpen: boolean,
  isAborting: boolean,
  step: StepName,
): CaseState {
  if (end) return end.outcome;
  if (!isOpen) return 'interrupted';
  if (isAborting) return 'aborting';
  if (step === 'check') return 'awaiting-approval';
  return isWait(step) ? 'waiting' : 'running';
}

type Entries = readonly JournalEntry[];
type DoneState = Extract<StepProgress['state'], 'done' | 'by-hand' | 'waived'>;

/** How and when a step ended, from the line that says so. */
interface Done {
  at: string;
  state: DoneState;
}

/** How a step ended; `null`: no line says that it ended. A wait is over once the step after it was tried. */
const DONE: Record<StepName, (entries: Entries) => Done | null> = {
  check: ([first]) => doneBy(first),
  'mark-titles': (entries) => doneBy(firstMarking(entries) ?? entries.find(isStornoTried)),
  'wait-for-title-transfer': (entries) => doneBy(entries.find(isStornoTried)),
  'set-storno': (entries) => doneBy(findStorno(entries)),
  'wait-for-storno-transfer': (entries) =>
    // A case that was closed before any look at Connect Online has waited all the same.
    doneBy(firstLook(entries) ?? (findStorno(entries) && endLine(entries))),
  'verify-channel': (entries) => doneBy(findEvidence(entries)),
  'grant-right': (entries) => doneBy(grantedRight(entries)) ?? waived(entries, 'grant-right'),
  'notify-partner': notified,
  report: (entries) => doneBy(endLine(entries)),
};

function doneBy(line: JournalEntry | null | undefined): Done | null {
  return line ? { at: line.at, state: line.outcome === 'by-hand' ? 'by-hand' : 'done' } : null;
}

function waived(entries: Entries, step: StepName): Done | null {
  const waiver = findWaiver(entries, step);
  return waiver && { at: waiver.at, state: 'waived' };
}

/** The Protokoll asks the same question: both must give the same answer. */
function notified(entries: Entries): Done | null {
  const state = NOTIFIED[noticeState(entries)];
  if (state === 'waived') return waived(entries, 'notify-partner');
  const at = lastNoticeAt(entries);
  return state && at !== null ? { at, state } : null;
}

const NOTIFIED: Record<ReturnType<typeof noticeState>, DoneState | null> = {
  accepted: 'done',
  confirmed: 'by-hand',
  waived: 'waived',
  none: null,
  'not-sent': null,
  refused: null,
  'in-doubt': null,
};

/** The current step is the first one that no line reports as done. */
function stepsFrom(entries: Entries, hasEnded: boolean): CancellationStatus['steps'] {
  const current = hasEnded ? undefined : STEPS.find((step) => !DONE[step](entries));
  return STEPS.map((name) => {
    const done = DONE[name](entries);
    return {
      name,
      label: STEP_LABELS[name],
      state: done?.state ?? (name === current ? 'current' : 'upcoming'),
      startedAt: null,
      finishedAt: done?.at ?? null,
      detail: null,
    };
  });
}
