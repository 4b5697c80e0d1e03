import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What sessions are sealed with, in bytes. */
const KEY_BYTES = 32;

/**
 * The key that the console's sessions are sealed with: made at the first start, kept in the data folder and readable
 * for its owner only, so that a restart logs nobody out. A file that is none is refused, never replaced: somebody else
 * may use it.
 */
export function loadSessionKey(dataDir: string): Buffer {
  const path = join(dataDir, 'console.key');
  mkdirSync(dataDir, { recursive: true });
  try {
    // Whoever comes second takes the key of the first.
    writeFileSync(path, randomBytes(KEY_BYTES).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
  if (key.length !== KEY_BYTES)
    throw new Error(`${path} is not a session key: it needs 64 hexadecimal digits`);
  return key;
}
