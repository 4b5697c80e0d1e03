import { digest } from '../digest';
import type { JournalEntry } from '../domain/journal';

/** The `previousHash` of a case's first line. */
export const NO_PREVIOUS_HASH = '0'.repeat(64);

export function hashEntry(entry: object): string {
  return digest(entry);
}

/** Whether the lines of one case, oldest first, are whole: none changed, none missing, none in between. */
export function isChainWhole(entries: readonly JournalEntry[]): boolean {
  let previousHash = NO_PREVIOUS_HASH;
  for (const [index, { hash, ...entry }] of entries.entries()) {
    if (entry.seq !== index + 1 || entry.previousHash !== previousHash) return false;
    if (hashEntry(entry) !== hash) return false;
    previousHash = hash;
  }
  return true;
}
