import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';

/** *Reset* of the Web UI, to the run's first event, so that everything is carried out again. Returns the new run. */
export async function resetToFirstEvent(client: Client, workflowId: string, runId: string): Promise<string> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const first = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  const reset = await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId, runId },
    reason: 'Probe',
    requestId: randomUUID(),
    workflowTaskFinishEventId: first?.eventId,
  });
  return reset.runId;
}
