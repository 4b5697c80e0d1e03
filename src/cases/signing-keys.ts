import { keyLinesOf } from '../domain/installation';
import type { DatedKey } from '../domain/key-file';
import { readKeyChain, type KnownKey } from '../journal/key-chain';
import { Problem } from './problems';
import type { CaseSources } from './sources';

/**
 * The keys with which this installation signs and has signed, the newest first; of the earlier ones until when. These stand
 * there only where each change is proven. Throws `not-found` where nobody signs.
 */
export async function readSigningKeys({ journal }: Pick<CaseSources, 'journal'>): Promise<DatedKey[]> {
  const own = journal.signer?.publicKey;
  if (!own) throw new Problem('not-found');
  const keys = readKeyChain(keyLinesOf(await journal.installationLines())) ?? [];
  if (!keys.some(({ fingerprint }) => fingerprint === own.fingerprint)) return [{ ...own, end: null }];
  const dated = keys.map(async (key, index) => ({ ...key, end: await endOf(journal, key, keys[index + 1]) }));
  return (await Promise.all(dated)).toReversed();
}

async function endOf(
  journal: Pick<CaseSources['journal'], 'lastCaseOf'>,
  key: KnownKey,
  next: KnownKey | undefined,
): Promise<DatedKey['end']> {
  return next ? { at: next.since, caseNumber: await journal.lastCaseOf(key) } : null;
}
