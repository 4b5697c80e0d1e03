import { toMs } from './clock';
import type { Instant } from './types';

/** A key that something in Temporal was encrypted with, as the journal remembers it. */
export interface KeyUse {
  id: string;
  firstUsedAt: Instant;
  /** Noted again every `NOTE_KEY_EVERY_MS` by every process that encrypts with it. */
  lastUsedAt: Instant;
}

export const NOTE_KEY_EVERY_MS = 10 * 60_000;

/** A note may fail, and the clocks of several machines may differ. */
const SLACK_MS = 6 * NOTE_KEY_EVERY_MS;

/**
 * The keys that runs may hold something of, when the oldest of them began at this instant; `null`: there is no such run.
 * A run that began after a key was used for the last time holds nothing of it.
 */
export function keysStillNeeded(uses: readonly KeyUse[], oldestRunAt: Instant | null): string[] {
  if (oldestRunAt === null) return [];
  return uses
    .filter(({ lastUsedAt }) => toMs(lastUsedAt) + SLACK_MS >= toMs(oldestRunAt))
    .map(({ id }) => id);
}
