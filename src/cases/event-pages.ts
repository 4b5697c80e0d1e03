import { toInstant } from '../domain/clock';
import type { Instant, JetEvent } from '../domain/types';

/** One page of a house's events, as Jet gave it. */
export interface JetPage {
  events: JetEvent[];
  nextCursor: string | null;
}

/** `readAt`: when Jet was asked. */
export type ReadPage = JetPage & { readAt: Instant };

const KEPT_MS = 60_000;
/** Forty houses with five pages each. */
const MOST_PAGES = 200;

interface Kept {
  atMs: number;
  page: Promise<ReadPage>;
}

/**
 * The pages of events that were read last, each for a minute, so that a search by words does not ask Jet five times at each
 * press. Only lists are made from them: a plan and an order read the event itself.
 */
export class EventPages {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly nowMs: () => number = Date.now) {}

  /**
   * The page of a query. `isNow`: read anew, whatever is kept. A reading that failed is not kept.
   *
   * @example await pages.read({ house: 'FSP', cursor }, () => askJet(…))
   */
  async read(query: object, load: () => Promise<JetPage>, { isNow = false } = {}): Promise<ReadPage> {
    this.dropOld();
    const parts = Object.entries(query).filter(([, value]) => value !== undefined);
    const key = JSON.stringify(parts.sort());
    const known = this.kept.get(key);
    if (known && !isNow) return known.page;
    const atMs = this.nowMs();
    const entry = { atMs, page: load().then((page) => ({ ...page, readAt: toInstant(atMs) })) };
    this.kept.delete(key);
    this.kept.set(key, entry);
    try {
      return await entry.page;
    } catch (error) {
      if (this.kept.get(key) === entry) this.kept.delete(key);
      throw error;
    }
  }

  private dropOld(): void {
    const oldestMs = this.nowMs() - KEPT_MS;
    for (const [key, { atMs }] of this.kept) {
      if (atMs > oldestMs && this.kept.size <= MOST_PAGES) return;
      this.kept.delete(key);
    }
  }
}
