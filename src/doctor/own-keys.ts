import type { PublicKey } from '../domain/signature';
import type { Config } from '../settings/environment';
import { findSigningKeys } from '../settings/signing-key';
import { createSigner } from '../trust/signing';

/** `null`: there is no key yet, or none that can be read, which is the settings' fault and not the journal's. */
export function ownKeys(config: Pick<Config, 'signingKeyFile' | 'dataDir'>): PublicKey[] | null {
  return findSigningKeys(config)?.keys.map((key) => createSigner(key).publicKey) ?? null;
}
