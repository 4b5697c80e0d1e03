import { Coverage } from '../report/coverage';
import regressions from './regressions.json';
import { shrink, tell } from '../report/shrink';
import { loadSources, type Loaded } from '../sources';
import { simulate } from '../world';

let loaded: Loaded;

beforeAll(async () => {
  loaded = await loadSources();
});

function run(seed: number, taken: ReadonlySet<number> = new Set()) {
  return simulate(loaded.sources, loaded.sandbox, seed, new Coverage(), taken);
}

test.each(regressions)('seed $seed: it does not come back that $why', async ({ seed }) => {
  const outcome = await run(seed);
  if (outcome.violation) throw new Error(tell(await shrink(outcome, (taken) => run(seed, taken))));
  expect(['completed', 'aborted', 'refused', 'closed-by-hand']).toContain(outcome.end);
});

test('the same seed gives the same schedule', async () => {
  const [first, second] = [await run(50_083), await run(50_083)];
  expect(second.story()).toEqual(first.story());
});
