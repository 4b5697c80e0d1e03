import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  RetryState,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import { FAILURES } from '../../src/domain/failures';
import { failureCodeOf, failureFactsOf } from '../../src/workflows/failure';

const conflicts = [{ field: 'title', before: 'a', ours: 'b', now: 'c' }];
const head = { seq: 4, hash: 'f'.repeat(64) };

function known(type: string): ApplicationFailure {
  return ApplicationFailure.create({ type, message: 'detail', details: [{ conflicts, head }] });
}

function ofActivity(cause: Error): ActivityFailure {
  return new ActivityFailure('failed', 'markTitles', '1', RetryState.TIMEOUT, 'worker', cause);
}

/**
 * The failure that Temporal makes of an activity whose patience is used up. Its cause is the last attempt's failure.
 */
function usedUp(last?: Error): ActivityFailure {
  const timeout = new TimeoutFailure('time-out', undefined, TimeoutType.SCHEDULE_TO_CLOSE);
  Object.assign(timeout, { cause: last });
  return ofActivity(timeout);
}

const hung = new TimeoutFailure('time-out', undefined, TimeoutType.START_TO_CLOSE);

describe('failureCodeOf', () => {
  it.each(Object.keys(FAILURES))('knows %s again, at once and behind used-up patience', (code) => {
    expect(failureCodeOf(ofActivity(known(code)))).toBe(code);
    expect(failureCodeOf(usedUp(known(code)))).toBe(code);
  });

  it.each([
    ['an attempt that hung', ofActivity(hung)],
    ['patience that was used up by attempts that hung', usedUp(hung)],
    ['patience that was used up without an attempt', usedUp()],
  ])('takes %s for a time-out', (_what, error) => {
    expect(failureCodeOf(error)).toBe('step-timed-out');
  });

  it.each([
    ['a defect in an activity', ofActivity(known('TypeError'))],
    ['a type that only looks like a code', ofActivity(known('toString'))],
    ['an activity that was cancelled from outside', ofActivity(new CancelledFailure('cancelled'))],
    ['no failure of Temporal', new Error('boom')],
    ['nothing', undefined],
  ])('takes %s for internal', (_what, error) => {
    expect(failureCodeOf(error)).toBe('internal');
  });
});

describe('failureFactsOf', () => {
  it('finds the facts that the last attempt reported', () => {
    expect(failureFactsOf(ofActivity(known('event-changed')))).toEqual({ conflicts, head });
    expect(failureFactsOf(usedUp(known('event-changed')))).toEqual({ conflicts, head });
  });

  it.each([
    ofActivity(hung),
    usedUp(),
    ofActivity(ApplicationFailure.create({})),
    new Error('boom'),
    undefined,
  ])('finds nothing where nothing was told', (error) => {
    expect(failureFactsOf(error)).toEqual({});
  });
});
