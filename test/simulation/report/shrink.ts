import type { Outcome } from '../world';

/**
 * A schedule that breaks the same rule with fewer strikes of the nemesis: leaves out each strike in turn, and keeps it
 * out if the rule still breaks.
 */
export async function shrink(
  failed: Outcome,
  again: (suppressed: ReadonlySet<number>) => Promise<Outcome>,
): Promise<Outcome> {
  let smallest = failed;
  const suppressed = new Set<number>();
  for (const { ordinal } of [...failed.strikes].reverse()) {
    const tried = await again(new Set([...suppressed, ordinal]));
    if (tried.violation?.rule !== failed.violation?.rule) continue;
    if (tried.strikes.length > smallest.strikes.length) continue;
    suppressed.add(ordinal);
    smallest = tried;
  }
  return smallest;
}

export function tell({ seed, violation, strikes, story }: Outcome): string {
  return [
    `seed ${seed}: ${violation?.message}`,
    `${strikes.length} strikes are enough:`,
    ...strikes.map(({ at, what }) => `  ${new Date(at).toISOString()} ${what}`),
    ...story(),
    `to see it again: npm run simulate -- --runs 1 --seed ${seed} --story`,
    `to keep it, when it is mended: { "seed": ${seed}, "mutant": "…", "why": "…" } in test/simulation/seeds/regressions.json`,
  ].join('\n');
}
