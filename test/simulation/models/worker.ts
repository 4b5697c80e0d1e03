import type { Nemesis } from '../nemesis';
import type { VirtualTime } from './virtual-time';

/** Whether a worker takes new work. */
export class Worker {
  downUntil = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly nemesis: Nemesis,
  ) {}

  get isDown(): boolean {
    return this.time.now < this.downUntil;
  }

  goDown(ms: number): void {
    this.downUntil = Math.max(this.downUntil, this.time.now + ms);
  }

  /** Asks again after at most a minute, because the worker may come up earlier than planned. */
  whenUp(run: () => void | Promise<void>): void {
    const remainingMs = this.downUntil - this.time.now;
    this.time.after(Math.min(remainingMs, 60_000) + this.nemesis.between(1, 300), run);
  }
}
