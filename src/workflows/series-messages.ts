import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { UpdateDefinition } from '@temporalio/common';
import type { PlanResult } from '../activities/check';
import type { CasePolicy, TextChange } from '../domain/case';
import type { Seal } from '../domain/seal';
import type { SeriesRequest } from '../domain/series-actions';
import type { SeriesAction } from '../domain/series-vocabulary';
import type { Instant, Order } from '../domain/types';

export { CANCEL_SERIES, seriesWorkflowId } from '../domain/series';

/** An action on a series, as the API sends it: with the proof that it came through Absage. */
export type SealedSeriesRequest = SeriesRequest & {
  seal?: Seal;
  /** With `retry-items`: by new case. */
  seals?: Record<string, Seal>;
};

/** How many performances had begun when the action was written down. */
export interface SeriesAnswer {
  begun: number;
}

function updateOf(action: string): UpdateDefinition<SeriesAnswer, [SealedSeriesRequest]> {
  return defineUpdate<SeriesAnswer, [SealedSeriesRequest]>(action);
}

/** The update of each action. */
export const SERIES_UPDATES: Readonly<
  Record<SeriesAction, UpdateDefinition<SeriesAnswer, [SealedSeriesRequest]>>
> = {
  'pause-series': updateOf('pause'),
  'continue-series': updateOf('continue'),
  'skip-items': updateOf('skip'),
  'abort-series': updateOf('abort'),
  'retry-items': updateOf('retry'),
  'decide-series-notice': updateOf('decide'),
  'approve-series': updateOf('approve'),
  'reject-series': updateOf('reject'),
  'override-series': updateOf('override'),
};

/** What the run has begun so far, by case. Everything else stands in the journal. */
export const seriesQuery = defineQuery<{ begun: string[] }>('series');

/** What a plan of a series is started with. */
export interface SeriesPlanInput {
  orders: { order: Order; policy: CasePolicy }[];
}

/** The plan of one performance, without its steps. */
export type PlannedSeriesItem = Pick<
  PlanResult,
  'cancellable' | 'refusals' | 'warnings' | 'stornoAt' | 'finishedAt' | 'planHash'
> & {
  house: string;
  eventNumber: string;
  title: string | null;
  startsAt: Instant | null;
  venue: string | null;
  /** As they are, and as they become; `null`: there is no such event. Absent in plans from before. */
  titles?: { title: TextChange; customerTitle: TextChange } | null;
  /** `false`: nobody could read it. */
  isRead: boolean;
};

export const PLAN_SERIES = 'planSeries';

export function seriesPlanWorkflowId(planId: string): string {
  return `plan-series/${planId}`;
}

/** What was read so far. */
export const seriesPlanQuery = defineQuery<{
  isReady: boolean;
  items: PlannedSeriesItem[];
  /** How many are to be read. */
  total: number;
  houses: string[];
}>('plan');
