import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What sessions are sealed with, in bytes. */
const KEY_BYTES = 32;

/**
 * The key that the console's sessions are sealed with: made at the first start and kept in the data folder, readable
 * for its owner only, so that sessions outlive a restart. A file that holds no key is refused and never replaced:
 * another program may use it.
 */
export function loadSessionKey(dataDir: string): Buffer {
  const path = join(dataDir, 'console.key');
  mkdirSync(dataDir, { recursive: true });
  try {
    // Of two processes that start at once, the second takes the key of the first.
    writeFileSync(path, randomBytes(KEY_BYTES).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
  if (key.length !== KEY_BYTES)
    throw new Error(`${path} is not a session key: it needs 64 hexadecimal digits`);
  return key;
}
