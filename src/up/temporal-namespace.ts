import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';

/** How long Temporal remembers a finished cancellation. A dev server's own default is one day. */
const RETENTION = '90 days';

/** Sets the retention of the default namespace. Harmless to repeat. */
export async function setRetention(address: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService.updateNamespace({
      namespace: 'default',
      config: { workflowExecutionRetentionTtl: msToTs(RETENTION) },
    });
  } finally {
    await connection.close();
  }
}
