import { setTimeout as sleep } from 'node:timers/promises';
import type { GrowingCluster } from './growing-cluster';

const POLL_MS = 250;

/** Resolves when Temporal counts this many runs by the query. */
export async function untilCounted(
  { client }: GrowingCluster,
  query: string,
  wanted: number,
  patienceMs: number,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const { count } = await client.workflow.count(query);
    if (count >= wanted) return;
    if (Date.now() > deadline) throw new Error(`only ${count} of ${wanted}: ${query}`);
    await sleep(POLL_MS);
  }
}

/** Resolves when no case is in its first wait any more: each is Storno, and waits for that to arrive. */
export async function untilAllAwake({ client }: GrowingCluster, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const { count } = await client.workflow.count(`${ASLEEP} OR CancellationStep = 'set-storno'`);
    if (count === 0) return;
    if (Date.now() > deadline) throw new Error(`${count} still wait`);
    await sleep(POLL_MS);
  }
}

export const ASLEEP = `CancellationStep = 'wait-for-title-transfer'`;
export const COMPLETED = `WorkflowType = 'cancelPerformance' AND ExecutionStatus = 'Completed'`;
