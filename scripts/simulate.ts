/**
 * Simulates many schedules, each from one seed: the real workflows and activities against models of Temporal, Jet,
 * Ö-Ticket's link, the mail server and the journal, and a nemesis that breaks what can break. What it prints when a
 * rule breaks, and what to do then, stands in test/simulation/README.md.
 *
 * Usage: npm run simulate -- [--series] [--runs 1000] [--seed 1] [--story]   (--series: schedules of whole series;
 * --story prints what happened in each)
 */
import { parseArgs } from 'node:util';
import { Coverage } from '../test/simulation/report/coverage';
import {
  ENOUGH_SCHEDULES,
  ENOUGH_SERIES,
  holesOf,
  holesOfSeries,
  IMPOSSIBLE,
} from '../test/simulation/report/expected';
import { shrink, tell } from '../test/simulation/report/shrink';
import { loadSources, type Loaded } from '../test/simulation/sources';
import { simulateSeries } from '../test/simulation/series/world';
import { simulate, type Outcome } from '../test/simulation/world';

/** How many failed schedules are explained; for the others only the broken rule is named. */
const MOST_SHRUNK = 10;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      story: { type: 'boolean' },
      series: { type: 'boolean' },
    },
  });
  const [runs, first] = [Number(values.runs), Number(values.seed)];
  if (!Number.isInteger(runs) || !Number.isInteger(first))
    throw new Error('--runs and --seed are whole numbers');
  const loaded = await loadSources();
  const coverage = new Coverage();
  const run = values.series ? simulateSeries : simulate;
  const failed: number[] = [];
  const began = process.cpuUsage();
  for (let seed = first; seed < first + runs; seed += 1) {
    const outcome = await run(loaded.sources, loaded.sandbox, seed, coverage);
    coverage.hit('end', outcome.end);
    if (values.story) console.log(outcome.story().join('\n'));
    if (!outcome.violation) continue;
    failed.push(seed);
    console.log(
      failed.length > MOST_SHRUNK
        ? `seed ${seed}: ${outcome.violation.message}`
        : await explain(loaded, outcome, run),
    );
  }
  const { user, system } = process.cpuUsage(began);
  console.log(coverage.table());
  if (!values.series)
    for (const [what, why] of Object.entries(IMPOSSIBLE)) console.log(`never ${what}: ${why}`);
  const holes = (values.series ? holesOfSeries : holesOf)(coverage);
  console.log(holes.length === 0 ? 'nothing is missing' : `never happened: ${holes.join(', ')}`);
  console.log(`${runs} schedules, ${((user + system) / 1_000 / runs).toFixed(1)} ms of CPU each`);
  console.log(failed.length === 0 ? 'every rule holds' : `failed seeds: ${failed.join(', ')}`);
  const isHollow = holes.length > 0 && runs >= (values.series ? ENOUGH_SERIES : ENOUGH_SCHEDULES);
  process.exitCode = failed.length > 0 || isHollow ? 1 : 0;
}

/** Replays the schedule with as few strikes as still break the rule. */
async function explain(
  { sources, sandbox }: Loaded,
  outcome: Outcome,
  run: typeof simulate,
): Promise<string> {
  const again = (taken: ReadonlySet<number>) => run(sources, sandbox, outcome.seed, new Coverage(), taken);
  return tell(await shrink(outcome, again));
}

void main();
