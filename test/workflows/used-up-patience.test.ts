import { ApplicationFailure, defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { failureCodeOf, failureFactsOf } from '../../src/workflows/failure';

const CONFLICTS = [{ field: 'title', before: 'a', ours: 'b', now: 'c' }];

/** The error that the library makes of the server's message when the patience ends during an attempt. */
function timedOut(lastFailure?: ApplicationFailure): Error {
  const cause = lastFailure && defaultFailureConverter.errorToFailure(lastFailure, defaultPayloadConverter);
  const timeout = { message: 'activity timeout', timeoutFailureInfo: { timeoutType: 3 }, cause };
  const failure = {
    message: 'Activity task failed',
    activityFailureInfo: { activityId: 'a', activityType: { name: 'a' } },
    cause: timeout,
  };
  return defaultFailureConverter.failureToError(failure, defaultPayloadConverter);
}

test('a used-up patience stands for what the last attempt has failed with', () => {
  const details = [{ conflicts: CONFLICTS, head: null }];
  const error = timedOut(ApplicationFailure.create({ type: 'event-changed', details }));
  expect(failureCodeOf(error)).toBe('event-changed');
  expect(failureFactsOf(error)).toEqual({ conflicts: CONFLICTS, head: null });
});

test('a patience that is used up by a single attempt is a time-out', () => {
  expect(failureCodeOf(timedOut())).toBe('step-timed-out');
  expect(failureFactsOf(timedOut())).toEqual({});
});
