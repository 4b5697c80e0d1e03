import type { WorkflowHandle } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';

/** The times of a run, from its history, by the server's clock, in milliseconds. */
export interface RunRecord {
  durationMs: number;
  historyEvents: number;
  /** How long each activity worked, without the time for its dispatch and its answer. */
  activityMs: Record<string, number>;
}

export async function readRun(handle: WorkflowHandle): Promise<RunRecord> {
  const { events } = await handle.fetchHistory();
  const all = events ?? [];
  const timeOf = (event: (typeof all)[number] | undefined) => tsToMs(event?.eventTime);
  // Ids count from 1.
  const byId = (id: unknown) => all[Number(id) - 1];

  const activityMs: Record<string, number> = {};
  for (const event of all) {
    const completed = event.activityTaskCompletedEventAttributes;
    if (!completed) continue;
    const scheduled = byId(completed.scheduledEventId)?.activityTaskScheduledEventAttributes;
    const name = scheduled?.activityType?.name ?? '';
    const tookMs = timeOf(event) - timeOf(byId(completed.startedEventId));
    activityMs[name] = (activityMs[name] ?? 0) + tookMs;
  }
  return { durationMs: timeOf(all.at(-1)) - timeOf(all[0]), historyEvents: all.length, activityMs };
}
