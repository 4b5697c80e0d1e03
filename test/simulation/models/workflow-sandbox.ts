import { asyncLocalStorage, Context } from '@temporalio/activity';
import {
  defaultFailureConverter,
  defaultPayloadConverter,
  ensureTemporalFailure,
  noopMetricMeter,
  TypedSearchAttributes,
} from '@temporalio/common';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time';
import { parseWorkflowCode } from '@temporalio/worker/lib/worker';
import type { Workflow } from '@temporalio/worker/lib/workflow/interface';
import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm';
import { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared';

/*
 * The one place that knows the inside of Temporal's library: how a worker makes a workflow, and what it sends to it. If
 * a new version breaks this, `workflow-sandbox.test.ts` says where to look.
 */

type Activation = Parameters<Workflow['activate']>[0];
type Successful = NonNullable<Awaited<ReturnType<Workflow['activate']>>['successful']>;
type WorkflowCommand = NonNullable<Successful['commands']>[number];

/** A message from a worker to a workflow. */
export type Job = NonNullable<Activation['jobs']>[number];
export type Failure = NonNullable<NonNullable<WorkflowCommand['failWorkflowExecution']>['failure']>;

export interface ActivityOptions {
  seq: number;
  activityId: string;
  activityType: string;
  input: unknown;
  startToCloseMs?: number;
  scheduleToCloseMs?: number;
  scheduleToStartMs?: number;
  heartbeatMs?: number;
  retry: { initialMs: number; coefficient: number; maximumMs?: number; maximumAttempts: number };
}

/** A workflow's command, as the model of Temporal understands it. */
export type Command =
  | { kind: 'schedule-activity'; activity: ActivityOptions }
  | { kind: 'cancel-activity'; seq: number }
  | { kind: 'start-timer'; seq: number; ms: number }
  | { kind: 'cancel-timer'; seq: number }
  | { kind: 'update'; id: string; step: 'accepted' | 'rejected' | 'completed'; message?: string }
  | { kind: 'close'; as: 'completed' | 'failed' | 'cancelled'; type?: string }
  | { kind: 'upsert' }
  | {
      kind: 'start-child';
      seq: number;
      workflowId: string;
      workflowType: string;
      input: unknown;
      /** It goes on when its parent closes. */
      isAbandoned: boolean;
    }
  | { kind: 'continue-as-new'; input: unknown }
  /** The run goes the newer way, and history says so. */
  | { kind: 'patch'; id: string };

export interface RunOptions {
  workflowId: string;
  workflowType: string;
  runId: string;
  taskQueue: string;
  /** Source of `Math.random` and `uuid4` in the workflow. */
  randomnessSeed: number;
  startedAt: number;
  /** Stands in the memo of a run that the API started. */
  caseId?: string;
  /** By so much the history grows with each workflow task, as the run is told; absent: it does not grow. */
  eventsOfTask?: number;
}

export interface Completion {
  commands: Command[];
  /** The flags that the library needs for a replay. */
  flags: number[];
  /** Decoded only when it is needed. */
  shown: () => ShownTexts;
}

/** The texts that a workflow hands to Temporal. */
export interface ShownTexts {
  /** Inputs, replies and results. */
  payloads: string;
  /** What Temporal's lists and pages show to all their users: summaries, details, search attributes. */
  labels: string;
}

/** Makes sandboxed workflows of one bundle. */
export class WorkflowSandbox {
  private constructor(private readonly creator: ReusableVMWorkflowCreator) {}

  static async open(code: string): Promise<WorkflowSandbox> {
    // The hooks for stack traces would see every promise of this process, and slow it down.
    globalHandlers.installed = true;
    const unlimited = undefined as unknown as number;
    return new WorkflowSandbox(
      await ReusableVMWorkflowCreator.create(parseWorkflowCode(code), unlimited, new Set()),
    );
  }

  async start(options: RunOptions): Promise<SandboxedRun> {
    const { workflowId, workflowType, runId, taskQueue, startedAt } = options;
    const startTime = new Date(startedAt);
    const workflow = await this.creator.createWorkflow({
      info: {
        workflowId,
        workflowType,
        runId,
        taskQueue,
        namespace: 'default',
        firstExecutionRunId: runId,
        searchAttributes: {},
        typedSearchAttributes: new TypedSearchAttributes(),
        startTime,
        runStartTime: startTime,
        taskTimeoutMs: 10_000,
        attempt: 1,
        historyLength: 3,
        historySize: 300,
        continueAsNewSuggested: false,
        targetWorkerDeploymentVersionChanged: false,
        unsafe: { now: () => startedAt, isReplaying: false, isReplayingHistoryEvents: false },
      } as never,
      randomnessSeed: bytesOf(options.randomnessSeed),
      now: startedAt,
      showStackTraceSources: false,
      failureExceptionTypeNames: [],
    } as never);
    return new SandboxedRun(workflow, options);
  }
}

/** One run in its sandbox. `dispose` makes it forget everything, as in a worker that dies. */
export class SandboxedRun {
  private tasks = 0;

  constructor(
    private readonly workflow: Workflow,
    private readonly options: RunOptions,
  ) {}

  /** Rejects when the workflow task fails, through a defect of the workflow or because it is not deterministic. */
  async activate(jobs: Job[], at: number, replay?: { flags: readonly number[] }): Promise<Completion> {
    const { runId, eventsOfTask = 0 } = this.options;
    const completion = await this.workflow.activate({
      runId,
      timestamp: msToTs(at),
      isReplaying: replay !== undefined,
      historyLength: 3 + eventsOfTask * this.tasks++,
      availableInternalFlags: [...(replay?.flags ?? [])],
      jobs,
    });
    await this.workflow.getAndResetSinkCalls();
    const { successful, failed } = completion;
    if (!successful) throw new Error(`the workflow task failed: ${failed?.failure?.message}`);
    const raw = successful.commands ?? [];
    return {
      commands: raw.map(readCommand),
      flags: [...(successful.usedInternalFlags ?? [])],
      shown: () => ({
        payloads: decode(raw),
        labels: decode(
          raw.map(({ userMetadata, upsertWorkflowSearchAttributes }) => [
            userMetadata,
            upsertWorkflowSearchAttributes,
          ]),
        ),
      }),
    };
  }

  async query<T>(queryType: string): Promise<T> {
    const query = {
      queryWorkflow: { queryId: 'q', queryType, arguments: [] },
      variant: 'queryWorkflow' as const,
    };
    const { successful } = await this.workflow.activate({ runId: this.options.runId, jobs: [query] });
    const answer = successful?.commands?.[0]?.respondToQuery;
    const response = answer?.succeeded?.response;
    if (!response) throw new Error(`the query ${queryType} failed: ${answer?.failed?.message}`);
    return defaultPayloadConverter.fromPayload<T>(response);
  }

  async dispose(): Promise<void> {
    await this.workflow.dispose();
  }
}

export function initializeJob(options: RunOptions, input: unknown): Job {
  const { workflowId, workflowType, caseId } = options;
  // The memo shows that the API started this run.
  const memo = caseId && { fields: { caseId: defaultPayloadConverter.toPayload(caseId) } };
  return {
    initializeWorkflow: {
      ...(memo && { memo }),
      workflowId,
      workflowType,
      arguments: [defaultPayloadConverter.toPayload(input)],
      firstExecutionRunId: options.runId,
      attempt: 1,
    },
  };
}

export function randomSeedJob(seed: number): Job {
  return { updateRandomSeed: { randomnessSeed: { toBytes: () => bytesOf(seed) } as never } };
}

/** What an activity can read from its context. */
export interface ActivityContext {
  workflowId: string;
  workflowType: string;
  runId: string;
  scheduledAt: number;
  attemptScheduledAt: number;
  /** Counts from 1. */
  attempt: number;
  client: unknown;
}

const QUIET = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** Runs in the context of an activity, as in a worker. It is never cancelled, and its heartbeats go nowhere. */
export function runAsActivity<T>(
  { workflowId, workflowType, runId, scheduledAt, attemptScheduledAt, attempt, client }: ActivityContext,
  work: () => Promise<T>,
): Promise<T> {
  const info = {
    workflowExecution: { workflowId, runId },
    workflowType,
    scheduledTimestampMs: scheduledAt,
    currentAttemptScheduledTimestampMs: attemptScheduledAt,
    attempt,
  };
  const context = new Context(
    info as never,
    NEVER,
    NOT_ABORTED,
    () => undefined,
    client as never,
    QUIET as never,
    noopMetricMeter,
    {},
  );
  return asyncLocalStorage.run(context, work);
}

const NEVER = new Promise<never>(() => undefined);
const NOT_ABORTED = new AbortController().signal;

function bytesOf(seed: number): number[] {
  return [0, 8, 16, 24, 0, 8, 16, 24].map((shift) => (seed >>> shift) & 0xff);
}

/** Every text anywhere inside the value, even one encoded in bytes. */
function decode(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).map(decode).join('\n');
}

function readCommand(command: WorkflowCommand): Command {
  const { scheduleActivity, requestCancelActivity, startTimer, cancelTimer, updateResponse } = command;
  if (scheduleActivity) return { kind: 'schedule-activity', activity: readActivity(scheduleActivity) };
  if (requestCancelActivity) return { kind: 'cancel-activity', seq: requestCancelActivity.seq ?? 0 };
  if (startTimer)
    return {
      kind: 'start-timer',
      seq: startTimer.seq ?? 0,
      ms: optionalTsToMs(startTimer.startToFireTimeout) ?? 0,
    };
  if (cancelTimer) return { kind: 'cancel-timer', seq: cancelTimer.seq ?? 0 };
  if (updateResponse) {
    const { protocolInstanceId, accepted, rejected } = updateResponse;
    const step = accepted ? 'accepted' : rejected ? 'rejected' : 'completed';
    return { kind: 'update', id: protocolInstanceId ?? '', step, message: rejected?.message ?? undefined };
  }
  if (command.completeWorkflowExecution) return { kind: 'close', as: 'completed' };
  if (command.cancelWorkflowExecution) return { kind: 'close', as: 'cancelled' };
  if (command.failWorkflowExecution) {
    const type = command.failWorkflowExecution.failure?.applicationFailureInfo?.type ?? undefined;
    return { kind: 'close', as: 'failed', type };
  }
  if (command.startChildWorkflowExecution) return readChild(command.startChildWorkflowExecution);
  if (command.continueAsNewWorkflowExecution) {
    const [input] = command.continueAsNewWorkflowExecution.arguments ?? [];
    return { kind: 'continue-as-new', input: input && defaultPayloadConverter.fromPayload(input) };
  }
  if (command.upsertWorkflowSearchAttributes) return { kind: 'upsert' };
  if (command.setPatchMarker) return { kind: 'patch', id: command.setPatchMarker.patchId ?? '' };
  throw new Error(`a command that the model does not know: ${Object.keys(command).join(', ')}`);
}

const ABANDON = 2;

function readChild(command: NonNullable<WorkflowCommand['startChildWorkflowExecution']>): Command {
  const [input] = command.input ?? [];
  return {
    kind: 'start-child',
    seq: command.seq ?? 0,
    workflowId: command.workflowId ?? '',
    workflowType: command.workflowType ?? '',
    input: input && defaultPayloadConverter.fromPayload(input),
    isAbandoned: (command.parentClosePolicy as number) === ABANDON,
  };
}

function readActivity(command: NonNullable<WorkflowCommand['scheduleActivity']>): ActivityOptions {
  const { retryPolicy } = command;
  const [input] = command.arguments ?? [];
  const initialMs = optionalTsToMs(retryPolicy?.initialInterval) ?? 1_000;
  return {
    seq: command.seq ?? 0,
    activityId: command.activityId ?? '',
    activityType: command.activityType ?? '',
    input: input && defaultPayloadConverter.fromPayload(input),
    startToCloseMs: optionalTsToMs(command.startToCloseTimeout),
    scheduleToCloseMs: optionalTsToMs(command.scheduleToCloseTimeout),
    scheduleToStartMs: optionalTsToMs(command.scheduleToStartTimeout),
    heartbeatMs: optionalTsToMs(command.heartbeatTimeout),
    retry: {
      initialMs,
      coefficient: retryPolicy?.backoffCoefficient || 2,
      maximumMs: optionalTsToMs(retryPolicy?.maximumInterval),
      maximumAttempts: retryPolicy?.maximumAttempts ?? 0,
    },
  };
}

export function updateJob(id: string, name: string, request: unknown, runValidator: boolean): Job {
  const input = [defaultPayloadConverter.toPayload(request)];
  return { doUpdate: { id, protocolInstanceId: id, name, input, runValidator, meta: { updateId: id } } };
}

const ACTIVITY_FAILED = 'Activity task failed';

export function activityCompletedJob(seq: number, result: unknown): Job {
  return {
    resolveActivity: { seq, result: { completed: { result: defaultPayloadConverter.toPayload(result) } } },
  };
}

export function activityFailedJob({ seq, activityId, activityType }: ActivityOptions, cause: Failure): Job {
  const failure = {
    message: ACTIVITY_FAILED,
    cause,
    activityFailureInfo: { activityId, activityType: { name: activityType } },
  };
  return { resolveActivity: { seq, result: { failed: { failure } } } };
}

export function activityCancelledJob({ seq, activityId, activityType }: ActivityOptions): Job {
  const cause = { message: 'Activity cancelled', canceledFailureInfo: {} };
  const failure = {
    message: ACTIVITY_FAILED,
    cause,
    activityFailureInfo: { activityId, activityType: { name: activityType } },
  };
  return { resolveActivity: { seq, result: { cancelled: { failure } } } };
}

/** `runId`: of the child that was started; `null`: another run has its id. */
export function childStartJob(
  { seq, workflowId, workflowType }: Extract<Command, { kind: 'start-child' }>,
  runId: string | null,
): Job {
  const taken = { failed: { workflowId, workflowType, cause: WORKFLOW_ALREADY_EXISTS } };
  return {
    resolveChildWorkflowExecutionStart: { seq, ...(runId === null ? taken : { succeeded: { runId } }) },
  };
}

const WORKFLOW_ALREADY_EXISTS = 1;

export function childClosedJob(seq: number, isCompleted: boolean): Job {
  const failure = { message: 'Child Workflow execution failed', terminatedFailureInfo: {} };
  return {
    resolveChildWorkflowExecution: {
      seq,
      result: isCompleted ? { completed: {} } : { failed: { failure } },
    },
  };
}

/** 1: start to close, 3: schedule to close, 4: heartbeat. */
export function timeoutFailure(timeoutType: 1 | 2 | 3 | 4, cause?: Failure): Failure {
  return { message: 'activity timeout', timeoutFailureInfo: { timeoutType }, cause };
}

export function failureOf(error: unknown): Failure {
  return defaultFailureConverter.errorToFailure(ensureTemporalFailure(error), defaultPayloadConverter);
}
