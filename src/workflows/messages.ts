import { defineQuery, defineUpdate } from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { CancellationStatus } from '../domain/case';

export { cancellationWorkflowId } from '../domain/input';

/** The workflow's type, as the Web UI and the client call it. */
export const CANCEL_PERFORMANCE = 'cancelPerformance';

/** Workflows, and every activity that does not call Jet. */
export const TASK_QUEUE = 'absage';

/** Every call to Jet: limited in rate and concurrency. */
export const JET_TASK_QUEUE = 'absage-jet';

export const HOUSE = defineSearchAttributeKey('House', SearchAttributeType.KEYWORD);
export const EVENT_NUMBER = defineSearchAttributeKey('EventNumber', SearchAttributeType.KEYWORD);
export const CANCELLATION_STEP = defineSearchAttributeKey('CancellationStep', SearchAttributeType.KEYWORD);
export const NEEDS_ATTENTION = defineSearchAttributeKey('NeedsAttention', SearchAttributeType.BOOL);
export const PERFORMANCE_AT = defineSearchAttributeKey('PerformanceAt', SearchAttributeType.DATETIME);

/** Who acts, and why: both are written down. */
export interface ActionRequest {
  actor: string;
  reason: string;
}

/** Restores the titles and ends the run, until the point of no return. */
export const abortUpdate = defineUpdate<CancellationStatus, [ActionRequest]>('abort');

/** Tries the current step again at once. */
export const retryNowUpdate = defineUpdate<CancellationStatus, [ActionRequest]>('retryNow');

/** The view's part that the workflow knows. */
export const cancellationQuery = defineQuery<CancellationStatus>('cancellation');

/** The actor of a workflow cancel from the Web UI or the command line, which carries no name. */
export const WORKFLOW_CANCEL_ACTOR = 'web-ui:request-cancellation';
