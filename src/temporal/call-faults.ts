import { isGrpcServiceError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, NamespaceNotFoundError } from '@temporalio/common';
import { ACTION_TEXTS, TEMPORAL_TEXTS } from '../domain/wording';

/** Temporal or its workers cannot be reached in time, or the server cannot do what it is asked. */
export class WorkersUnavailable extends Error {
  override readonly name = 'WorkersUnavailable';
  /** What is the matter beside that, in German. */
  readonly detail: string | undefined;

  constructor(message: string, { detail, cause }: { detail?: string; cause?: unknown } = {}) {
    super(message, { cause });
    this.detail = detail;
  }
}

/** An action that the run or the server refuses, so that nothing was noted: `message` says why, in German. */
export class ActionNotPossible extends Error {
  override readonly name = 'ActionNotPossible';
}

/** Nobody can say whether an action was noted: `message` says what to do, in German. */
export class ActionInDoubt extends Error {
  override readonly name = 'ActionInDoubt';
}

/** As gRPC numbers them. */
const GRPC = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
};

/** "Failed precondition" is what a query gets when no worker has polled for a while. */
const UNREACHABLE: readonly number[] = [
  GRPC.cancelled,
  GRPC.deadlineExceeded,
  GRPC.resourceExhausted,
  GRPC.failedPrecondition,
  GRPC.unavailable,
];

const REFUSED: readonly number[] = [GRPC.permissionDenied, GRPC.unimplemented, GRPC.unauthenticated];

/** The failure of any call to Temporal, as callers know it; what is not known stays as it is. */
export function toCallFault(error: unknown): unknown {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'WorkflowUpdateRPCTimeoutOrCancelledError') return noAnswer(error);
    if (cause instanceof NamespaceNotFoundError) return notAble(error);
    if (!isGrpcServiceError(cause)) continue;
    if (UNREACHABLE.includes(cause.code)) return noAnswer(error);
    if (REFUSED.includes(cause.code) || isUnknownAttribute(cause)) return notAble(error);
  }
  return error;
}

function noAnswer(cause: unknown): WorkersUnavailable {
  return new WorkersUnavailable('no answer in time', { cause });
}

function notAble(cause: unknown): WorkersUnavailable {
  return new WorkersUnavailable('the server cannot do it', { cause, detail: TEMPORAL_TEXTS.notAble });
}

function isUnknownAttribute({ code, details }: { code: number; details: string }): boolean {
  return code === GRPC.invalidArgument && /search attribute/i.test(details);
}

/** Whether the server does not understand a query of its lists. */
export function isRefusedQuery(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if (isGrpcServiceError(cause)) return cause.code === GRPC.invalidArgument;
  return false;
}

/** The type that a run gives to its own refusals. No other failure says anything for people. */
const OWN_REFUSAL = 'ActionNotPossible';

/** The failure of an action, after `toCallFault`. */
export function toActionFault(fault: unknown): unknown {
  if (fault instanceof WorkflowUpdateFailedError) {
    const { cause } = fault;
    const isOwn = cause instanceof ApplicationFailure && cause.type === OWN_REFUSAL;
    return isOwn
      ? new ActionNotPossible(cause.message)
      : new ActionInDoubt(ACTION_TEXTS.inDoubt, { cause: fault });
  }
  const refusal = refusalOf(fault);
  if (refusal) return new ActionNotPossible(refusal, { cause: fault });
  // Temporal may have the action, and hands it to the run once a worker is there.
  return fault instanceof WorkersUnavailable && fault.detail === undefined
    ? new WorkersUnavailable(fault.message, { detail: ACTION_TEXTS.mayStillCome, cause: fault })
    : fault;
}

/** The server has its reasons, too, to refuse an action before the run is asked. Only their words tell them apart. */
const SERVER_REFUSALS: readonly [RegExp, string][] = [
  [/total number of .*updates/i, ACTION_TEXTS.tooManyActions],
  [/\bis paused\b/i, ACTION_TEXTS.paused],
];

function refusalOf(fault: unknown): string | null {
  for (let cause: unknown = fault; cause instanceof Error; cause = cause.cause) {
    if (!isGrpcServiceError(cause) || cause.code !== GRPC.failedPrecondition) continue;
    const { details } = cause;
    return SERVER_REFUSALS.find(([words]) => words.test(details))?.[1] ?? null;
  }
  return null;
}
