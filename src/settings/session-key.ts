import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './environment';
import { createWhole } from './whole-file';

/** What sessions are sealed with, in bytes. */
const KEY_BYTES = 32;
const KEY = /^[0-9a-f]{64}$/i;

/**
 * The key that the console's sessions are sealed with: made at the first start and kept in the data folder, readable
 * for its owner only, so that sessions outlive a restart. A power cut may have left an empty file, which holds nothing
 * to lose. Any other file that holds no key is never replaced, because another program may use it: throws a
 * `ConfigError`.
 */
export function loadSessionKey(dataDir: string): Buffer {
  const path = join(dataDir, 'console.key');
  mkdirSync(dataDir, { recursive: true });
  discardIfEmpty(path);
  // Of two processes that start at once, the second takes the key of the first.
  createWhole(path, randomBytes(KEY_BYTES).toString('hex'));
  const key = readFileSync(path, 'utf8').trim();
  if (KEY.test(key)) return Buffer.from(key, 'hex');
  throw new ConfigError([
    `${path} enthält keinen Schlüssel der Konsole (64 Ziffern von 0 bis f): bitte die Datei entfernen, beim nächsten Start entsteht eine neue, und alle melden sich neu an`,
  ]);
}

/** Put aside before it is judged for good, because another process may have filled it in between. */
function discardIfEmpty(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.size !== 0) return;
  const aside = `${path}.${randomUUID()}`;
  renameSync(path, aside);
  const content = readFileSync(aside, 'utf8');
  if (content !== '') createWhole(path, content);
  rmSync(aside);
}
