import type { Nemesis } from '../nemesis';
import type { VirtualTime } from './virtual-time';

/** Whether there is a worker that takes new work. */
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

  /** It may come up earlier than it was to. */
  whenUp(run: () => void | Promise<void>): void {
    const remainingMs = this.downUntil - this.time.now;
    this.time.after(Math.min(remainingMs, 60_000) + this.nemesis.between(1, 300), run);
  }
}
