import type { Watch } from '../rules/rule';
import type { Judged } from '../rules/seen';

/** How often each thing happened, over all schedules. */
export class Coverage {
  private readonly counts = new Map<string, Map<string, number>>();

  hit(kind: string, name: string): void {
    const ofKind = this.counts.get(kind) ?? new Map<string, number>();
    this.counts.set(kind, ofKind.set(name, (ofKind.get(name) ?? 0) + 1));
  }

  count(kind: string, name: string): number {
    return this.counts.get(kind)?.get(name) ?? 0;
  }

  /** The names of this list that never happened. */
  holes(kind: string, names: readonly string[]): string[] {
    return names.filter((name) => this.count(kind, name) === 0).map((name) => `${kind}: ${name}`);
  }

  table(): string {
    const lines: string[] = [];
    for (const [kind, names] of [...this.counts].sort()) {
      lines.push(kind);
      for (const [name, count] of [...names].sort()) lines.push(`  ${String(count).padStart(7)}  ${name}`);
    }
    return lines.join('\n');
  }
}

/** Counts what the rules see: lines, choices, refusals, and the answers to actions. */
export function countMoments({ coverage, temporal }: Judged): Watch {
  return {
    onLine: ({ kind, operation, outcome }) => {
      coverage.hit('line', `${kind} ${operation} ${outcome ?? ''}`.trim());
      if (operation === 'decide') coverage.hit('choice', String(outcome));
      if (kind === 'refusal') coverage.hit('refusal', String(outcome));
      if (operation === 'reject') coverage.hit('refusal', 'rejected');
      if (operation === 'end-approval' && outcome === 'expired') coverage.hit('refusal', 'approval-expired');
    },
    atRest: () => {
      for (const { updates } of temporal.runs)
        for (const { name, outcome } of updates.values())
          coverage.hit('action', `${name} ${outcome?.ok ? 'accepted' : 'refused'}`);
    },
  };
}
