import { proxyActivities } from '@temporalio/workflow';
import type { ErasureActivities } from '../activities';
import type { ErasureResult } from '../activities/erase-contacts';
import { SUMMARIES } from '../domain/wording';
import { TASK_QUEUE } from './messages';
import { upgradeByItself } from './upgrades';

/** It runs every day. One that takes longer than this is given up, because the next one goes on. */
const PATIENCE_MS = 2 * 3_600_000;

/** Erases the contacts of cases whose time is over. A Temporal Schedule runs it; its result says what it did. */
export async function eraseContacts(): Promise<ErasureResult> {
  const { eraseDueContacts } = proxyActivities<ErasureActivities>({
    taskQueue: TASK_QUEUE,
    startToCloseTimeout: PATIENCE_MS,
    scheduleToCloseTimeout: PATIENCE_MS,
    heartbeatTimeout: 3_000,
    summary: SUMMARIES.eraseContacts,
  });
  return eraseDueContacts();
}

upgradeByItself(eraseContacts);
