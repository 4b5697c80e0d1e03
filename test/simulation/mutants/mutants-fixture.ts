/**
 * Runs each mutant through schedules until a rule notices it, and prints one line of JSON for each. It is a process of
 * its own, because outside of Jest this takes half the time.
 */
import { Coverage } from '../report/coverage';
import { withMutant } from './faulty-sources';
import type { Mutant } from './mutant';
import { MUTANTS } from './mutants';
import { loadSources, type Loaded } from '../sources';
import { ALL_TROUBLES_WITHIN } from '../troubles';
import { simulate } from '../world';

export interface Verdict {
  name: string;
  /** `null`: no rule noticed. */
  rule: string | null;
  seed: number;
  message: string;
}

async function main(): Promise<void> {
  const wanted = process.argv[2];
  const whole = await loadSources();
  for (const mutant of MUTANTS) {
    if (wanted === undefined || mutant.name.includes(wanted))
      console.log(JSON.stringify(await judge(mutant, whole)));
  }
}

function judge(mutant: Mutant, whole: Loaded): Promise<Verdict> {
  const { name, seed: first } = mutant;
  return withMutant(mutant, whole, async ({ sources, sandbox }) => {
    for (let seed = first; seed <= first + ALL_TROUBLES_WITHIN; seed += 1) {
      const { violation } = await simulate(sources, sandbox, seed, new Coverage());
      if (violation) return { name, rule: violation.rule, seed, message: violation.message.slice(0, 160) };
    }
    return { name, rule: null, seed: first, message: '' };
  });
}

void main();
