import { PATIENCE_MS, runInOwnProcess } from '../own-process';
import regressions from '../seeds/regressions.json';
import { KEPT, type Verdict } from './mutants-fixture';

/* The short form of `mutants.test.ts`: each fault that was found once is found again by the seed that was kept with it. */

const verdicts = new Map<string, Verdict>();

beforeAll(async () => {
  const { stdout, stderr } = await runInOwnProcess('test/simulation/mutants/mutants-fixture.ts', [KEPT]);
  if (stderr !== '') throw new Error(stderr);
  for (const line of stdout.trim().split('\n')) {
    const verdict = JSON.parse(line) as Verdict;
    verdicts.set(verdict.name, verdict);
  }
}, PATIENCE_MS);

test.each(regressions)('the kept seed $seed finds it: $mutant', ({ seed, mutant }) => {
  expect(verdicts.get(mutant)).toMatchObject({ seed, rule: expect.any(String) as string });
});
