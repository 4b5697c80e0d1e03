import timers from 'node:timers/promises';

interface Due {
  at: number;
  order: number;
  run: () => void | Promise<void>;
}

/** The only clock of a schedule. It carries out what is due in order, and skips the time in between. */
export class VirtualTime {
  /** The difference of the worker's own clock. */
  workerOffsetMs = 0;
  private order = 0;
  private readonly due: Due[] = [];

  constructor(public now: number) {}

  after(delayMs: number, run: Due['run']): void {
    const entry = { at: this.now + Math.max(0, delayMs), order: (this.order += 1), run };
    let index = this.due.length;
    while (index > 0 && isLater(this.due[index - 1] as Due, entry)) index -= 1;
    this.due.splice(index, 0, entry);
  }

  /** Carries out the next entry that is due. `false`: none is due until then, and the clock now shows `until`. */
  async step(until: number): Promise<boolean> {
    const next = this.due[0];
    if (!next || next.at > until) {
      this.now = Math.max(this.now, until);
      return false;
    }
    this.due.shift();
    this.now = next.at;
    await next.run();
    return true;
  }
}

function isLater(a: Due, b: Due): boolean {
  return a.at > b.at || (a.at === b.at && a.order > b.order);
}

/** Resolves once everything that could run without time passing has run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Runs with this clock in place of the machine's, for code that uses the machine's: `new Date()`, the process's uptime,
 * a pause between two tries, the interval of heartbeats (the model of Temporal does not need the heartbeats).
 */
export async function withVirtualTime<T>(time: VirtualTime, work: () => Promise<T>): Promise<T> {
  const { Date: RealDate, setInterval, clearInterval } = globalThis;
  const realPause = timers.setTimeout;
  const workerNow = () => time.now + time.workerOffsetMs;
  class VirtualDate extends RealDate {
    constructor(...given: [] | [string | number]) {
      if (given.length === 0) super(workerNow());
      else super(...given);
    }
    static override now(): number {
      return workerNow();
    }
  }
  const pause = <V>(ms = 0, value?: V) =>
    new Promise<V>((resolve) => time.after(ms, () => resolve(value as V)));
  Object.assign(globalThis, { Date: VirtualDate, setInterval: () => ({}), clearInterval: () => undefined });
  Object.assign(timers, { setTimeout: pause });
  const { now: realUptime } = performance;
  performance.now = () => time.now;
  // Thousands of failures are made, and their stack traces are never read.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Object.assign(globalThis, { Date: RealDate, setInterval, clearInterval });
    Object.assign(timers, { setTimeout: realPause });
    performance.now = realUptime;
  }
}
