import { Coverage } from '../report/coverage';
import regressions from './regressions.json';
import { shrink, tell } from '../report/shrink';
import { loadSources, type Loaded } from '../sources';
import { MUTANTS } from '../mutants/mutants';
import { simulateSeries } from '../series/world';
import { simulate } from '../world';

let loaded: Loaded;

beforeAll(async () => {
  loaded = await loadSources();
});

function run(seed: number, taken: ReadonlySet<number> = new Set(), simulateOne = simulate) {
  return simulateOne(loaded.sources, loaded.sandbox, seed, new Coverage(), taken);
}

/** In whose world the seed was found. */
function worldOf(mutant: string) {
  return MUTANTS.find(({ name }) => name === mutant)?.world === 'series' ? simulateSeries : simulate;
}

test.each(regressions)('seed $seed: it does not come back that $why', async ({ seed, mutant }) => {
  const outcome = await run(seed, new Set(), worldOf(mutant));
  if (outcome.violation)
    throw new Error(tell(await shrink(outcome, (taken) => run(seed, taken, worldOf(mutant)))));
  expect(outcome.end).toMatch(/^(series )?(completed|aborted|refused|closed-by-hand)$/);
});

test('the same seed gives the same schedule', async () => {
  const [first, second] = [await run(50_083), await run(50_083)];
  expect(second.story()).toEqual(first.story());
});
