import timers from 'node:timers/promises';

interface Due {
  at: number;
  order: number;
  run: () => void | Promise<void>;
}

/** The only clock of a schedule: what is due is done in its order, and the time between is skipped. */
export class VirtualTime {
  /** How far the worker's own clock is off. */
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

  /** Does what is due next. `false`: nothing is, up to that moment, and it has come. */
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

/** Everything that waits for nothing but its turn has had it. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Runs with this clock in place of the machine's, for code that asks the machine: `new Date()`, how long the process
 * has run, a pause between two tries, the heartbeat's interval (which the model of Temporal knows without being told).
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
  // Failures are made by the thousand, and nobody reads where.
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
