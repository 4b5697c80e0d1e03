const SHORTEST_MS = 1_000;
const LONGEST_MS = 5 * 60_000;

/**
 * A `Retry-After` header in milliseconds from now, clamped to 1 s … 5 min: it may hold seconds or an HTTP date, and
 * either may be negative or absurd. `undefined`: there is no header, or it cannot be read.
 */
export function parseRetryAfterMs(header: string | null | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  const waitMs = /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : dateMs(text) - nowMs;
  if (Number.isNaN(waitMs)) return undefined;
  return Math.round(Math.min(LONGEST_MS, Math.max(SHORTEST_MS, waitMs)));
}

/** `Date.parse` accepts nearly everything; an HTTP date ends in GMT. */
function dateMs(text: string): number {
  return text.endsWith('GMT') ? Date.parse(text) : NaN;
}
