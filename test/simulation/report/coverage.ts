/** How often each thing has happened, over all schedules. */
export class Coverage {
  private readonly counts = new Map<string, Map<string, number>>();

  hit(kind: string, name: string): void {
    const ofKind = this.counts.get(kind) ?? new Map<string, number>();
    this.counts.set(kind, ofKind.set(name, (ofKind.get(name) ?? 0) + 1));
  }

  count(kind: string, name: string): number {
    return this.counts.get(kind)?.get(name) ?? 0;
  }

  /** What of this list never happened. */
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
