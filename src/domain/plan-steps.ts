import type { CasePolicy, EventSummary, RightPeriod } from './case';
import { toInstant, toMs } from './clock';
import { NOT_TAKEN, SKIPPED, stepSentence, type PlanFacts } from './plan-wording';
import { STORNO_WORD } from './status';
import type { Instant, JetEvent } from './types';
import { STEP_ROWS, STEPS, type StepName } from './vocabulary';
import { STEP_LABELS } from './wording';

export interface PlanStep {
  name: StepName;
  label: string;
  /** `skipped`: what stands in Jet makes the step needless, or the event cannot be cancelled. */
  state: 'planned' | 'skipped';
  /** Who does it: in a house without a gateway a clerk does everything in Jet. */
  by: 'absage' | 'person';
  /** What will really happen, in one or two sentences. */
  text: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  /** Not before then; a step without a time follows the one before it. */
  earliestAt?: Instant;
}

/** When the parts of a case are due, if nothing keeps them. */
export interface PlannedTimes {
  now: Instant;
  /** `null`: the event is Storno already, so nobody sets it. */
  stornoAt: Instant | null;
  verifyAt: Instant;
  finishedAt: Instant;
  isTitleWaitOver: boolean;
  isStornoWaitOver: boolean;
}

export function estimateTimes(event: JetEvent, summary: EventSummary, policy: CasePolicy): PlannedTimes {
  const nowMs = toMs(event.readAt);
  const restMs = Math.max(0, policy.syncIntervalMs - (nowMs - toMs(event.savedAt)));
  const isStornoAlready = event.status === 'CANCELLED';
  const stornoMs = nowMs + (isFullyMarked(summary) ? restMs : policy.syncIntervalMs);
  const transferredMs = isStornoAlready ? nowMs + restMs : stornoMs + policy.syncIntervalMs;
  const finishedMs = transferredMs + policy.pollIntervalMs;
  return {
    now: toInstant(nowMs),
    stornoAt: isStornoAlready ? null : toInstant(stornoMs),
    // A Storno that has been there for long may have been transferred long ago: then nothing is waited for.
    verifyAt: toInstant(isStornoAlready ? transferredMs : finishedMs),
    finishedAt: toInstant(finishedMs),
    isTitleWaitOver: stornoMs === nowMs,
    isStornoWaitOver: transferredMs === nowMs,
  };
}

function isFullyMarked({ title, customerTitle, externalMemo }: EventSummary): boolean {
  return [title, customerTitle, externalMemo].every(({ before, after }) => before === after);
}

export interface PlannedWork {
  event: JetEvent;
  summary: EventSummary;
  right: RightPeriod;
  times: PlannedTimes;
  isGuided: boolean;
}

/** The steps of the procedure, each with what will become of it for this event. */
export function planSteps(work: PlannedWork): PlanStep[] {
  const facts: PlanFacts = {
    isStornoAlready: work.event.status === 'CANCELLED',
    rightValidUntil: work.right.validUntil,
  };
  return STEPS.map((name) => {
    const skipped = skipText(name, work);
    const by = work.isGuided && STEP_ROWS[name].mask !== null ? 'person' : 'absage';
    const wording = work.isGuided ? 'person' : 'absage';
    return {
      name,
      label: STEP_LABELS[name],
      state: skipped === null ? 'planned' : 'skipped',
      by,
      text: skipped ?? stepSentence(name, wording, facts),
      ...(skipped === null ? detailsOf(name, work) : textsOf(name, work)),
    };
  });
}

/** The same steps where nothing will be done: what stands in Jet stays as it is. */
export function stepsNotTaken(steps: readonly PlanStep[]): PlanStep[] {
  return steps.map(({ name, label, by, before }) => ({
    ...{ name, label, by },
    state: 'skipped',
    text: NOT_TAKEN,
    ...(before && { before, after: before }),
  }));
}

function skipText(step: StepName, { event, summary, times, isGuided }: PlannedWork): string | null {
  const isStornoAlready = event.status === 'CANCELLED';
  if (step === 'mark-titles') {
    if (isStornoAlready) return SKIPPED[step];
    // A clerk looks into the mask all the same, and confirms what stands there.
    return isFullyMarked(summary) && !isGuided ? SKIPPED.marked : null;
  }
  if (step === 'wait-for-title-transfer') {
    if (isStornoAlready) return SKIPPED[step];
    return times.isTitleWaitOver && !isGuided ? SKIPPED.titleWait : null;
  }
  if (step === 'set-storno') return isStornoAlready ? SKIPPED[step] : null;
  if (step === 'wait-for-storno-transfer') return times.isStornoWaitOver ? SKIPPED.stornoWait : null;
  return null;
}

/** The three texts are shown of a step that leaves them alone, too. */
function textsOf(step: StepName, { summary }: PlannedWork): Pick<PlanStep, 'before' | 'after'> {
  if (step !== 'mark-titles') return {};
  const texts = (side: 'before' | 'after') => ({
    title: summary.title[side],
    customerTitle: summary.customerTitle[side],
    externalMemo: summary.externalMemo[side],
  });
  return { before: texts('before'), after: texts('after') };
}

function detailsOf(step: StepName, work: PlannedWork): Pick<PlanStep, 'before' | 'after' | 'earliestAt'> {
  const { event, right, times } = work;
  switch (step) {
    case 'check':
      return { earliestAt: times.now };
    case 'mark-titles':
      return { ...textsOf(step, work), earliestAt: times.now };
    case 'set-storno':
      return {
        before: { status: event.statusText },
        after: { status: STORNO_WORD },
        earliestAt: times.stornoAt ?? undefined,
      };
    case 'verify-channel':
      return { earliestAt: times.verifyAt };
    case 'grant-right':
      return { after: { ...right } };
    case 'wait-for-title-transfer':
    case 'wait-for-storno-transfer':
    case 'notify-partner':
    case 'report':
      return {};
  }
}
