import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import { SUMMARIES } from '../domain/wording';
import { TASK_QUEUE } from './messages';

/** The search runs every hour. One that takes longer than this is given up, because the next one follows. */
const PATIENCE_MS = 30 * 60_000;

/**
 * Finds cases that were begun, have not ended and have no open run, and writes to their houses. A Temporal Schedule
 * runs it every hour. It does not take a case up again by itself: that is a person's decision (`resume`).
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
