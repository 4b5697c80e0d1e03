import { defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { isFailureCode, type FailureCode, type FailureFacts } from '../domain/failures';

/** The row of the failure table that an activity's failure stands for. */
export function failureCodeOf(error: unknown): FailureCode {
  if (error instanceof ApplicationFailure)
    return isFailureCode(error.type ?? '') ? (error.type as FailureCode) : 'internal';
  // A used-up patience is a time-out, and what the last attempt failed with stands behind it.
  if (error instanceof TimeoutFailure) {
    const lastFailure = behindTimeout(error);
    return lastFailure ? failureCodeOf(lastFailure) : 'step-timed-out';
  }
  if (error instanceof ActivityFailure) return failureCodeOf(error.cause);
  return 'internal';
}

/** What the last attempt has told beside its code. */
export function failureFactsOf(error: unknown): Partial<FailureFacts> {
  if (error instanceof ApplicationFailure) return (error.details?.[0] ?? {}) as Partial<FailureFacts>;
  if (error instanceof TimeoutFailure) return failureFactsOf(behindTimeout(error));
  return error instanceof ActivityFailure ? failureFactsOf(error.cause) : {};
}

/** Temporal's library gives a time-out no cause; what the server has sent as one stands in the failure as it came. */
function behindTimeout({ cause, failure }: TimeoutFailure): Error | undefined {
  if (cause || !failure?.cause) return cause;
  return defaultFailureConverter.failureToError(failure.cause, defaultPayloadConverter);
}
