import { proxyActivities, sleep } from '@temporalio/workflow';
import type { doNothing } from './activities';

const activities = proxyActivities<{ doNothing: typeof doNothing }>({ startToCloseTimeout: '10s' });

/** Only the shape of a cancellation: seven activities and two waits, in the same places. */
export async function bareProcedure(waitMs: number): Promise<void> {
  await activities.doNothing();
  await activities.doNothing();
  await sleep(waitMs);
  await activities.doNothing();
  await sleep(waitMs);
  await activities.doNothing();
  await activities.doNothing();
  await activities.doNothing();
  await activities.doNothing();
}
