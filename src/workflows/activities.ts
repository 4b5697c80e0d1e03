import { ActivityCancellationType, proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { Activities, JetActivities } from '../activities';
import type { StepInput } from '../activities/activity';
import type { MarkResult } from '../activities/titles';
import type { OpenTask } from '../activities/by-hand';
import type { EvidenceResult } from '../activities/channel';
import type { RightResult } from '../activities/right';
import type { StornoAgain } from '../activities/still-storno';
import type { StornoInput, StornoResult } from '../activities/storno';
import { lookHoldsMs, type CasePolicy } from '../domain/case';
import type { JournalHead } from '../domain/types';
import type { StepName } from '../domain/vocabulary';
import type { TaskName } from '../domain/guided';
import type { House } from '../domain/types';
import { ofSeries, turnOf, type Urgency } from '../domain/urgency';
import { STEP_LABELS, SUMMARIES } from '../domain/wording';
import { JET_TASK_QUEUE, TASK_QUEUE } from './messages';

/**
 * How long a step is tried. `first`: until a person has to be asked; the activity then ends as failed.
 * `slow`: for as long as it takes, at long intervals; retries of an activity add no history.
 */
export type Pace = 'first' | 'slow';

/** The server notices a dead worker after this time; activities send a heartbeat every second. */
const HEARTBEAT_TIMEOUT_MS = 3_000;
const CALLS_PER_JET_ACTIVITY = 5;
const MAIL_TIMEOUT_MS = 4 * 60_000;
const SENDINGS_BEFORE_ATTENTION = 6;
/** The longest pause between two sendings, in attention times. */
const LONGEST_MAIL_PAUSE = 8;
const LOOKS_BEFORE_END = 3;
const ALERT_PATIENCE_MS = 24 * 3_600_000;
const JOURNAL_TIMEOUT_MS = 20_000;

/** Where a case's call stands in Jet's queue, which takes the houses in turn. */
export interface Place {
  policy: CasePolicy;
  house: string;
  /** One of many that were ordered together: whatever was ordered by itself goes first. */
  isOfSeries: boolean;
}

const COMMON = {
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  // An abort waits for a write that has begun to end before it restores the titles.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/**
 * Activities whose id is their name, so that the Web UI and the command line show no bare numbers. Only for activities
 * that are never open twice in one run: Temporal refuses a second open activity with the same id.
 */
function namedActivities<A extends object>(options: ActivityOptions): A {
  return new Proxy({} as A, {
    get: (_target, name) =>
      proxyActivities<Record<string, () => Promise<unknown>>>({ ...options, activityId: String(name) })[
        String(name)
      ],
  });
}

/** Retry intervals, from the case's frozen policy: short in a rehearsal, long in production. */
function intervals(policy: CasePolicy) {
  return {
    quick: Math.min(1_000, policy.attentionAfterMs),
    ordinary: Math.max(1_000, policy.attentionAfterMs / 60),
    slow: Math.max(1_000, policy.attentionAfterMs / 6),
  };
}

export function jetActivities(place: Place, urgency: Urgency, pace: Pace, summary: string) {
  return namedActivities<JetActivities>(jetOptions(place, urgency, pace, summary));
}

function jetOptions(
  { policy, house, isOfSeries }: Place,
  urgency: Urgency,
  pace: Pace,
  summary: string,
): ActivityOptions {
  const { quick, ordinary, slow } = intervals(policy);
  const retry =
    pace === 'first'
      ? { initialInterval: quick, backoffCoefficient: 2, maximumInterval: ordinary }
      : { initialInterval: ordinary, backoffCoefficient: 2, maximumInterval: slow };
  return {
    ...COMMON,
    taskQueue: JET_TASK_QUEUE,
    startToCloseTimeout: CALLS_PER_JET_ACTIVITY * policy.jetTimeoutMs + 5_000,
    scheduleToCloseTimeout: pace === 'first' ? policy.attentionAfterMs : undefined,
    retry,
    priority: turnOf(isOfSeries ? ofSeries(urgency) : urgency, house),
    summary,
  };
}

/** The look before the end, given up soon: the end waits for nobody. */
export function lastLookActivities(place: Place) {
  const { policy } = place;
  const patient = jetOptions(place, 'look', 'first', SUMMARIES.lookAtEvent);
  return namedActivities<Pick<JetActivities, 'lookAtEvent'>>({
    ...patient,
    scheduleToCloseTimeout: CALLS_PER_JET_ACTIVITY * policy.jetTimeoutMs + policy.pollIntervalMs,
    retry: { ...patient.retry, maximumAttempts: LOOKS_BEFORE_END },
  });
}

/** wiki, step 2: reads Connect Online at a constant interval. */
function channelActivities({ policy, house, isOfSeries }: Place, pace: Pace) {
  const { slow } = intervals(policy);
  const initialInterval = pace === 'first' ? policy.pollIntervalMs : Math.max(policy.pollIntervalMs, slow);
  return namedActivities<Pick<JetActivities, 'verifyChannel'>>({
    ...COMMON,
    taskQueue: JET_TASK_QUEUE,
    startToCloseTimeout: CALLS_PER_JET_ACTIVITY * policy.jetTimeoutMs + 5_000,
    scheduleToCloseTimeout: pace === 'first' ? policy.attentionAfterMs : undefined,
    retry: { initialInterval, backoffCoefficient: 1 },
    priority: turnOf(isOfSeries ? ofSeries('look') : 'look', house),
    summary: STEP_LABELS['verify-channel'],
  });
}

/**
 * Patience is counted in sendings here, not in time: a deadline could cut off a conversation with the mail server and
 * leave the mail in doubt. An attempt after the first one only judges what the first one left open, and otherwise asks for
 * a look at the event: so a sending is an activity of its own, and it has to begin while the last look holds.
 */
export function mailActivities(policy: CasePolicy, pace: Pace, sendings: number, lookedAtMs: number | null) {
  const { slow } = intervals(policy);
  const pauseMs = pace === 'first' ? Math.max(1_000, policy.attentionAfterMs / 30) : slow;
  return namedActivities<Pick<Activities, 'sendPartnerNotice'>>({
    ...COMMON,
    taskQueue: TASK_QUEUE,
    startToCloseTimeout: MAIL_TIMEOUT_MS,
    scheduleToStartTimeout: lookedAtMs === null ? undefined : startWithinMs(policy, lookedAtMs),
    retry: {
      initialInterval: Math.min(pauseMs * 2 ** sendings, policy.attentionAfterMs * LONGEST_MAIL_PAUSE),
      maximumAttempts: isLastSending(pace, sendings) ? 1 : undefined,
    },
    summary: STEP_LABELS['notify-partner'],
  });
}

/** Waits for the mail of the series, for as long as that takes: retries add no history, and the activity itself gives up. */
export function seriesNoticeActivities({ policy }: Place) {
  return namedActivities<Pick<Activities, 'joinSeriesNotice'>>({
    ...COMMON,
    taskQueue: TASK_QUEUE,
    startToCloseTimeout: JOURNAL_TIMEOUT_MS,
    retry: { initialInterval: policy.pollIntervalMs, backoffCoefficient: 1 },
    summary: STEP_LABELS['notify-partner'],
  });
}

/** Whether a person is asked when this sending fails. `sendings`: how many went before it. */
export function isLastSending(pace: Pace, sendings: number): boolean {
  return pace === 'first' && sendings + 1 >= SENDINGS_BEFORE_ATTENTION;
}

/** Half of the time for which the look still holds. The other half is the worker's, until it connects. */
function startWithinMs(policy: CasePolicy, lookedAtMs: number): number {
  return Math.max(1_000, (lookHoldsMs(policy) - (Date.now() - lookedAtMs)) / 2);
}

type JournalActivities = Omit<
  Activities,
  'sendPartnerNotice' | 'alertHouse' | 'tellOrder' | 'alertInterrupted' | 'tellEnds'
>;

function journalOptions(policy: CasePolicy, pace: Pace, summary: string): ActivityOptions {
  const { quick, slow } = intervals(policy);
  return {
    ...COMMON,
    taskQueue: TASK_QUEUE,
    startToCloseTimeout: JOURNAL_TIMEOUT_MS,
    scheduleToCloseTimeout: pace === 'first' ? policy.attentionAfterMs : undefined,
    retry: { initialInterval: quick, backoffCoefficient: 2, maximumInterval: slow },
    summary,
  };
}

/** A step that touches nothing but the journal. */
export function journalActivities(policy: CasePolicy, pace: Pace, summary: string) {
  return namedActivities<JournalActivities>(journalOptions(policy, pace, summary));
}

/** For updates, which may come at any time: tried for as long as it takes, because a person waits for the answer. */
export function promptActivities(policy: CasePolicy, summary: string) {
  return proxyActivities<JournalActivities>(journalOptions(policy, 'slow', summary));
}

/** For information that helps but must not hold a case up: given up after a short time. */
export function glanceActivities(policy: CasePolicy, summary: string) {
  return proxyActivities<Pick<Activities, 'readClaim'>>({
    ...journalOptions(policy, 'slow', summary),
    scheduleToCloseTimeout: JOURNAL_TIMEOUT_MS,
  });
}

/** Waits until writes are on again, for as long as that takes: retries add no history, and Jet is not asked meanwhile. */
export function writesActivities(policy: CasePolicy) {
  const { quick, ordinary } = intervals(policy);
  return namedActivities<Pick<Activities, 'awaitWrites'>>({
    ...COMMON,
    taskQueue: TASK_QUEUE,
    // It may tell the house by mail.
    startToCloseTimeout: MAIL_TIMEOUT_MS,
    retry: { initialInterval: quick, backoffCoefficient: 2, maximumInterval: ordinary },
    summary: SUMMARIES.awaitWrites,
  });
}

/** Mails to the house: tried for a day and then given up, because the procedure does not depend on them. */
export function alertActivities(policy: CasePolicy, summary: string = SUMMARIES.alertHouse) {
  const { slow } = intervals(policy);
  return proxyActivities<Pick<Activities, 'alertHouse' | 'tellOrder' | 'tellApproval'>>({
    ...COMMON,
    taskQueue: TASK_QUEUE,
    startToCloseTimeout: MAIL_TIMEOUT_MS,
    scheduleToCloseTimeout: ALERT_PATIENCE_MS,
    retry: { initialInterval: slow, backoffCoefficient: 2 },
    summary,
  });
}

/** The steps in Jet, whoever does them. */
interface Hands {
  markTitles(input: StepInput): Promise<MarkResult | OpenTask>;
  restoreTitles(input: StepInput): Promise<{ head: JournalHead | null } | OpenTask>;
  setStatusStorno(input: StornoInput): Promise<StornoResult | OpenTask>;
  verifyChannel(input: StepInput): Promise<EvidenceResult | StornoAgain | OpenTask>;
  grantExtendedRight(input: StepInput): Promise<RightResult | StornoAgain | OpenTask>;
}

/** The hands that touch Jet: the gateway's activities or tasks for a person, depending on the house's backend. */
export function handsFor(run: Place & { backend: House['backend'] }, pace: Pace, step: StepName): Hands {
  const { backend, policy } = run;
  if (backend === 'gateway') {
    const { markTitles, setStatusStorno, grantExtendedRight } = jetActivities(
      run,
      'write',
      pace,
      STEP_LABELS[step],
    );
    const { restoreTitles } = jetActivities(run, 'write', pace, SUMMARIES.restoreTitles);
    const { verifyChannel } = channelActivities(run, pace);
    return { markTitles, restoreTitles, setStatusStorno, verifyChannel, grantExtendedRight };
  }
  const { openTask } = journalActivities(policy, pace, SUMMARIES.openTask);
  const task =
    <T>(name: TaskName) =>
    (input: StepInput) =>
      openTask({ ...input, task: name }) as Promise<T | OpenTask>;
  return {
    markTitles: task<MarkResult>('mark-titles'),
    restoreTitles: task<{ head: JournalHead | null }>('restore-titles'),
    setStatusStorno: task<StornoResult>('set-storno'),
    verifyChannel: task<EvidenceResult>('verify-channel'),
    grantExtendedRight: task<RightResult>('grant-right'),
  };
}
