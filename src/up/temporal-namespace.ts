import { setTimeout as sleep } from 'node:timers/promises';
import { msToTs } from '@temporalio/common/lib/time';
import { connect } from '../temporal/connect';

/** How long Temporal keeps a finished cancellation. The dev server's own default is one day. */
const RETENTION = '90 days';
const NAMESPACE = 'default';
const ATTEMPTS = 20;
const PAUSE_MS = 500;

/** Sets the retention of the default namespace. Safe to repeat. Waits for a server that is just starting. */
export async function setRetention(address: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await updateRetention(address);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

async function updateRetention(address: string): Promise<void> {
  const connection = await connect({ connectionOptions: { address } });
  try {
    await connection.workflowService.updateNamespace({
      namespace: NAMESPACE,
      config: { workflowExecutionRetentionTtl: msToTs(RETENTION) },
    });
  } finally {
    await connection.close();
  }
}
