import { isIPv6 } from 'node:net';

/** Slips are free. */
const FREE_FAILURES = 10;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** An address without a failure for this long is forgotten. */
const FORGOTTEN_AFTER_MS = 15 * 60_000;
/** A stranger who has many addresses costs no more memory than this. */
const MOST_ADDRESSES = 10_000;

interface Failures {
  count: number;
  lastMs: number;
  openAgainMs: number;
}

/**
 * Slows down whoever keeps presenting what is no token: each further failure of an address is answered after a longer
 * wait only. It judges failures and nothing else, so a valid token or session is never slowed by somebody else's.
 */
export class LogInBrake {
  /** The address whose last failure is oldest comes first. */
  private readonly byAddress = new Map<string, Failures>();

  constructor(private readonly nowMs: () => number = Date.now) {}

  /** Notes a failure. The seconds that the address has to wait; 0: none, this failure was judged. */
  failed(ip: string): number {
    const nowMs = this.nowMs();
    const address = networkOf(ip);
    const before = this.recent(address, nowMs);
    if (before && before.openAgainMs > nowMs) return Math.ceil((before.openAgainMs - nowMs) / 1_000);
    const count = (before?.count ?? 0) + 1;
    this.byAddress.delete(address);
    this.byAddress.set(address, { count, lastMs: nowMs, openAgainMs: nowMs + waitMs(count) });
    for (const oldest of this.byAddress.keys()) {
      if (this.byAddress.size <= MOST_ADDRESSES) break;
      this.byAddress.delete(oldest);
    }
    return 0;
  }

  private recent(address: string, nowMs: number): Failures | undefined {
    const failures = this.byAddress.get(address);
    return failures && nowMs - failures.lastMs < FORGOTTEN_AFTER_MS ? failures : undefined;
  }
}

function waitMs(count: number): number {
  const further = count - FREE_FAILURES;
  return further < 0 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** further);
}

/** Whoever has one address of IPv6 has all of its network. */
function networkOf(ip: string): string {
  return isIPv6(ip) && !ip.includes('.')
    ? new URL(`http://[${ip}]`).hostname.split(':').slice(0, 4).join(':')
    : ip;
}
