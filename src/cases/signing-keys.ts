import { keyLinesOf } from '../domain/installation';
import type { PublicKey } from '../domain/signature';
import { readKeyChain } from '../journal/key-chain';
import { Problem } from './problems';
import type { CaseSources } from './sources';

/**
 * The keys with which this installation signs and has signed, the newest first. Earlier ones stand there only where each
 * change is proven. Throws `not-found` where nobody signs.
 */
export async function readSigningKeys({ journal }: Pick<CaseSources, 'journal'>): Promise<PublicKey[]> {
  const own = journal.signer?.publicKey;
  if (!own) throw new Problem('not-found');
  const keys = readKeyChain(keyLinesOf(await journal.installationLines())) ?? [];
  return keys.some(({ fingerprint }) => fingerprint === own.fingerprint) ? keys.toReversed() : [own];
}
