import { randomUUID } from 'node:crypto';
import {
  ActivityExecutionFailedError,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import type { RunAction } from './domain/vocabulary';
import type { CancellationInput, CancellationStatus } from './domain/case';
import { isFailureCode, KnownFailure } from './domain/failures';
import { readCaseInput } from './temporal/case-input';
import { findIdleWork } from './temporal/queues';
import { toRunRecord, type RunRecord } from './temporal/run-record';
import { caseStartOptions } from './temporal/start';
import {
  apiUpdateId,
  CANCEL_PERFORMANCE,
  cancellationQuery,
  cancellationWorkflowId,
  JET_TASK_QUEUE,
  UPDATES,
  type ActionRequest,
} from './workflows/messages';

export type { RunRecord };

/** Temporal or its workers cannot be reached in time. */
export class WorkersUnavailable extends Error {
  override readonly name = 'WorkersUnavailable';
}

/** An action that the run refuses: `message` says why, in German. */
export class ActionNotPossible extends Error {
  override readonly name = 'ActionNotPossible';
}

/** The typed calls to Temporal: the only way from API and console to Temporal. */
export interface CancellationClient {
  /** Once this resolves, the order is durable. `isNew` is false when a run of this event is open or has completed. */
  start(input: CancellationInput, orderDigest: string): Promise<{ isNew: boolean; runId: string | null }>;
  /** The newest run of an event. */
  find(house: string, eventNumber: string): Promise<RunRecord | null>;
  /** The run's own status. Rejects with `WorkersUnavailable` when no worker answers. */
  query(house: string, eventNumber: string, runId: string): Promise<CancellationStatus>;
  /** The input of a run, from its first event. Needs no worker. */
  readInput(run: RunRecord): Promise<CancellationInput | null>;
  listOpen(house?: string): Promise<RunRecord[]>;
  /** An action on the open run. Rejects with `ActionNotPossible` when the run refuses it. */
  act(
    action: RunAction,
    house: string,
    eventNumber: string,
    request: ActionRequest,
    /** A repeated key gets the first answer again. */
    key?: string,
  ): Promise<CancellationStatus>;
  /** A read of Jet, as a standalone activity on Jet's own queue. Rejects with the `KnownFailure` of the read. */
  read<T>(activity: 'findEvents' | 'readEvent' | 'planOrder', argument: unknown): Promise<T>;
  /** Whether Temporal answers and both queues are polled. */
  isReady(): Promise<boolean>;
}

const QUERY_DEADLINE_MS = 2_500;
const UPDATE_DEADLINE_MS = 10_000;
const READ_DEADLINE_MS = 10_000;
const RPC_DEADLINE_MS = 5_000;

export function createCancellationClient(client: Client): CancellationClient {
  const within = <T>(deadlineMs: number, call: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + deadlineMs, call).catch((error: unknown) => {
      throw isUnreachable(error) ? new WorkersUnavailable('no answer in time', { cause: error }) : error;
    });
  const handleOf = (house: string, eventNumber: string, runId?: string) =>
    client.workflow.getHandle(cancellationWorkflowId(house, eventNumber), runId);

  return {
    async start(input, orderDigest) {
      try {
        const options = caseStartOptions(input, orderDigest);
        const handle = await within(RPC_DEADLINE_MS, () =>
          client.workflow.start(CANCEL_PERFORMANCE, options),
        );
        return { isNew: true, runId: handle.firstExecutionRunId };
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return { isNew: false, runId: null };
        throw error;
      }
    },

    async find(house, eventNumber) {
      try {
        return toRunRecord(await within(RPC_DEADLINE_MS, () => handleOf(house, eventNumber).describe()));
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      }
    },

    query: (house, eventNumber, runId) =>
      within(QUERY_DEADLINE_MS, () => handleOf(house, eventNumber, runId).query(cancellationQuery)),

    readInput: (run) => within(RPC_DEADLINE_MS, () => readCaseInput(client, run)),

    async listOpen(house) {
      const query = [`WorkflowType = '${CANCEL_PERFORMANCE}'`, `ExecutionStatus = 'Running'`];
      if (house) query.push(`House = '${house}'`);
      return within(RPC_DEADLINE_MS, async () => {
        const runs: RunRecord[] = [];
        for await (const info of client.workflow.list({ query: query.join(' AND '), pageSize: 1_000 })) {
          runs.push(toRunRecord(info));
        }
        return runs;
      });
    },

    async act(action, house, eventNumber, request, key = randomUUID()) {
      const updateId = apiUpdateId(key);
      try {
        const handle = handleOf(house, eventNumber);
        return await within(UPDATE_DEADLINE_MS, () =>
          // What the action names is checked by the run itself.
          handle.executeUpdate(UPDATES[action], { args: [request], updateId }),
        );
      } catch (error) {
        const refusal = error instanceof WorkflowUpdateFailedError ? error.cause : null;
        if (refusal instanceof ApplicationFailure) throw new ActionNotPossible(refusal.message);
        throw error;
      }
    },

    async read<T>(activity: string, argument: unknown): Promise<T> {
      try {
        return await within(READ_DEADLINE_MS + 1_000, () =>
          client.activity.execute<T>(activity, {
            id: `${activity}/${randomUUID()}`,
            taskQueue: JET_TASK_QUEUE,
            args: [argument],
            scheduleToCloseTimeout: READ_DEADLINE_MS,
            heartbeatTimeout: 3_000,
            retry: { initialInterval: 500, maximumInterval: 2_000 },
          }),
        );
      } catch (error) {
        throw error instanceof ActivityExecutionFailedError ? toKnownFailure(error) : error;
      }
    },

    async isReady() {
      const { namespace } = client.options;
      const idle = await within(RPC_DEADLINE_MS, () => findIdleWork(client.workflowService, namespace));
      return idle.length === 0;
    },
  };
}

/**
 * A failed read carries its row of the failure table. A time-out means that no worker took it, unless the worker had
 * started and Jet did not answer.
 */
function toKnownFailure(error: ActivityExecutionFailedError): Error {
  let cause: unknown = error.cause;
  if (
    cause instanceof TimeoutFailure &&
    cause.timeoutType !== 'SCHEDULE_TO_START' &&
    cause.cause === undefined
  ) {
    return new KnownFailure('jet-unavailable', 'somebody was reading, and Jet did not answer in time');
  }
  while (cause instanceof Error) {
    if (cause instanceof ApplicationFailure && cause.type && isFailureCode(cause.type)) {
      return new KnownFailure(cause.type, cause.message);
    }
    cause = cause.cause;
  }
  return new WorkersUnavailable('the read was not done in time', { cause: error });
}

const UNREACHABLE_STATUS: readonly number[] = [1 /* cancelled */, 4 /* deadline */, 14 /* unavailable */, 9];

/** Code 9 is "failed precondition": a query gets it when no worker has polled for a while. */
function isUnreachable(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause) && UNREACHABLE_STATUS.includes(cause.code)) return true;
    if (cause.name === 'WorkflowUpdateRPCTimeoutOrCancelledError') return true;
  }
  return false;
}
