import { defineQuery, defineUpdate } from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType, type UpdateDefinition } from '@temporalio/common';
import { ACTION_ROWS, type Choice, type RunAction } from '../domain/vocabulary';
import type { CancellationStatus } from '../domain/case';
import type { ReadBack } from '../domain/read-back';
import type { Instant } from '../domain/types';

export { cancellationWorkflowId } from '../domain/input';

/** The workflow's type, as the Web UI and the client call it. */
export const CANCEL_PERFORMANCE = 'cancelPerformance';

/** Looks for interrupted cases, by a Temporal Schedule. */
export const RECONCILE_CANCELLATIONS = 'reconcileCancellations';

/** The schedule's id, and how often it runs. */
export const RECONCILER_SCHEDULE = { scheduleId: 'absage-reconcile-cancellations', every: '1 hour' } as const;

/** Workflows, and every activity that does not call Jet. */
export const TASK_QUEUE = 'absage';

/** Every call to Jet: limited in rate and concurrency. */
export const JET_TASK_QUEUE = 'absage-jet';

export const HOUSE = defineSearchAttributeKey('House', SearchAttributeType.KEYWORD);
export const EVENT_NUMBER = defineSearchAttributeKey('EventNumber', SearchAttributeType.KEYWORD);
export const CANCELLATION_STEP = defineSearchAttributeKey('CancellationStep', SearchAttributeType.KEYWORD);
export const NEEDS_ATTENTION = defineSearchAttributeKey('NeedsAttention', SearchAttributeType.BOOL);
export const PERFORMANCE_AT = defineSearchAttributeKey('PerformanceAt', SearchAttributeType.DATETIME);

/**
 * The id of an update that the API sends: its actor is known there. Whoever writes into the form of Temporal's Web UI
 * gets another id, and an actor that says so.
 */
export function apiUpdateId(key: string): string {
  return `${API_UPDATE_PREFIX}${key}`;
}

/** The actor as it is written down: what was stated outside the API nobody has checked. */
export function statedActor(actor: string, isFromApi: boolean): string {
  return isFromApi || actor.startsWith(WEB_UI_PREFIX) ? actor : `${WEB_UI_PREFIX}${actor}`;
}

export function isApiUpdate(updateId: string | undefined): boolean {
  return updateId?.startsWith(API_UPDATE_PREFIX) ?? false;
}

const API_UPDATE_PREFIX = 'api/';
const WEB_UI_PREFIX = 'web-ui:';

/** Who acts, and why: both are written down. */
export interface ActionRequest {
  actor: string;
  reason: string;
}

/** What an action can name beside actor, reason and step. */
interface Details {
  /** The save that the wait counts from: no other wait is ended. */
  savedAt: Instant;
  /** For the first wait: the person has seen the marker at Ö-Ticket. */
  titlesVisibleAtPartner?: boolean;
  /** The attention that is answered: no other one. */
  attentionId: string;
  choice: Choice;
  /** What the mask shows now. */
  readBack: ReadBack;
}

type Row<A extends RunAction> = (typeof ACTION_ROWS)[A];

/** What an action is asked with: what its row names. */
export type RequestOf<A extends RunAction> = ActionRequest &
  (Row<A>['steps'] extends readonly (infer S)[] ? { step: S } : unknown) &
  Pick<Details, Row<A>['details'][number]>;

function updateOf<A extends RunAction>(action: A) {
  return defineUpdate<CancellationStatus, [RequestOf<A>]>(ACTION_ROWS[action].update);
}

/** Restores the titles and ends the run, until the point of no return. */
export const abortUpdate = updateOf('abort');

/** Tries the current step again at once. */
export const retryNowUpdate = updateOf('retry');

/** Ends the current wait. */
export const skipWaitUpdate = updateOf('skip-wait');

/** The step was done by hand, and this is what the mask shows. */
export const confirmStepUpdate = updateOf('confirm-step');

/** Goes on without the right, or without the mail. */
export const waiveStepUpdate = updateOf('waive-step');

/** Says what holds where the run cannot know it. */
export const decideUpdate = updateOf('decide');

/** Ends a run that can neither be aborted nor go on. Nothing is restored. */
export const closeByHandUpdate = updateOf('close-by-hand');

/** The update of each action. */
export const UPDATES: { [A in RunAction]: UpdateDefinition<CancellationStatus, [RequestOf<A>]> } = {
  abort: abortUpdate,
  retry: retryNowUpdate,
  'skip-wait': skipWaitUpdate,
  'confirm-step': confirmStepUpdate,
  'waive-step': waiveStepUpdate,
  decide: decideUpdate,
  'close-by-hand': closeByHandUpdate,
};

/** The view's part that the workflow knows. */
export const cancellationQuery = defineQuery<CancellationStatus>('cancellation');

/** The actor of a workflow cancel from the Web UI or the command line, which carries no name. */
export const WORKFLOW_CANCEL_ACTOR = 'web-ui:request-cancellation';
