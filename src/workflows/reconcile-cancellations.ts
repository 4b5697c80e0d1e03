import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import { SUMMARIES } from '../domain/wording';
import { TASK_QUEUE } from './messages';

/** One look each hour; a look that takes longer than this is given up, the next one comes. */
const PATIENCE_MS = 30 * 60_000;

/**
 * Finds what was begun and has no open run any more, and tells the houses: run by a Temporal Schedule, every hour. It
 * takes nothing up by itself: that is a person's to say (`resume`).
 */
export async function reconcileCancellations(): Promise<{ interrupted: number }> {
  const { alertInterrupted } = proxyActivities<Pick<Activities, 'alertInterrupted'>>({
    taskQueue: TASK_QUEUE,
    startToCloseTimeout: PATIENCE_MS,
    scheduleToCloseTimeout: PATIENCE_MS,
    heartbeatTimeout: 3_000,
    summary: SUMMARIES.reconcile,
  });
  return alertInterrupted();
}
