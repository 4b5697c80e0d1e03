import { defaultFailureConverter, defaultPayloadConverter, TimeoutType } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { isFailureCode, type FailureCode, type FailureFacts } from '../domain/failures';
import { FACTS } from './results';

/** The failure table's code for an activity's failure. */
export function failureCodeOf(error: unknown): FailureCode {
  if (error instanceof ApplicationFailure)
    return isFailureCode(error.type ?? '') ? (error.type as FailureCode) : 'internal';
  // When patience is used up, Temporal reports a time-out; the failure of the last attempt is behind it.
  if (error instanceof TimeoutFailure) {
    const lastFailure = behindTimeout(error);
    return lastFailure ? failureCodeOf(lastFailure) : 'step-timed-out';
  }
  if (error instanceof ActivityFailure) return failureCodeOf(error.cause);
  return 'internal';
}

/** The facts that the last attempt reported beside its code; none where somebody else has made them up. */
export function failureFactsOf(error: unknown): Partial<FailureFacts> {
  if (error instanceof ApplicationFailure) {
    const [facts] = error.details ?? [];
    return FACTS(facts) ? (facts as Partial<FailureFacts>) : {};
  }
  if (error instanceof TimeoutFailure) return failureFactsOf(behindTimeout(error));
  return error instanceof ActivityFailure ? failureFactsOf(error.cause) : {};
}

/** Temporal's library gives a time-out no cause; the server's own cause is found in the failure as it was received. */
function behindTimeout({ cause, failure }: TimeoutFailure): Error | undefined {
  if (cause || !failure?.cause) return cause;
  return defaultFailureConverter.failureToError(failure.cause, defaultPayloadConverter);
}

/** Nothing was sent, because the last look at the event was made too long ago, or no worker began to send in time. */
export function isLookNeeded(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) return cause.timeoutType === TimeoutType.SCHEDULE_TO_START;
  return failureFactsOf(error).isLookNeeded === true;
}
