import { knownProblem, Problem, toBody } from '../../src/cases/problems';
import { ActionNotPossible, WorkersUnavailable } from '../../src/client';
import { KnownFailure } from '../../src/domain/failures';

it.each([
  [new ActionNotPossible('Die Wartezeit ist schon zu Ende.'), 'action-not-possible', 409],
  [new WorkersUnavailable('no answer in time'), 'workers-unavailable', 503],
  [new KnownFailure('journal-unavailable', 'inside'), 'journal-unavailable', 503],
  [new KnownFailure('journal-behind', 'inside'), 'journal-unavailable', 503],
  [new KnownFailure('house-not-configured', 'inside'), 'house-not-found', 404],
  [new KnownFailure('jet-unavailable', 'inside'), 'jet-unavailable', 503],
  [new KnownFailure('jet-rejected-request', 'inside'), 'jet-unavailable', 503],
])('%s is the problem %s', (error, code, status) => {
  expect(knownProblem(error)).toMatchObject({ code, status });
});

it('says why an action is not possible, and of nothing else what went wrong inside', () => {
  expect(knownProblem(new ActionNotPossible('Zu spät.'))?.detail).toBe('Zu spät.');
  for (const error of [new WorkersUnavailable('secret'), new KnownFailure('jet-unavailable', 'secret')]) {
    expect(JSON.stringify(toBody(knownProblem(error)!))).not.toContain('secret');
  }
});

it('leaves a problem as it is', () => {
  const problem = new Problem('invalid-value', undefined, {
    errors: [{ path: 'cursor', text: 'ist unbekannt' }],
  });
  expect(knownProblem(problem)).toBe(problem);
});

it.each([new Error('unforeseen'), new TypeError('x is not a function'), 'a text', null])(
  'does not know %s',
  (error) => {
    expect(knownProblem(error)).toBeNull();
  },
);
