import { toInstant, toMs } from './clock';
import type { Instant, JetEvent } from './types';

/* When a save was made, by times that Jet may show cut to seconds or minutes, and what is left of an interval after it. */

/**
 * Upper bound for the time of the last save. Masks that show whole minutes make a save look up to a minute older than it
 * is, and a wait that counts from there would be too short. `seenAt`: when Absage first read the save; `null`: no line
 * says it.
 */
export function latestSave(
  { savedAt, readAt }: Pick<JetEvent, 'savedAt' | 'readAt'>,
  seenAt: Instant | null,
): Instant {
  const unit = unitOf(savedAt);
  if (unit === 1) return savedAt;
  const bounds = [toMs(savedAt) + unit - 1, toMs(readAt), ...(seenAt === null ? [] : [toMs(seenAt)])];
  return toInstant(Math.max(toMs(savedAt), Math.min(...bounds)));
}

const COARSE_UNITS_MS = [60_000, 1_000] as const;

/** How coarse a time is shown, in milliseconds: to the minute, to the second, or exactly. */
export function unitOf(instant: Instant): number {
  return COARSE_UNITS_MS.find((unit) => toMs(instant) % unit === 0) ?? 1;
}

/** What is left of a whole interval after a save, at a later moment of the same clock; at most one interval. */
export function remainingWaitMs(savedAt: Instant, now: Instant, intervalMs: number): number {
  return Math.min(intervalMs, Math.max(0, intervalMs - (toMs(now) - toMs(savedAt))));
}
