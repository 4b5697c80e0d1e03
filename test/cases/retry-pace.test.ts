import { requirePatience } from '../../src/cases/retry-pace';
import type { CaseSources } from '../../src/cases/sources';
import { toInstant } from '../../src/domain/clock';
import { ACTION_TEXTS } from '../../src/domain/wording';

type Journal = CaseSources['journal'];

// The clock stands still, so that no pause of the machine comes between the retries of a test and its question.
beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(Date.now()));
afterEach(() => jest.restoreAllMocks());

/** A journal with retries that were noted so many seconds ago. */
function sourcesWith(...secondsAgo: number[]): Pick<CaseSources, 'journal'> {
  const entries = secondsAgo.map((seconds) => ({
    operation: 'retry',
    kind: 'decision',
    at: toInstant(Date.now() - seconds * 1_000),
  }));
  return { journal: { entries: () => Promise.resolve(entries) } as unknown as Journal };
}

const refused = { code: 'action-not-possible', detail: ACTION_TEXTS.retriedJustNow };
const hours = (count: number) => Array.from({ length: count }, () => 3_600);

it.each<[string, number[]]>([
  ['the first one', []],
  ['one that comes seconds later', [3]],
  ['the twentieth, seconds later', [...hours(18), 3]],
  ['one more after twenty, a minute later', [...hours(19), 61]],
  ['one whose predecessor has a time in the future', [-3_600]],
])('lets through %s', async (_what, secondsAgo) => {
  await expect(requirePatience(sourcesWith(...secondsAgo), 'case')).resolves.toBeUndefined();
});

it.each<[string, number[]]>([
  ['one right after another', [0]],
  ['one of a program that asks every few seconds, after twenty', [...hours(19), 30]],
])('refuses %s', async (_what, secondsAgo) => {
  await expect(requirePatience(sourcesWith(...secondsAgo), 'case')).rejects.toMatchObject(refused);
});

it('keeps nobody from trying again because the journal cannot be read', async () => {
  const journal = { entries: () => Promise.reject(new Error('locked')) } as unknown as Journal;
  await expect(requirePatience({ journal }, 'case')).resolves.toBeUndefined();
});
