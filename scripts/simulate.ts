/**
 * Simulates many schedules, each from one seed: the real workflows and activities against models of Temporal, Jet,
 * Ö-Ticket's link, the mail server and the journal, and a nemesis that breaks what can break.
 *
 * Usage: tsx scripts/simulate.ts [--runs 1000] [--seed 1] [--story]   (--story prints what happened in each)
 */
import { parseArgs } from 'node:util';
import { Coverage } from '../test/simulation/coverage';
import { shrink, tell } from '../test/simulation/shrink';
import { loadSources } from '../test/simulation/sources';
import { simulate } from '../test/simulation/world';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      story: { type: 'boolean' },
    },
  });
  const [runs, first] = [Number(values.runs), Number(values.seed)];
  const { sources, sandbox } = await loadSources();
  const coverage = new Coverage();
  const ends = new Map<string, number>();
  const failed: number[] = [];
  const began = process.cpuUsage();
  for (let seed = first; seed < first + runs; seed += 1) {
    const outcome = await simulate(sources, sandbox, seed, coverage);
    ends.set(outcome.end, (ends.get(outcome.end) ?? 0) + 1);
    if (values.story) console.log(outcome.story.join('\n'));
    if (!outcome.violation) continue;
    failed.push(seed);
    if (failed.length > 10) console.log(`seed ${seed}: ${outcome.violation.message}`);
    else
      console.log(
        tell(await shrink(outcome, (taken) => simulate(sources, sandbox, seed, new Coverage(), taken))),
      );
  }
  const { user, system } = process.cpuUsage(began);
  console.log(coverage.table());
  console.log(`${runs} schedules, ${((user + system) / 1_000 / runs).toFixed(1)} ms of CPU each`);
  console.log(`ended: ${[...ends].map(([end, count]) => `${end} ${count}`).join(', ')}`);
  console.log(failed.length === 0 ? 'nothing found' : `failed seeds: ${failed.join(', ')}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

void main();
