import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { TASK_QUEUE } from '../../src/workflows/messages';
import { pollTask } from './foreign-worker';
import { eventually } from './eventually';

const CAUSE = temporal.api.enums.v1.WorkflowTaskFailedCause;

/**
 * Fails the workflow task of a run again and again, as a worker of the wrong version does, or one that lacks a key. No other
 * worker may poll. Resolves when the server's lists report it.
 */
export async function failTasksOf(client: Client, workflowId: string, taskQueue = TASK_QUEUE): Promise<void> {
  const { workflowService, options } = client;
  const { namespace } = options;
  // Any signal makes a task; nobody listens to this one.
  await client.workflow.getHandle(workflowId).signal('nobody');
  await eventually(
    async () => {
      const { taskToken } = await pollTask(client, taskQueue);
      await workflowService.respondWorkflowTaskFailed({
        namespace,
        taskToken,
        identity: 'test',
        cause: CAUSE.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
      });
      return client.workflow.getHandle(workflowId).describe();
    },
    ({ raw }) => (raw.pendingWorkflowTask?.attempt ?? 1) > 5,
  );
}
