import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { toInstant, toMs } from '../domain/clock';
import type { Spendings } from './sources';

/** Slips are free. */
const FREE_FAILURES = 10;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** So long after its first failure an address begins anew. */
const FORGOTTEN_AFTER_MS = 15 * 60_000;
/** A stranger who has many addresses costs no more memory than this. */
const MOST_ADDRESSES = 10_000;

/**
 * Slows down whoever keeps presenting what is no token: each further failure of an address is answered after a longer
 * wait only, whichever server it comes to. It judges failures and nothing else, so a valid token or session is never slowed by
 * somebody else's.
 */
export class LogInBrake {
  /** When each address that waits may try again: while it waits, its failures cost the database nothing. */
  private readonly waiting = new Map<string, number>();

  constructor(
    private readonly spendings: Spendings,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** Notes a failure. The seconds that the address has to wait; 0: none, this failure was judged. */
  async failed(ip: string): Promise<number> {
    const address = keyOf(ip);
    const known = this.secondsUntil(this.waiting.get(address) ?? 0);
    if (known > 0) return known;
    try {
      return await this.count(address);
    } catch {
      // Without the database nobody is slowed: a failure is told as such, whatever else is amiss.
      return 0;
    }
  }

  private async count(address: string): Promise<number> {
    const at = toInstant(this.nowMs());
    const { count } = await this.spendings.spend(`log-in/${address}`, at, FORGOTTEN_AFTER_MS);
    if (count < FREE_FAILURES) return 0;
    // Whoever begins the wait is judged; whoever else fails within it is not.
    const wait = await this.spendings.spend(`log-in-wait/${address}`, at, waitMs(count));
    this.remember(address, toMs(wait.until));
    return wait.count === 1 ? 0 : this.secondsUntil(toMs(wait.until));
  }

  private remember(address: string, untilMs: number): void {
    this.waiting.delete(address);
    this.waiting.set(address, untilMs);
    for (const oldest of this.waiting.keys()) {
      if (this.waiting.size <= MOST_ADDRESSES) break;
      this.waiting.delete(oldest);
    }
  }

  private secondsUntil(untilMs: number): number {
    return Math.max(0, Math.ceil((untilMs - this.nowMs()) / 1_000));
  }
}

function waitMs(count: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - FREE_FAILURES));
}

/** Whoever has one address of IPv6 has all of its network. The database holds no address that can be read. */
function keyOf(ip: string): string {
  const network =
    isIPv6(ip) && !ip.includes('.')
      ? new URL(`http://[${ip}]`).hostname.split(':').slice(0, 4).join(':')
      : ip;
  return createHash('sha256').update(network).digest('hex');
}
