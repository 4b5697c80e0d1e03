import { proxyActivities } from '@temporalio/workflow';
import type { WatchActivities } from '../activities';
import { SUMMARIES } from '../domain/wording';
import { TASK_QUEUE } from './messages';
import { upgradeByItself } from './upgrades';

/** One activity that goes on for so long; the schedule then begins the watch anew. */
const LIFETIME_MS = 24 * 3_600_000;

/**
 * Watches the status of all events that are Storno, for as long as their cases are open. A worker that dies or stops hands the
 * watch to another one. A Temporal Schedule looks every minute whether it is there.
 */
export async function watchStatus(): Promise<void> {
  const { watchStatus: watch } = proxyActivities<WatchActivities>({
    taskQueue: TASK_QUEUE,
    startToCloseTimeout: LIFETIME_MS,
    scheduleToCloseTimeout: LIFETIME_MS,
    heartbeatTimeout: 3_000,
    retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 60_000 },
    summary: SUMMARIES.watchStatus,
  });
  await watch();
}

upgradeByItself(watchStatus);
