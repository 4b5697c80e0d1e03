import { failingOf } from '../../src/cases/tries';
import type { ShownStatus } from '../../src/cases/view';
import type { RunRecord } from '../../src/client';

type Pending = RunRecord['pending'][number];

const FAILED = { activity: 'setStatusStorno', attempt: 3, lastFailure: 'jet-unavailable' } as Pending;
const FIRST = { ...FAILED, attempt: 1, lastFailure: null };

const run = (status: RunRecord['status'], ...pending: Pending[]) => ({ status, pending }) as RunRecord;
const shown = (changes: object = {}) => ({ state: 'running', attention: null, ...changes }) as ShownStatus;
const asked = (code: string) => shown({ state: 'needs-attention', attention: { code } });

it.each<RunRecord['status']>(['running', 'unknown'])('a run that is %s is trying', (status) => {
  expect(failingOf(shown(), run(status, FAILED))).toEqual(FAILED);
});

// Temporal still names the last attempts of such a run, and they were told as if they went on.
it.each<RunRecord['status']>(['paused', 'terminated', 'failed', 'cancelled', 'completed'])(
  'a run that is %s tries nothing',
  (status) => expect(failingOf(shown(), run(status, FAILED))).toBeNull(),
);

it('the first attempt after a question about a failure that can heal is one more', () => {
  const expected = { ...FIRST, lastFailure: 'jet-unavailable' };
  expect(failingOf(asked('jet-unavailable'), run('running', FIRST))).toEqual(expected);
});

it.each([
  ['without a question', shown()],
  ['when only a person can help', asked('jet-access-denied')],
])('a first attempt is not worth a word %s', (_when, status) => {
  expect(failingOf(status, run('running', FIRST))).toBeNull();
});
