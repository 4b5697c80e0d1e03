import { patched, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import { SUMMARIES } from '../domain/wording';
import { TASK_QUEUE } from './messages';
import { upgradeByItself } from './upgrades';

/** The search runs every hour. One that takes longer than this is given up, because the next one follows. */
const PATIENCE_MS = 30 * 60_000;

/**
 * Finds cases that were begun, have not ended and have no open run, and writes to their houses. It does not take a case up
 * again by itself: that is a person's decision (`resume`). Then it tries the mails about an end that were not sent. A
 * Temporal Schedule runs it every hour.
 */
export async function reconcileCancellations(): Promise<{ interrupted: number }> {
  const { alertInterrupted } = searches<'alertInterrupted'>(SUMMARIES.reconcile);
  const { interrupted } = await alertInterrupted();
  if (patched('tell-ends')) await searches<'tellEnds'>(SUMMARIES.tellEnds).tellEnds();
  return { interrupted };
}

function searches<Name extends keyof Activities>(summary: string) {
  return proxyActivities<Pick<Activities, Name>>({
    taskQueue: TASK_QUEUE,
    startToCloseTimeout: PATIENCE_MS,
    scheduleToCloseTimeout: PATIENCE_MS,
    heartbeatTimeout: 3_000,
    summary,
  });
}

upgradeByItself(reconcileCancellations);
