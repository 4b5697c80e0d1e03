import { randomUUID } from 'node:crypto';
import {
  ActivityExecutionFailedError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import type { RunAction } from './domain/vocabulary';
import type { CancellationInput, CancellationStatus } from './domain/case';
import { isFailureCode, KnownFailure } from './domain/failures';
import { sealedStart, sealedUpdate, type Seal, type SealedFor } from './domain/seal';
import { turnOf } from './domain/urgency';
import { findMissing } from './temporal/abilities';
import { findAbandonedBuilds, watchAbandoned } from './temporal/deployments';
import {
  ActionInDoubt,
  ActionNotPossible,
  isRefusedQuery,
  toActionFault,
  toCallFault,
  WorkersUnavailable,
} from './temporal/call-faults';
import { readCaseInput } from './temporal/case-input';
import { countEarlierTries } from './temporal/earlier-tries';
import { findIdleWork } from './temporal/queues';
import { RecentRuns, type EventOfHouse } from './temporal/recent-runs';
import { describeRun, recordsClient } from './temporal/records';
import { isOpenRun, toRunRecord, type RunRecord } from './temporal/run-record';
import { createSeriesRuns, type SeriesPlanState, type SeriesRuns } from './temporal/series-runs';
import { caseStartOptions } from './temporal/start';
import {
  apiUpdateId,
  CANCEL_PERFORMANCE,
  CANCELLATION_STEP,
  cancellationQuery,
  cancellationWorkflowId,
  HOUSE,
  JET_TASK_QUEUE,
  NEEDS_ATTENTION,
  UPDATES,
  type ActionRequest,
} from './workflows/messages';

export { type SeriesPlanState };
export { ActionInDoubt, ActionNotPossible, isOpenRun, WorkersUnavailable, type RunRecord };

export interface StartOptions {
  /** On whose behalf: the start is sealed for them. */
  by: SealedFor;
  /**
   * A run may follow one that has completed: the event was put on sale again in a rehearsal with the simulator, or that run
   * was none of Absage's.
   */
  mayFollowCompleted?: boolean;
}

export interface ActOptions {
  /** On whose behalf: the action is sealed for them. */
  by: SealedFor;
  /** Again the same one gets the first answer again from the same run. */
  updateKey?: string;
}

/** Which of the open runs are listed: those that all of these let through. */
export interface OpenRunFilter {
  house?: string;
  /** Of these events only. */
  events?: readonly EventOfHouse[];
  /** Still in their check. */
  isInCheck?: true;
  /** Those that ask for a person, or that Temporal holds. */
  needsSomebody?: true;
}

/** The typed calls to Temporal: the only way from API and console to Temporal. */
export interface CancellationClient {
  /** Once this resolves, the order is durable. `isNew` is false when a run of this event is open or has completed. */
  start(
    input: CancellationInput,
    orderDigest: string,
    options: StartOptions,
  ): Promise<{ isNew: true; runId: string; seal: Seal } | { isNew: false; runId: null }>;
  /** The newest run of an event. */
  find(house: string, eventNumber: string): Promise<RunRecord | null>;
  /** As `find`, for many events: a few calls at a time, and a fresh answer is not asked for again. */
  findAll(events: readonly EventOfHouse[]): Promise<(RunRecord | null)[]>;
  /** The run's own status. Rejects with `WorkersUnavailable` when no worker answers. */
  query(house: string, eventNumber: string, runId: string): Promise<CancellationStatus>;
  /** The input of a run, from its first event. Needs no worker. */
  readInput(run: RunRecord): Promise<CancellationInput | null>;
  /** How often a step was tried before the activity that is pending now; `null`: it is not known. Needs no worker. */
  countEarlierTries(run: RunRecord, activity: string): Promise<number | null>;
  /** The runs that hold an event, as far as Temporal's lists show them: they are behind at times. */
  listOpen(only?: OpenRunFilter): Promise<RunRecord[]>;
  /** The event of a case that may have no line yet: this process started it, or Temporal's lists show its run. */
  findEvent(caseId: string): Promise<EventOfHouse | null>;
  /**
   * An action on the open run of an event, or on exactly the run that is named. Rejects with `ActionNotPossible` when
   * the run refuses it, and with `ActionInDoubt` when the run ended meanwhile.
   */
  act(
    action: RunAction,
    run: EventOfHouse & { runId?: string; caseId: string | null },
    request: ActionRequest,
    options: ActOptions,
  ): Promise<CancellationStatus>;
  /** The answer that a run gave to an earlier action; `null`: it knows of none. */
  readAnswer(run: RunRecord, updateKey: string): Promise<CancellationStatus | null>;
  /**
   * A read of Jet on behalf of a house, as a standalone activity on Jet's own queue. Rejects with the `KnownFailure` of the
   * read.
   */
  read<T>(
    activity: 'findEvents' | 'readEvent' | 'planOrder' | 'isPutBack',
    house: string,
    argument: unknown,
  ): Promise<T>;
  /** The runs of series. */
  series: SeriesRuns;
  /** Whether Temporal answers and both queues are polled. */
  isReady(): Promise<boolean>;
  /** What the server lacks and no cancellation can do without, in plain words. */
  findMissing(): Promise<string[]>;
  /** The builds that have open cases and no worker any more. */
  findAbandonedBuilds(): Promise<string[]>;
}

/** Makes the seal of a request, for whom it is made. */
export type MakeSeal = (request: object, by: SealedFor) => Seal;

const EVENTS_PER_QUERY = 200;

/** A run that has ended in one of these ways may have written no line; any other one has written its end. */
const CUT_OFF = ['Terminated', 'TimedOut'];

/** So many events of the cases that were started last are remembered. */
const REMEMBERED_STARTS = 1_000;

const QUERY_DEADLINE_MS = 2_500;
const UPDATE_DEADLINE_MS = 10_000;
const READ_DEADLINE_MS = 10_000;
const RPC_DEADLINE_MS = 5_000;

/** `seal`: what the API and its workers share, and nobody else can make. */
export function createCancellationClient(client: Client, seal: MakeSeal): CancellationClient {
  const within = <T>(deadlineMs: number, call: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + deadlineMs, call).catch((error: unknown) => {
      throw toCallFault(error);
    });
  const handleOf = (house: string, eventNumber: string, runId?: string) =>
    client.workflow.getHandle(cancellationWorkflowId(house, eventNumber), runId);

  const records = recordsClient(client);
  const isAbandoned = watchAbandoned(client.workflowService, client.options.namespace);
  const list = async (query: string): Promise<RunRecord[]> => {
    const runs: RunRecord[] = [];
    for await (const info of records.workflow.list({ query, pageSize: 1_000 })) runs.push(toRunRecord(info));
    return runs;
  };
  let isOlderServer = false;
  /** The open runs, and those that ended in another way that is named. */
  const listRuns = (others: readonly string[], only: OpenRunFilter = {}) =>
    within(RPC_DEADLINE_MS, async () => {
      if (isOlderServer) return list(runsQuery(others, only, true));
      return list(runsQuery(others, only, false)).catch(async (error: unknown) => {
        if (!isRefusedQuery(error)) throw error;
        const runs = await list(runsQuery(others, only, true));
        isOlderServer = true;
        return runs;
      });
    });

  const find = async (house: string, eventNumber: string): Promise<RunRecord | null> => {
    try {
      const workflowId = cancellationWorkflowId(house, eventNumber);
      return toRunRecord(await within(RPC_DEADLINE_MS, () => describeRun(records, workflowId, isAbandoned)));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  };
  const recent = new RecentRuns(find);
  const started = new Map<string, EventOfHouse>();
  const remember = ({ caseId, order: { house, eventNumber } }: CancellationInput) => {
    started.set(caseId, { house, eventNumber });
    const [oldest] = started.keys();
    if (started.size > REMEMBERED_STARTS && oldest) started.delete(oldest);
  };

  return {
    async start(input, orderDigest, { by, mayFollowCompleted = false }) {
      try {
        const { house, eventNumber } = input.order;
        const sealed = {
          ...input,
          seal: seal(sealedStart(cancellationWorkflowId(house, eventNumber), input), by),
        };
        const options = caseStartOptions(sealed, orderDigest, mayFollowCompleted);
        const handle = await within(RPC_DEADLINE_MS, () =>
          client.workflow.start(CANCEL_PERFORMANCE, options),
        );
        remember(input);
        return { isNew: true, runId: handle.firstExecutionRunId, seal: sealed.seal };
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return { isNew: false, runId: null };
        throw error;
      }
    },

    find,

    findAll: (events) => recent.all(events),

    query: (house, eventNumber, runId) =>
      within(QUERY_DEADLINE_MS, () => handleOf(house, eventNumber, runId).query(cancellationQuery)),

    readInput: (run) => within(RPC_DEADLINE_MS, () => readCaseInput(client, run)),

    countEarlierTries: (run, activity) =>
      within(QUERY_DEADLINE_MS, () => countEarlierTries(client, run, activity)),

    async listOpen(only) {
      // So many fit well into one query.
      const { events } = only ?? {};
      if (!events || events.length <= EVENTS_PER_QUERY) return events?.length === 0 ? [] : listRuns([], only);
      const runs: RunRecord[] = [];
      for (let from = 0; from < events.length; from += EVENTS_PER_QUERY)
        runs.push(...(await listRuns([], { ...only, events: events.slice(from, from + EVENTS_PER_QUERY) })));
      return runs;
    },

    async findEvent(caseId) {
      const known = started.get(caseId);
      // Without a line, it has got no further than its check.
      const runs = known ? [] : await listRuns(CUT_OFF, { isInCheck: true });
      return known ?? runs.find((run) => run.caseId === caseId) ?? null;
    },

    async act(action, { house, eventNumber, runId, caseId }, request, { by, updateKey = randomUUID() }) {
      const updateId = apiUpdateId(updateKey);
      const workflowId = cancellationWorkflowId(house, eventNumber);
      const content = sealedUpdate(workflowId, caseId ?? '', action, { updateId, request });
      const sealed = { ...request, seal: seal(content, by) };
      try {
        const handle = handleOf(house, eventNumber, runId);
        return await within(UPDATE_DEADLINE_MS, () =>
          // What the action names is checked by the run itself.
          handle.executeUpdate(UPDATES[action], { args: [sealed], updateId }),
        );
      } catch (error) {
        throw toActionFault(error);
      }
    },

    async readAnswer({ house, eventNumber, runId }, updateKey) {
      const handle = handleOf(house, eventNumber, runId).getUpdateHandle<CancellationStatus>(
        apiUpdateId(updateKey),
        { workflowRunId: runId },
      );
      return within(QUERY_DEADLINE_MS, () => handle.result()).catch(() => null);
    },

    async read<T>(activity: string, house: string, argument: unknown): Promise<T> {
      try {
        return await within(READ_DEADLINE_MS + 1_000, () =>
          client.activity.execute<T>(activity, {
            id: `${activity}/${randomUUID()}`,
            taskQueue: JET_TASK_QUEUE,
            args: [argument],
            scheduleToCloseTimeout: READ_DEADLINE_MS,
            heartbeatTimeout: 3_000,
            retry: { initialInterval: 500, maximumInterval: 2_000 },
            priority: turnOf('search', house),
          }),
        );
      } catch (error) {
        throw error instanceof ActivityExecutionFailedError ? toKnownFailure(error) : error;
      }
    },

    series: createSeriesRuns(client, seal, within),

    async isReady() {
      const { namespace } = client.options;
      const idle = await within(RPC_DEADLINE_MS, () => findIdleWork(client.workflowService, namespace));
      return idle.length === 0;
    },

    findMissing: () => within(RPC_DEADLINE_MS, () => findMissing(client)),

    findAbandonedBuilds: () =>
      within(RPC_DEADLINE_MS, () => findAbandonedBuilds(client.workflowService, client.options.namespace)),
  };
}

/**
 * Older servers know no pausing, and refuse a query that names it. `TemporalReportedProblems` is as old: see `stuck-runs.ts`.
 */
function runsQuery(others: readonly string[], only: OpenRunFilter, isOlderServer: boolean): string {
  const quoted = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');
  const { house, events, isInCheck, needsSomebody } = only;
  const statuses = isOlderServer ? ['Running', ...others] : ['Running', 'Paused', ...others];
  const ids = events?.map((event) => cancellationWorkflowId(event.house, event.eventNumber));
  const asked = `${NEEDS_ATTENTION.name} = true`;
  const held = `ExecutionStatus = 'Paused' OR TemporalReportedProblems IS NOT NULL`;
  return [
    `WorkflowType = '${CANCEL_PERFORMANCE}'`,
    `ExecutionStatus IN (${quoted(statuses)})`,
    ...(house ? [`${HOUSE.name} = '${house}'`] : []),
    ...(ids ? [`WorkflowId IN (${quoted(ids)})`] : []),
    ...(isInCheck ? [`${CANCELLATION_STEP.name} = 'check'`] : []),
    ...(needsSomebody ? [isOlderServer ? asked : `(${asked} OR ${held})`] : []),
  ].join(' AND ');
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
