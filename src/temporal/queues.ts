import type { Client } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import { JET_TASK_QUEUE, TASK_QUEUE } from '../workflows/messages';

/** As Temporal numbers them. */
const WORKFLOW_TASKS = 1;
const ACTIVITY_TASKS = 2;

/** The kinds of work that a worker takes, and where it asks for them. */
const QUEUES = {
  cases: { name: TASK_QUEUE, taskQueueType: WORKFLOW_TASKS },
  'mail-and-journal': { name: TASK_QUEUE, taskQueueType: ACTIVITY_TASKS },
  jet: { name: JET_TASK_QUEUE, taskQueueType: ACTIVITY_TASKS },
} as const;

export type Work = keyof typeof QUEUES;
export const WORKS = Object.keys(QUEUES) as Work[];

/** A worker asks at least once a minute, and Temporal goes on listing it for five after its last question. */
const POLLED_WITHIN_MS = 75_000;

/** The work that no worker has asked for lately; none where both queues are polled. */
export async function findIdleWork(
  workflowService: Client['workflowService'],
  namespace: string,
): Promise<Work[]> {
  const answers = await Promise.all(
    WORKS.map((work) => {
      const { name, taskQueueType } = QUEUES[work];
      return workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType });
    }),
  );
  const now = Date.now();
  const isPolled = answers.map(({ pollers }) =>
    (pollers ?? []).some(
      ({ lastAccessTime }) => now - (optionalTsToMs(lastAccessTime) ?? 0) < POLLED_WITHIN_MS,
    ),
  );
  return WORKS.filter((_work, index) => !isPolled[index]);
}
