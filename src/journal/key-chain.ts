import { toMs } from '../domain/clock';
import type { KeyLine } from '../domain/installation';
import type { JournalEntry } from '../domain/journal';
import type { PublicKey } from '../domain/signature';
import type { Instant } from '../domain/types';
import { Signatures } from '../trust/signing';
import { hashEntry } from './chain';

/** A key of an installation, and since when it is the one that signs. */
export interface KnownKey extends PublicKey {
  since: Instant;
}

/**
 * The keys of an installation, the first one first. `null` where a line was changed, or names a key that the one before has
 * not signed, or that was replaced before. Whose the first key is, no line can say. Anything may stand where lines are expected.
 */
export function readKeyChain(lines: readonly KeyLine[]): KnownKey[] | null {
  const keys: KnownKey[] = [];
  for (const line of lines) {
    const last = keys.at(-1) ?? null;
    try {
      const { before, after, at, hash, signature } = line;
      if ((before?.fingerprint ?? null) !== (last?.fingerprint ?? null)) return null;
      // No key comes again: what it signs would be what a thief of it signs.
      if (keys.some(({ fingerprint }) => fingerprint === after.fingerprint)) return null;
      if (hashEntry(line) !== hash) return null;
      // The first key can only be signed with itself.
      if (!new Signatures([last ?? after]).isGenuine('line', hash, signature)) return null;
      keys.push({ fingerprint: after.fingerprint, key: after.key, since: at });
    } catch {
      return null;
    }
  }
  return keys;
}

/**
 * No line can be written with a replaced key, nor with one that is not noted yet. But a clock may have been set back in between, by
 * no more than this.
 */
export const CLOCK_SLACK_MS = 60_000;

/**
 * Whether a key was noted by that time, and not replaced, give or take what a clock may be wrong. Otherwise whoever reaches the
 * data would have their own key stand before the real one, and sign what an earlier key may have signed. An unknown key is
 * another question.
 */
export function wasInUse({ fingerprint }: PublicKey, at: Instant, keys: readonly KnownKey[]): boolean {
  const rank = keys.findIndex((key) => key.fingerprint === fingerprint);
  const [own, next] = rank < 0 ? [] : [keys[rank], keys[rank + 1]];
  const isNoted = own === undefined || toMs(at) >= toMs(own.since) - CLOCK_SLACK_MS;
  return isNoted && (next === undefined || toMs(at) <= toMs(next.since) + CLOCK_SLACK_MS);
}

/** Whether a line, whatever stands around it, is as one of the keys has signed it while it was the one that signs. */
export function isLineProven(
  line: Pick<JournalEntry, 'at' | 'hash' | 'signature'>,
  keys: readonly KnownKey[],
): boolean {
  return (
    line.signature !== undefined &&
    hashEntry(line) === line.hash &&
    findWronglySigned([line], keys).length === 0
  );
}

/**
 * The lines of one chain, oldest first, that none of the keys has signed while it was the one that signs: who has stolen
 * a key that was replaced since writes nothing new with it. Lines without a signature are another question.
 */
export function findWronglySigned<L extends Pick<JournalEntry, 'at' | 'hash' | 'signature'>>(
  lines: readonly L[],
  keys: readonly KnownKey[],
): L[] {
  const signatures = new Signatures(keys);
  let newest = 0;
  return lines.filter(({ at, hash, signature }) => {
    if (signature === undefined) return false;
    const rank = signatures.rankOf(signature);
    const key = keys[rank];
    const isInTime = key === undefined || wasInUse(key, at, keys);
    if (rank < newest || !isInTime || !signatures.isGenuine('line', hash, signature)) return true;
    newest = rank;
    return false;
  });
}
