import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities, JetActivities } from '../activities';
import type { CasePolicy, StepName } from '../domain/case';
import { STEP_LABELS, SUMMARIES } from '../domain/wording';
import { JET_TASK_QUEUE, TASK_QUEUE } from './messages';

/**
 * How long a step is tried. `first`: until somebody should know; the activity then ends as failed.
 * `slow`: for as long as it takes, seldom; retries of an activity add no history.
 */
export type Pace = 'first' | 'slow';

/** A dead worker is noticed after this; activities beat every second. */
const HEARTBEAT_TIMEOUT_MS = 3_000;
const CALLS_PER_JET_ACTIVITY = 5;
const MAIL_TIMEOUT_MS = 3 * 60_000;
const MAIL_ATTEMPTS_BEFORE_ATTENTION = 6;
const JOURNAL_TIMEOUT_MS = 20_000;

/** Writes go before polls where the queue has more to do than it may. */
const WRITE_PRIORITY = { priorityKey: 2 };
const POLL_PRIORITY = { priorityKey: 4 };

const COMMON = {
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  // A write that has begun is never left alone: an abort waits for its end before it restores.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/** Retry intervals derive from the case's frozen policy, so that a rehearsal is quick and production is calm. */
function intervals(policy: CasePolicy) {
  return {
    quick: Math.min(1_000, policy.attentionAfterMs),
    ordinary: Math.max(1_000, policy.attentionAfterMs / 60),
    slow: Math.max(1_000, policy.attentionAfterMs / 6),
  };
}

export function jetActivities(policy: CasePolicy, pace: Pace, step: StepName) {
  const { quick, ordinary, slow } = intervals(policy);
  const retry =
    pace === 'first'
      ? { initialInterval: quick, backoffCoefficient: 2, maximumInterval: ordinary }
      : { initialInterval: ordinary, backoffCoefficient: 2, maximumInterval: slow };
  return proxyActivities<JetActivities>({
    ...COMMON,
    taskQueue: JET_TASK_QUEUE,
    startToCloseTimeout: CALLS_PER_JET_ACTIVITY * policy.jetTimeoutMs + 5_000,
    scheduleToCloseTimeout: pace === 'first' ? policy.attentionAfterMs : undefined,
    retry,
    priority: WRITE_PRIORITY,
    summary: STEP_LABELS[step],
  });
}

/** wiki, step 2: looked at in a constant rhythm. */
export function channelActivities(policy: CasePolicy, pace: Pace) {
  const { slow } = intervals(policy);
  const initialInterval = pace === 'first' ? policy.pollIntervalMs : Math.max(policy.pollIntervalMs, slow);
  return proxyActivities<Pick<JetActivities, 'verifyChannel'>>({
    ...COMMON,
    taskQueue: JET_TASK_QUEUE,
    startToCloseTimeout: CALLS_PER_JET_ACTIVITY * policy.jetTimeoutMs + 5_000,
    scheduleToCloseTimeout: pace === 'first' ? policy.attentionAfterMs : undefined,
    retry: { initialInterval, backoffCoefficient: 1 },
    priority: POLL_PRIORITY,
    summary: STEP_LABELS['verify-channel'],
  });
}

/**
 * Patience is counted in attempts here, not in time: a deadline could cut a conversation with the mail server in
 * the middle and leave the mail in doubt.
 */
export function mailActivities(policy: CasePolicy, pace: Pace) {
  const { slow } = intervals(policy);
  return proxyActivities<Pick<Activities, 'sendPartnerNotice'>>({
    ...COMMON,
    taskQueue: TASK_QUEUE,
    startToCloseTimeout: MAIL_TIMEOUT_MS,
    retry: {
      initialInterval: pace === 'first' ? Math.max(1_000, policy.attentionAfterMs / 30) : slow,
      backoffCoefficient: 2,
      maximumInterval: policy.attentionAfterMs * 2,
      maximumAttempts: pace === 'first' ? MAIL_ATTEMPTS_BEFORE_ATTENTION : undefined,
    },
    summary: STEP_LABELS['notify-partner'],
  });
}

export function journalActivities(policy: CasePolicy, pace: Pace, summary: string) {
  const { quick, slow } = intervals(policy);
  return proxyActivities<Omit<Activities, 'sendPartnerNotice'>>({
    ...COMMON,
    taskQueue: TASK_QUEUE,
    startToCloseTimeout: JOURNAL_TIMEOUT_MS,
    scheduleToCloseTimeout: pace === 'first' ? policy.attentionAfterMs : undefined,
    retry: { initialInterval: quick, backoffCoefficient: 2, maximumInterval: slow },
    summary,
  });
}

/** For an operator's action: somebody waits for the answer. */
export function promptActivities(
  policy: CasePolicy,
  summary: keyof Pick<typeof SUMMARIES, 'claimAbort' | 'readClaim'>,
) {
  return journalActivities(policy, 'slow', SUMMARIES[summary]);
}
