import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { CancellationInput } from '../../src/domain/case';
import { caseStartOptions } from '../../src/temporal/start';

const POLL_MS = 30_000;

/** The next workflow task of that queue, as a worker takes it. */
export function pollTask(client: Client, taskQueue: string) {
  const { workflowService, options } = client;
  const { namespace } = options;
  return client.withDeadline(Date.now() + POLL_MS, () =>
    workflowService.pollWorkflowTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
      identity: 'foreign',
    }),
  );
}

interface ForeignRun {
  /** The type of the failure of the activity that was asked for; `null`: it was done. */
  outcome: string | null;
  terminate(): Promise<unknown>;
}

/**
 * A run of somebody else: with the id, the type, the memo and the input of a case, on a task queue of their own, whose one
 * workflow task they answer by asking our workers for an activity. Resolves when that has been done or has failed.
 */
export async function askFromForeignRun(
  client: Client,
  input: CancellationInput,
  { type, queue, argument }: { type: string; queue: string; argument: unknown },
): Promise<ForeignRun> {
  const { workflowService, options } = client;
  const { namespace } = options;
  const taskQueue = `foreign-${randomUUID()}`;
  const handle = await client.workflow.start('cancelPerformance', {
    ...caseStartOptions(input, 'digest', true),
    taskQueue,
  });
  const poll = () => pollTask(client, taskQueue);
  const { taskToken } = await poll();
  await workflowService.respondWorkflowTaskCompleted({
    namespace,
    taskToken,
    identity: 'foreign',
    commands: [
      {
        commandType: temporal.api.enums.v1.CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
        scheduleActivityTaskCommandAttributes: {
          activityId: '1',
          activityType: { name: type },
          taskQueue: { name: queue },
          input: { payloads: [defaultPayloadConverter.toPayload(argument)] },
          scheduleToCloseTimeout: { seconds: 20 as never },
          retryPolicy: { maximumAttempts: 1 },
        },
      } as never,
    ],
  });
  // The next workflow task comes with the end of the activity.
  const { history } = await poll();
  const failure = history?.events
    ?.map((event) => event.activityTaskFailedEventAttributes)
    .find((attributes) => attributes)?.failure;
  const isDone = history?.events?.some((event) => event.activityTaskCompletedEventAttributes);
  return {
    outcome: isDone ? null : (failure?.applicationFailureInfo?.type ?? 'no outcome'),
    terminate: () => handle.terminate('Probe'),
  };
}

/**
 * Answers the next workflow task of a run on that queue by completing it, as a worker of somebody else can. A task of another case
 * is left unanswered: the server gives it out again.
 */
export async function completeForeignRun(
  client: Client,
  taskQueue: string,
  workflowId: string,
): Promise<void> {
  const { workflowService, options } = client;
  const { namespace } = options;
  let { taskToken, workflowExecution } = await pollTask(client, taskQueue);
  while (workflowExecution?.workflowId !== workflowId)
    ({ taskToken, workflowExecution } = await pollTask(client, taskQueue));
  await workflowService.respondWorkflowTaskCompleted({
    namespace,
    taskToken,
    identity: 'foreign',
    commands: [
      {
        commandType: temporal.api.enums.v1.CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
        completeWorkflowExecutionCommandAttributes: {},
      },
    ],
  });
}
