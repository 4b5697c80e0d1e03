import { Coverage } from './coverage';
import { withMutant } from './mutant-sources';
import { MUTANTS } from './mutants';
import { loadSources, type Loaded } from './sources';
import { simulate } from './world';

/** How many schedules are tried beside the one that has found the fault once. */
const MORE_SCHEDULES = 250;

let whole: Loaded;
const found: string[] = [];

beforeAll(async () => {
  whole = await loadSources();
}, 60_000);

afterAll(() => {
  process.stdout.write(`${found.join('\n')}\n`);
});

test.each(MUTANTS)(
  'is noticed: $name',
  async (mutant) => {
    const violation = await withMutant(mutant, whole, async ({ sources, sandbox }) => {
      for (let seed = mutant.seed; seed <= mutant.seed + MORE_SCHEDULES; seed += 1) {
        const outcome = await simulate(sources, sandbox, seed, new Coverage());
        if (outcome.violation) return `seed ${seed}, ${outcome.violation.message}`;
      }
      return null;
    });
    found.push(`${mutant.name}: ${violation?.slice(0, 100)}`);
    expect(violation).not.toBeNull();
  },
  120_000,
);
