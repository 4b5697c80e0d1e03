import { defineQuery, defineUpdate } from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { CancellationStatus } from '../domain/case';
import type { StepName } from '../domain/vocabulary';
import type { Choice } from '../domain/vocabulary';
import type { ConfirmedStep } from '../domain/read-back';
import type { Instant } from '../domain/types';

export { cancellationWorkflowId } from '../domain/input';

/** The workflow's type, under which the Web UI and the client know it. */
export const CANCEL_PERFORMANCE = 'cancelPerformance';

/** Looks for interrupted cases, by a Temporal Schedule. */
export const RECONCILE_CANCELLATIONS = 'reconcileCancellations';

/** The schedule's id, and how often it runs. */
export const RECONCILER_SCHEDULE = { scheduleId: 'absage-reconcile-cancellations', every: '1 hour' } as const;

/** For the workflows, and for every activity that does not call Jet. */
export const TASK_QUEUE = 'absage';

/** For every call to Jet, limited in rate and concurrency. */
export const JET_TASK_QUEUE = 'absage-jet';

export const HOUSE = defineSearchAttributeKey('House', SearchAttributeType.KEYWORD);
export const EVENT_NUMBER = defineSearchAttributeKey('EventNumber', SearchAttributeType.KEYWORD);
export const CANCELLATION_STEP = defineSearchAttributeKey('CancellationStep', SearchAttributeType.KEYWORD);
export const NEEDS_ATTENTION = defineSearchAttributeKey('NeedsAttention', SearchAttributeType.BOOL);
export const PERFORMANCE_AT = defineSearchAttributeKey('PerformanceAt', SearchAttributeType.DATETIME);

/** All search attributes that a case has: a namespace must know each of them. */
export const SEARCH_ATTRIBUTE_KEYS = [
  HOUSE,
  EVENT_NUMBER,
  CANCELLATION_STEP,
  NEEDS_ATTENTION,
  PERFORMANCE_AT,
];

/**
 * The id of an update that the API sends, which knows its actor. An update from the form of Temporal's Web UI has
 * another id, and its actor is marked as unchecked.
 */
export function apiUpdateId(key: string): string {
  return `${API_UPDATE_PREFIX}${key}`;
}

/** The actor as the journal records it. An actor stated outside the API is marked, because it was not checked. */
export function statedActor(actor: string, isFromApi: boolean): string {
  return isFromApi || actor.startsWith(WEB_UI_PREFIX) ? actor : `${WEB_UI_PREFIX}${actor}`;
}

export function isApiUpdate(updateId: string | undefined): boolean {
  return updateId?.startsWith(API_UPDATE_PREFIX) ?? false;
}

const API_UPDATE_PREFIX = 'api/';
const WEB_UI_PREFIX = 'web-ui:';

/** The actor and the reason. Both are recorded in the journal. */
export interface ActionRequest {
  actor: string;
  reason: string;
}

/** Holds for exactly the wait that counts from this save. */
export interface SkipWaitRequest extends ActionRequest {
  step: StepName;
  savedAt: Instant;
  /** For the first wait: the person has seen the marker at Ö-Ticket. */
  titlesVisibleAtPartner?: boolean;
}

/** The step, and what its mask shows now. */
export type ConfirmStepRequest = ActionRequest & ConfirmedStep;

export interface WaiveStepRequest extends ActionRequest {
  step: StepName;
}

/** Answers exactly this attention. */
export interface DecideRequest extends ActionRequest {
  attentionId: string;
  choice: Choice;
}

/** Restores the titles and ends the run, until the point of no return. */
export const abortUpdate = defineUpdate<CancellationStatus, [ActionRequest]>('abort');

/** Tries the current step again at once. */
export const retryNowUpdate = defineUpdate<CancellationStatus, [ActionRequest]>('retryNow');

/** Ends the current wait. */
export const skipWaitUpdate = defineUpdate<CancellationStatus, [SkipWaitRequest]>('skipWait');

/** The step was done by hand, and this is what the mask shows. */
export const confirmStepUpdate = defineUpdate<CancellationStatus, [ConfirmStepRequest]>('confirmStep');

/** Goes on without the right, or without the mail. */
export const waiveStepUpdate = defineUpdate<CancellationStatus, [WaiveStepRequest]>('waiveStep');

/** Says what holds where the run cannot know it. */
export const decideUpdate = defineUpdate<CancellationStatus, [DecideRequest]>('decide');

/** Ends a run that can neither be aborted nor go on. Nothing is restored. */
export const closeByHandUpdate = defineUpdate<CancellationStatus, [ActionRequest]>('closeByHand');

/** The part of the view that the workflow knows. */
export const cancellationQuery = defineQuery<CancellationStatus>('cancellation');

/** The actor of a workflow cancel from the Web UI or the command line, which carries no name. */
export const WORKFLOW_CANCEL_ACTOR = 'web-ui:request-cancellation';
