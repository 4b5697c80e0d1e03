import type { Spendings } from '../../src/cases/sources';
import { toInstant, toMs } from '../../src/domain/clock';

/** Counts as the database does, for as long as a test goes on. */
export function spendingsInMemory(): Spendings {
  const spent = new Map<string, { count: number; until: string }>();
  return {
    spend(key, at, windowMs) {
      const known = spent.get(key);
      const isOver = !known || toMs(known.until) <= toMs(at);
      const now = isOver
        ? { count: 1, until: toInstant(toMs(at) + windowMs) }
        : { ...known, count: known.count + 1 };
      spent.set(key, now);
      return Promise.resolve(now);
    },
  };
}
