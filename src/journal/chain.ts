import { digest } from '../digest';
import type { JournalEntry } from '../domain/journal';

/** The `previousHash` of a case's first line. */
export const NO_PREVIOUS_HASH = '0'.repeat(64);

/** The SHA-256 of a line: of whatever it was written with, but for the hash itself and the signature of the hash. */
export function hashEntry(entry: object): string {
  const { hash: _hash, signature: _signature, ...content } = entry as Partial<JournalEntry>;
  return digest(content);
}

/** The parts of a line that chain it to the one before. */
type Linked = Pick<JournalEntry, 'seq' | 'previousHash' | 'hash' | 'signature'>;

/**
 * Whether the lines of one case, oldest first, are whole: none changed, none missing, none in between, and none without a
 * signature after one that has it. Who has signed is another question.
 */
export function isChainWhole(entries: readonly Linked[]): boolean {
  let previousHash = NO_PREVIOUS_HASH;
  for (const [index, entry] of entries.entries()) {
    if (entry.seq !== index + 1 || entry.previousHash !== previousHash) return false;
    if (hashEntry(entry) !== entry.hash) return false;
    previousHash = entry.hash;
  }
  return findUnsigned(entries).length === 0;
}

/** The lines without a signature that follow on one with a signature. */
export function findUnsigned<L extends Pick<JournalEntry, 'signature'>>(entries: readonly L[]): L[] {
  const first = entries.findIndex(({ signature }) => signature !== undefined);
  return first === -1 ? [] : entries.slice(first).filter(({ signature }) => signature === undefined);
}
