import type { Cases } from '../../bench/cases';
import type { CancellationInput } from '../../src/domain/case';
import { judge, type Findings } from '../chaos/oracle';
import { Random } from '../chaos/random';
import type { End } from '../chaos/stage';
import { makeCrowd, play } from './crowd';
import { troubleMail, type ClusterScenario } from './scenarios';
import type { ClusterStage } from './stage';

/** So many at once, each with a seed of its own. */
export const CROWD = 20;

/** What one scenario with one seed has shown. */
export interface CrowdReport {
  scenario: string;
  seed: number;
  findings: Findings;
  /** How many cases ended how. */
  ends: Record<string, number>;
  /** How many of the gateway's and the mail server's faults were armed. */
  faults: number;
  seconds: number;
}

export const NOTHING_WRONG: Findings = {
  lost: 0,
  secondWrites: 0,
  secondMails: 0,
  earlyStornos: 0,
  faults: [],
};

/**
 * Plays one scenario beside a crowd of cases, and checks what Jet, the mail server and the journal saw: Temporal is not
 * asked. The same seed chooses the same orders, faults and points; the timing in between is up to the machine.
 */
export async function playCrowd(
  cluster: ClusterStage,
  cases: Cases,
  [name, { prepare, strike }]: readonly [string, ClusterScenario],
  seed: number,
): Promise<CrowdReport> {
  await prepare?.(cluster);
  const begunAt = performance.now();
  const crowd = makeCrowd(cases, CROWD, (nth) => new Random(seed * 1_000 + nth, name));
  const [ends] = await Promise.all([
    Promise.all(crowd.map((member) => play(cluster, member))),
    strike(cluster, new Random(seed, name)),
    troubleMail(cluster, new Random(seed, `${name}/mail`)),
  ]);
  // Jet is read below by the way that the faults are on.
  await cluster.disarmFaults();
  const findings = await judge(cluster, new Map<CancellationInput, End>(ends));
  return {
    scenario: name,
    seed,
    findings,
    ends: countEach(ends.map(([, end]) => end)),
    faults: crowd.reduce((sum, { faults, isMailDropped }) => sum + faults.length + Number(isMailDropped), 0),
    seconds: Math.round((performance.now() - begunAt) / 1_000),
  };
}

function countEach(all: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of all) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

/** For people: one row a scenario. */
export function crowdTable(reports: readonly CrowdReport[]): string {
  const rows = reports.map(({ scenario, seed, findings, ends, faults, seconds }) => [
    `${scenario}, seed ${seed}`,
    Object.entries(ends)
      .map(([end, count]) => `${count} ${end}`)
      .join(', '),
    faults,
    findings.lost,
    findings.secondWrites + findings.secondMails,
    findings.earlyStornos,
    findings.faults.length,
    seconds,
  ]);
  const heads = ['scenario', 'cases', 'faults beside', 'lost', 'doubled', 'early', 'other', 's'];
  return [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
