import type { Client } from '@temporalio/client';
import type { RunRecord } from './run-record';

type History = Awaited<
  ReturnType<Client['workflowService']['getWorkflowExecutionHistoryReverse']>
>['history'];
type HistoryEvent = NonNullable<NonNullable<History>['events']>[number];

/** More than any case has between two acts of a person. */
const NEWEST_EVENTS = 200;

/**
 * How often a step was tried before its open activity began: a run asks a person when one activity has failed, and then
 * goes on trying with the next one. `null`: not every attempt is known.
 */
export async function countEarlierTries(
  { workflowService, options: { namespace } }: Client,
  { workflowId, runId, historyLength }: RunRecord,
  activity: string,
): Promise<number | null> {
  const { history } = await workflowService.getWorkflowExecutionHistoryReverse({
    namespace,
    execution: { workflowId, runId },
    maximumPageSize: NEWEST_EVENTS,
  });
  const events = (history?.events ?? []).filter(({ eventId }) => Number(eventId) <= historyLength);
  return failedAttempts(events.toReversed(), activity);
}

/** Counts anew when the activity succeeds or is stopped, and when a person acts. `events`: oldest first. */
export function failedAttempts(events: readonly HistoryEvent[], activity: string): number | null {
  const ours = new Set<number>();
  const attempts = new Map<number, number>();
  let failed: number | null = 0;
  for (const event of events) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    const started = event.activityTaskStartedEventAttributes;
    const failure = event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
    const end = event.activityTaskCompletedEventAttributes ?? event.activityTaskCanceledEventAttributes;
    if (scheduled?.activityType?.name === activity) ours.add(Number(event.eventId));
    else if (started) attempts.set(Number(started.scheduledEventId), started.attempt ?? 1);
    else if (failure && ours.has(Number(failure.scheduledEventId))) {
      // An attempt that no worker took leaves no number, and hides those before it.
      const known = attempts.get(Number(failure.scheduledEventId));
      failed = known === undefined || failed === null ? null : failed + known;
    } else if (end && ours.has(Number(end.scheduledEventId))) failed = 0;
    else if (event.workflowExecutionUpdateAcceptedEventAttributes) failed = 0;
  }
  return failed;
}
