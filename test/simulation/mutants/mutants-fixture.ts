/**
 * Runs each mutant through schedules until a rule notices it, and prints one line of JSON for each. It is a process of
 * its own, because outside of Jest this takes half the time.
 */
import { Coverage } from '../report/coverage';
import { withMutant } from './faulty-sources';
import type { Mutant } from './mutant';
import { MUTANTS } from './mutants';
import { loadSources, type Loaded } from '../sources';
import regressions from '../seeds/regressions.json';
import { ALL_TROUBLES_WITHIN } from '../troubles';
import { simulateSeries } from '../series/world';
import { simulate } from '../world';

export interface Verdict {
  name: string;
  /** `null`: no rule noticed. */
  rule: string | null;
  seed: number;
  message: string;
}

/** Asks for the mutants of the kept seeds alone. */
export const KEPT = '--kept';

/** In so many schedules of a series each mutant must have been noticed. */
const MOST_SERIES = 600;

async function main(): Promise<void> {
  const wanted = process.argv[2];
  const kept = new Set(regressions.map(({ mutant }) => mutant));
  const isWanted = ({ name }: Mutant) =>
    wanted === KEPT ? kept.has(name) : wanted === undefined || name.includes(wanted);
  const whole = await loadSources();
  for (const mutant of MUTANTS) {
    if (isWanted(mutant)) console.log(JSON.stringify(await judge(mutant, whole)));
  }
}

function judge(mutant: Mutant, whole: Loaded): Promise<Verdict> {
  const { name, seed: first } = mutant;
  const [run, most] =
    mutant.world === 'series' ? [simulateSeries, MOST_SERIES] : [simulate, ALL_TROUBLES_WITHIN];
  return withMutant(mutant, whole, async ({ sources, sandbox }) => {
    for (let seed = first; seed <= first + most; seed += 1) {
      const { violation } = await run(sources, sandbox, seed, new Coverage());
      if (violation) return { name, rule: violation.rule, seed, message: violation.message.slice(0, 160) };
    }
    return { name, rule: null, seed: first, message: '' };
  });
}

if (require.main === module) void main();
