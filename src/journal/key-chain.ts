import type { KeyLine } from '../domain/installation';
import type { PublicKey } from '../domain/signature';
import { Signatures } from '../trust/signing';
import { hashEntry } from './chain';

/**
 * The keys of an installation, the first one first. `null` where a line was changed, or names a key that the one before has
 * not signed. Whose the first key is, no line can say. Anything may stand where lines are expected.
 */
export function readKeyChain(lines: readonly KeyLine[]): PublicKey[] | null {
  const keys: PublicKey[] = [];
  for (const line of lines) {
    const last = keys.at(-1) ?? null;
    try {
      const { before, after, hash, signature } = line;
      if ((before?.fingerprint ?? null) !== (last?.fingerprint ?? null)) return null;
      if (hashEntry(line) !== hash) return null;
      // The first key can only be signed with itself.
      if (!new Signatures([last ?? after]).isGenuine('line', hash, signature)) return null;
      keys.push({ fingerprint: after.fingerprint, key: after.key });
    } catch {
      return null;
    }
  }
  return keys;
}
