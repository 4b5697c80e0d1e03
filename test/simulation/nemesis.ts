/** One decision of the nemesis: its ordinal, when it was made, and what it did. */
export interface Strike {
  ordinal: number;
  at: number;
  what: string;
}

/**
 * The source of every choice in a schedule, from one seed: how long things take, what breaks, what people do. A strike
 * is a harmful choice. Each strike can be suppressed by its ordinal, to find out which strikes matter.
 */
export class Nemesis {
  readonly strikes: Strike[] = [];
  /** The faults have ended. */
  isCalm = false;
  /** Only forced strikes happen, so that one trouble takes its course. */
  isReserved = false;
  private state: number;
  private ordinal = 0;
  private readonly most: number;
  /** How easily this schedule's nemesis strikes. In many schedules it strikes seldom, so that they get far. */
  private readonly eagerness: number;

  constructor(
    readonly seed: number,
    private readonly now: () => number,
    private readonly suppressed: ReadonlySet<number> = new Set(),
  ) {
    this.state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bf03635) >>> 0;
    this.most = this.pick([0, 1, 2, 3, 3, 4, 5, 6, 8, 11, 15]);
    this.eagerness = this.pick([1, 1, 2, 2, 3, 5, 8]);
  }

  /** 0 ≤ x < 1 (mulberry32). */
  random(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  between(low: number, high: number): number {
    return Math.round(low + this.random() * (high - low));
  }

  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.random() * choices.length)] as T;
  }

  /** Mostly quick, sometimes slow, so that calls overtake each other. */
  latency(): number {
    const kind = this.random();
    if (kind < 0.8) return this.between(1, 20);
    return kind < 0.97 ? this.between(20, 900) : this.between(900, 6_000);
  }

  /** One of these strikes, or `null` for no strike here. */
  strike<W extends string>(probability: number, choices: readonly W[]): W | null {
    const isWanted = this.chance(probability * this.eagerness);
    const choice = this.pick(choices);
    if (!isWanted || this.isCalm || this.isReserved || this.strikes.length >= this.most) return null;
    this.ordinal += 1;
    if (this.suppressed.has(this.ordinal)) return null;
    this.strikes.push({ ordinal: this.ordinal, at: this.now(), what: choice });
    return choice;
  }

  /** Strikes for certain, unless this strike is suppressed. */
  force(what: string): boolean {
    if (this.isCalm) return false;
    this.ordinal += 1;
    if (this.suppressed.has(this.ordinal)) return false;
    this.strikes.push({ ordinal: this.ordinal, at: this.now(), what });
    return true;
  }

  /** Adds to the description of the last strike. */
  describe(where: string): void {
    const last = this.strikes.at(-1);
    if (last) last.what += ` ${where}`;
  }
}
