import { randomUUID } from 'node:crypto';
import {
  ActivityExecutionFailedError,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { ApplicationFailure, TimeoutFailure, TypedSearchAttributes } from '@temporalio/common';
import type { RunAction } from './domain/vocabulary';
import type { CancellationInput, CancellationStatus } from './domain/case';
import { isFailureCode, KnownFailure } from './domain/failures';
import { stripMarker } from './domain/marker';
import { caseSummary } from './domain/wording';
import {
  apiUpdateId,
  CANCEL_PERFORMANCE,
  CANCELLATION_STEP,
  cancellationQuery,
  cancellationWorkflowId,
  EVENT_NUMBER,
  HOUSE,
  JET_TASK_QUEUE,
  NEEDS_ATTENTION,
  PERFORMANCE_AT,
  TASK_QUEUE,
  UPDATES,
  type ActionRequest,
} from './workflows/messages';

/** Temporal or its workers cannot be reached in time. */
export class WorkersUnavailable extends Error {
  override readonly name = 'WorkersUnavailable';
}

/** An action that the run refuses: `message` says why, in German. */
export class ActionNotPossible extends Error {
  override readonly name = 'ActionNotPossible';
}

/** One run, as Temporal's own records show it, without asking a worker. */
export interface RunRecord {
  house: string;
  eventNumber: string;
  workflowId: string;
  runId: string;
  status: 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated';
  startedAt: string;
  /** `null` for a run that was started by hand. */
  caseId: string | null;
  orderDigest: string | null;
  title: string | null;
  performanceAt: string | null;
  step: string | null;
  needsAttention: boolean;
}

/** The typed calls to Temporal. Nobody else in the server speaks to it. */
export interface CancellationClient {
  /** Durable when it resolves. `isNew` is false when a run of this event is open, or has completed. */
  start(input: CancellationInput, orderDigest: string): Promise<{ isNew: boolean; runId: string | null }>;
  /** The newest run of an event. */
  find(house: string, eventNumber: string): Promise<RunRecord | null>;
  /** What the run itself says. Rejects with `WorkersUnavailable` when no worker answers. */
  query(house: string, eventNumber: string, runId: string): Promise<CancellationStatus>;
  /** The input of a run, from its first event: needs no worker. */
  readInput(run: RunRecord): Promise<CancellationInput | null>;
  listOpen(house?: string): Promise<RunRecord[]>;
  /** What a person asks of the open run. Rejects with `ActionNotPossible` when the run refuses it. */
  act(
    action: RunAction,
    house: string,
    eventNumber: string,
    request: ActionRequest,
    /** The same key again gets the same answer. */
    key?: string,
  ): Promise<CancellationStatus>;
  /** A read of Jet, as a standalone activity on Jet's own queue. Rejects with the `KnownFailure` it failed with. */
  read<T>(activity: 'findEvents' | 'readEvent' | 'planOrder', argument: unknown): Promise<T>;
  /** Whether Temporal answers and both queues are polled. */
  isReady(): Promise<boolean>;
}

const QUERY_DEADLINE_MS = 2_500;
const UPDATE_DEADLINE_MS = 10_000;
const READ_DEADLINE_MS = 10_000;
const RPC_DEADLINE_MS = 5_000;
/** A poll takes a minute; Temporal goes on listing a poller that has gone for some more. */
const POLLER_FRESH_MS = 75_000;

export function createCancellationClient(client: Client): CancellationClient {
  const within = <T>(deadlineMs: number, call: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + deadlineMs, call).catch((error: unknown) => {
      throw isUnreachable(error) ? new WorkersUnavailable('no answer in time', { cause: error }) : error;
    });
  const handleOf = (house: string, eventNumber: string, runId?: string) =>
    client.workflow.getHandle(cancellationWorkflowId(house, eventNumber), runId);

  return {
    async start(input, orderDigest) {
      const { order, caseId } = input;
      const { title, startsAt } = order.expected;
      const bareTitle = stripMarker(title, input.policy.marker);
      try {
        const handle = await within(RPC_DEADLINE_MS, () =>
          client.workflow.start(CANCEL_PERFORMANCE, {
            taskQueue: TASK_QUEUE,
            workflowId: cancellationWorkflowId(order.house, order.eventNumber),
            workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
            workflowIdConflictPolicy: 'FAIL',
            args: [input],
            staticSummary: caseSummary(order.house, order.eventNumber, bareTitle, startsAt),
            memo: { caseId, orderDigest, title: bareTitle },
            typedSearchAttributes: new TypedSearchAttributes([
              { key: HOUSE, value: order.house },
              { key: EVENT_NUMBER, value: order.eventNumber },
              { key: CANCELLATION_STEP, value: 'check' },
              { key: NEEDS_ATTENTION, value: false },
              { key: PERFORMANCE_AT, value: new Date(startsAt) },
            ]),
          }),
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

    async readInput({ workflowId, runId }) {
      const { namespace } = client.options;
      const response = await within(RPC_DEADLINE_MS, () =>
        client.workflowService.getWorkflowExecutionHistory({
          namespace,
          execution: { workflowId, runId },
          maximumPageSize: 1,
        }),
      );
      const payload =
        response.history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
      if (!payload) return null;
      return client.options.loadedDataConverter.payloadConverter.fromPayload<CancellationInput>(payload);
    },

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
      const queues = [
        { name: TASK_QUEUE, type: 1 },
        { name: TASK_QUEUE, type: 2 },
        { name: JET_TASK_QUEUE, type: 2 },
      ];
      const answers = await within(RPC_DEADLINE_MS, () =>
        Promise.all(
          queues.map(({ name, type }) =>
            client.workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType: type }),
          ),
        ),
      );
      const isFresh = (seconds: unknown) => Date.now() - Number(seconds) * 1_000 < POLLER_FRESH_MS;
      return answers.every(({ pollers }) =>
        (pollers ?? []).some(({ lastAccessTime }) => isFresh(lastAccessTime?.seconds)),
      );
    },
  };
}

/** A failed read carries its row of the failure table; a time-out means that nobody was there to read. */
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

/** 9 is "failed precondition": what a query gets when no worker has polled for a while. */
function isUnreachable(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause) && UNREACHABLE_STATUS.includes(cause.code)) return true;
    if (cause.name === 'WorkflowUpdateRPCTimeoutOrCancelledError') return true;
  }
  return false;
}

const STATUS_NAMES: Record<string, RunRecord['status']> = {
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  CONTINUED_AS_NEW: 'running',
};

type Recorded = Pick<
  WorkflowExecutionDescription,
  'workflowId' | 'runId' | 'status' | 'startTime' | 'memo' | 'typedSearchAttributes'
>;

function toRunRecord(info: Recorded): RunRecord {
  const [, house = '', eventNumber = ''] = info.workflowId.split('/');
  const memo = (info.memo ?? {}) as { caseId?: string; orderDigest?: string; title?: string };
  const attributes = info.typedSearchAttributes;
  return {
    house,
    eventNumber,
    workflowId: info.workflowId,
    runId: info.runId,
    status: STATUS_NAMES[info.status.name] ?? 'terminated',
    startedAt: info.startTime.toISOString(),
    caseId: memo.caseId ?? null,
    orderDigest: memo.orderDigest ?? null,
    title: memo.title ?? null,
    performanceAt: attributes.get(PERFORMANCE_AT)?.toISOString() ?? null,
    step: attributes.get(CANCELLATION_STEP) ?? null,
    needsAttention: attributes.get(NEEDS_ATTENTION) ?? false,
  };
}
