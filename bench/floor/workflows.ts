import { proxyActivities, sleep } from '@temporalio/workflow';
import type { FloorActivities } from './activities';

export interface FloorInput {
  caseId: string;
  eventNumber: string;
  waitMs: number;
  /** For the activities that call Jet. */
  jetTaskQueue: string;
}

/** A cancellation as a plain procedure: the same activities, waits and effects, and nothing else. */
export async function sameEffects({ waitMs, jetTaskQueue, ...about }: FloorInput): Promise<void> {
  const common = { startToCloseTimeout: '1 minute' } as const;
  const jet = proxyActivities<FloorActivities>({ ...common, taskQueue: jetTaskQueue });
  const own = proxyActivities<FloorActivities>(common);
  await jet.checkEvent(about);
  await jet.markTitles(about);
  await sleep(waitMs);
  await jet.setStatusStorno(about);
  await sleep(waitMs);
  await jet.verifyChannel(about);
  await jet.grantExtendedRight(about);
  await own.sendPartnerNotice(about);
  await own.closeCase(about);
}
