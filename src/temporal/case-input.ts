import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { CancellationInput } from '../domain/case';
import type { WorkflowRun } from '../domain/types';

/**
 * The input of a run, from the first event of its history: needs no worker. Read with the client's whole data
 * converter, codecs included. `null`: it was started without an input, or with one that cannot be read: somebody else's, or of
 * a key that was given up.
 */
export async function readCaseInput<I = CancellationInput>(
  { workflowService, options: { namespace, loadedDataConverter } }: Client,
  { workflowId, runId }: WorkflowRun,
): Promise<I | null> {
  const { history } = await workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  const payloads = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads;
  const context = { type: 'workflow', namespace, workflowId } as const;
  const [input = null] = await decodeArrayFromPayloads(loadedDataConverter, payloads, context).catch(
    () => [],
  );
  return input as I | null;
}
