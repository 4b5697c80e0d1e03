import { randomUUID } from 'node:crypto';
import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { CancellationInput } from '../domain/case';
import { sealedStart, sealedUpdate, type Seal, type SealedFor } from '../domain/seal';
import type { SeriesInput } from '../domain/series';
import type { SeriesAction } from '../domain/series-vocabulary';
import { plainMarkdown } from '../domain/markdown';
import {
  apiUpdateId,
  CANCEL_PERFORMANCE,
  cancellationWorkflowId,
  SERIES,
  TASK_QUEUE,
} from '../workflows/messages';
import {
  CANCEL_SERIES,
  PLAN_SERIES,
  seriesPlanQuery,
  seriesPlanWorkflowId,
  type PlannedSeriesItem,
  type SeriesPlanInput,
  SERIES_UPDATES,
  seriesWorkflowId,
  type SeriesAnswer,
  type SealedSeriesRequest,
} from '../workflows/series-messages';
import { toActionFault } from './call-faults';
import { recordsClient } from './records';
import { isOpenRun, toRunRecord, type RunRecord } from './run-record';

/** A series' run is there, or is not. `title`: for Temporal's lists. */
export interface SeriesStart {
  input: Omit<SeriesInput, 'seal'>;
  title: string;
}

/** The typed calls to the runs of series. */
export interface SeriesRuns {
  /** Who asks for each of these cases, as its own check wants it proven: by case. `by`: in the house of the case. */
  sealItems(inputs: readonly CancellationInput[], by: (house: string) => SealedFor): Record<string, Seal>;
  /** Once this resolves, a run of the series is there: this one, or an open one. */
  start(start: SeriesStart, by: SealedFor): Promise<void>;
  /** The newest run; `null`: there was none, or Temporal no longer keeps it. */
  isOpen(seriesId: string): Promise<boolean>;
  /** An action on the series, which is taken up again first where it has no open run. */
  act(
    action: SeriesAction,
    start: SeriesStart,
    request: SealedSeriesRequest,
    options: { by: SealedFor; updateKey?: string },
  ): Promise<SeriesAnswer>;
  /** Begins to read what a series would do. */
  startPlan(planId: string, input: SeriesPlanInput): Promise<void>;
  /** What was read so far; `null`: there is no such plan. */
  readPlan(planId: string): Promise<SeriesPlanState | null>;
  /** The open runs of its cases, as Temporal's lists show them. */
  listOpenCases(seriesId: string): Promise<RunRecord[]>;
}

export interface SeriesPlanState {
  isReady: boolean;
  items: PlannedSeriesItem[];
  /** How many are to be read. */
  total: number;
  houses: string[];
}

type Within = <T>(deadlineMs: number, call: () => Promise<T>) => Promise<T>;

const RPC_DEADLINE_MS = 5_000;
const UPDATE_DEADLINE_MS = 10_000;
const QUERY_DEADLINE_MS = 5_000;
const LONGEST_PLAN_MS = 3 * 3_600_000;

export function createSeriesRuns(
  client: Client,
  seal: (request: object, by: SealedFor) => Seal,
  within: Within,
): SeriesRuns {
  const records = recordsClient(client);
  const startOptions = ({ input, title }: SeriesStart, by: SealedFor) => {
    const workflowId = seriesWorkflowId(input.seriesId);
    return {
      workflowId,
      taskQueue: TASK_QUEUE,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
      args: [{ ...input, seal: seal(sealedStart<SeriesInput>(workflowId, input), by) }] as [SeriesInput],
      staticSummary: plainMarkdown(title),
      typedSearchAttributes: new TypedSearchAttributes([{ key: SERIES, value: input.seriesId }]),
    };
  };

  return {
    sealItems: (inputs, by) =>
      Object.fromEntries(
        inputs.map((input) => {
          const { caseId, order } = input;
          const workflowId = cancellationWorkflowId(order.house, order.eventNumber);
          return [caseId, seal(sealedStart(workflowId, input), by(order.house))];
        }),
      ),

    async start(start, by) {
      try {
        await within(RPC_DEADLINE_MS, () =>
          client.workflow.start(CANCEL_SERIES, {
            ...startOptions(start, by),
            workflowIdConflictPolicy: 'FAIL',
          }),
        );
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },

    async isOpen(seriesId) {
      try {
        const handle = records.workflow.getHandle(seriesWorkflowId(seriesId));
        return isOpenRun(toRunRecord(await within(RPC_DEADLINE_MS, () => handle.describe())));
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },

    async act(action, start, { seals, ...request }, { by, updateKey = randomUUID() }) {
      const { seriesId } = start.input;
      const workflowId = seriesWorkflowId(seriesId);
      const updateId = apiUpdateId(updateKey);
      const content = sealedUpdate(workflowId, seriesId, action, { updateId, request });
      const sealed = { ...request, seal: seal(content, by), ...(seals && { seals }) };
      try {
        return await within(UPDATE_DEADLINE_MS, () =>
          client.workflow.executeUpdateWithStart(SERIES_UPDATES[action], {
            startWorkflowOperation: new WithStartWorkflowOperation(CANCEL_SERIES, {
              ...startOptions(start, by),
              workflowIdConflictPolicy: 'USE_EXISTING',
            }),
            args: [sealed],
            updateId,
          }),
        );
      } catch (error) {
        throw toActionFault(error);
      }
    },

    async startPlan(planId, input) {
      await within(RPC_DEADLINE_MS, () =>
        client.workflow.start(PLAN_SERIES, {
          workflowId: seriesPlanWorkflowId(planId),
          taskQueue: TASK_QUEUE,
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          workflowExecutionTimeout: LONGEST_PLAN_MS,
          args: [input],
        }),
      );
    },

    async readPlan(planId) {
      try {
        const handle = client.workflow.getHandle(seriesPlanWorkflowId(planId));
        return await within(QUERY_DEADLINE_MS, () => handle.query(seriesPlanQuery));
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      }
    },

    async listOpenCases(seriesId) {
      const query = `Series = '${seriesId}' AND WorkflowType = '${CANCEL_PERFORMANCE}' AND ExecutionStatus = 'Running'`;
      return within(RPC_DEADLINE_MS, async () => {
        const runs: RunRecord[] = [];
        for await (const info of records.workflow.list({ query, pageSize: 1_000 }))
          runs.push(toRunRecord(info));
        return runs;
      });
    },
  };
}
