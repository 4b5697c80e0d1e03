import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType, type UpdateDefinition } from '@temporalio/common';
import type { ActionKey } from '../domain/action-key';
import { unproven } from '../domain/actor';
import { ACTION_ROWS, type Choice, type RunAction } from '../domain/vocabulary';
import type { CancellationStatus } from '../domain/case';
import type { Seal } from '../domain/seal';
import type { ConfirmedStep } from '../domain/read-back';
import type { Instant } from '../domain/types';

export { CANCEL_PERFORMANCE, cancellationWorkflowId } from '../domain/input';
export {
  ERASE_CONTACTS,
  ERASER_SCHEDULE,
  RECONCILE_CANCELLATIONS,
  RECONCILER_SCHEDULE,
  WATCH_SCHEDULE,
  WATCH_STATUS,
} from '../domain/schedules';

/** What Temporal calls all versions of the worker together. */
export const DEPLOYMENT = 'absage';

/** For the workflows, and for every activity that does not call Jet. */
export const TASK_QUEUE = 'absage';

/** For every call to Jet, limited in rate and concurrency. */
export const JET_TASK_QUEUE = 'absage-jet';

export const HOUSE = defineSearchAttributeKey('House', SearchAttributeType.KEYWORD);
export const EVENT_NUMBER = defineSearchAttributeKey('EventNumber', SearchAttributeType.KEYWORD);
export const CANCELLATION_STEP = defineSearchAttributeKey('CancellationStep', SearchAttributeType.KEYWORD);
export const NEEDS_ATTENTION = defineSearchAttributeKey('NeedsAttention', SearchAttributeType.BOOL);
export const PERFORMANCE_AT = defineSearchAttributeKey('PerformanceAt', SearchAttributeType.DATETIME);

/** Of a case of a series: which one. */
export const SERIES = defineSearchAttributeKey('Series', SearchAttributeType.KEYWORD);

/** All search attributes that a case has: a namespace must know each of them. */
export const SEARCH_ATTRIBUTE_KEYS = [
  HOUSE,
  EVENT_NUMBER,
  CANCELLATION_STEP,
  NEEDS_ATTENTION,
  PERFORMANCE_AT,
  SERIES,
];

/**
 * The id of an update that the API sends, so that the answer to a request that comes again is found. It proves nothing: an
 * actor is proven by the seal.
 */
export function apiUpdateId(key: string): string {
  return `${API_UPDATE_PREFIX}${key}`;
}

/**
 * The actor of a run that was begun before there were seals: the API left its mark in the memo, and nobody else was
 * thought of. What the check finds out by the seal goes before it.
 */
export function statedActor(actor: string, isFromApi: boolean): string {
  return isFromApi ? actor : unproven(actor);
}

const API_UPDATE_PREFIX = 'api/';

/** The actor, the reason, and the key of the request where it had one. All are recorded in the journal. */
export interface ActionRequest {
  actor: string;
  reason: string;
  key?: ActionKey;
  /** The proof that it came through Absage. */
  seal?: Seal;
}

/** What an action can name beside actor, reason and step. */
interface Details {
  /** The plan that is approved: no other one. */
  planHash: string;
  /** The save that the wait counts from: no other wait is ended. */
  savedAt: Instant;
  /** For the first wait: the person has seen the marker at Ö-Ticket. */
  titlesVisibleAtPartner?: boolean;
  /** The attention that is answered: no other one. */
  attentionId: string;
  choice: Choice;
}

/** What an action is asked with: what its row names. */
export type RequestOf<A extends RunAction> = ActionRequest & StepOf<A> & Pick<Details, Named<A>>;

type Row<A extends RunAction> = (typeof ACTION_ROWS)[A];
type Named<A extends RunAction> = Exclude<Row<A>['details'][number], 'readBack'>;
/** The step, with what its mask shows where the action names that. */
type StepOf<A extends RunAction> = 'readBack' extends Row<A>['details'][number]
  ? ConfirmedStep
  : Row<A>['steps'] extends readonly (infer S)[]
    ? { step: S }
    : unknown;

function updateOf<A extends RunAction>(action: A) {
  return defineUpdate<CancellationStatus, [RequestOf<A>]>(ACTION_ROWS[action].update);
}

/** Restores the titles and ends the run, until the point of no return. */
export const abortUpdate = updateOf('abort');

/** Tries the current step again at once. */
export const retryNowUpdate = updateOf('retry');

/** A second person says yes to the plan. */
export const approveUpdate = updateOf('approve');

/** The case is not begun. */
export const rejectUpdate = updateOf('reject');

/** Emergency: the case begins without a second person. */
export const overrideUpdate = updateOf('override');

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
  approve: approveUpdate,
  reject: rejectUpdate,
  override: overrideUpdate,
  'skip-wait': skipWaitUpdate,
  'confirm-step': confirmStepUpdate,
  'waive-step': waiveStepUpdate,
  decide: decideUpdate,
  'close-by-hand': closeByHandUpdate,
};

/** Another status than Storno was seen. It proves nothing, whoever sends it: the run looks for itself. */
export const lookAgainSignal = defineSignal('lookAgain');

/** The part of the view that the workflow knows. */
export const cancellationQuery = defineQuery<CancellationStatus>('cancellation');

/** The actor of a workflow cancel from the Web UI or the command line, which carries no name. */
export const WORKFLOW_CANCEL_ACTOR = 'web-ui:request-cancellation';

/** What the runs of cases tell their worker of the waits, outside of their histories. */
export type WaitSinks = {
  waits: {
    /** A wait was noticed as over, so many milliseconds late. */
    over(lateMs: number): void;
  };
};

/** The header of a run, and of its activities, that names the trace of the order. */
export const TRACE_HEADER = 'absage-traceparent';
