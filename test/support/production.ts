import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyFile } from '../../src/settings/key-file';
import { createSigningKeyFile } from '../../src/settings/signing-key';
import { createToken } from '../../src/settings/tokens';

/** A folder that belongs to this user alone, as a production asks of its secrets. */
export function closedFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'absage-production-'));
  return { path, remove: () => rmSync(path, { recursive: true }) };
}

/** A file of tokens that only this user can read and write. */
export function tokensFileIn(folder: string, entry = createToken('Kasse', ['FSP']).entry): string {
  const file = join(folder, 'tokens.json');
  writeFileSync(file, JSON.stringify({ tokens: [entry] }));
  chmodSync(file, 0o600);
  return file;
}

/** A file of keys for what Temporal keeps, as `absage keys create` makes it. */
export function keysFileIn(folder: string, name = 'keys.json'): string {
  const file = join(folder, name);
  createKeyFile(file);
  return file;
}

/** A file of keys that requests are sealed with, of its own. */
export function sealKeysIn(folder: string): string {
  return keysFileIn(folder, 'seal.json');
}

/** A file with the key that signs the journal, as `absage keys create-signing` makes it. */
export function signingKeyIn(folder: string): string {
  const file = join(folder, 'signing.pem');
  createSigningKeyFile(file);
  return file;
}
