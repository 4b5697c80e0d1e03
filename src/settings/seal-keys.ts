import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './environment';
import { createKeyFile, loadKeyFile, type KeyFile } from './key-file';

/**
 * The keys that API and workers seal with. A rehearsal makes a file of its own in the data folder at its first start, which
 * all parts share. Throws a `ConfigError` for a file that holds no keys.
 */
export function loadSealKeys({ sealKeyFile, dataDir }: Pick<Config, 'sealKeyFile' | 'dataDir'>): KeyFile {
  if (sealKeyFile !== null) return loadKeyFile(sealKeyFile);
  const path = join(dataDir, 'seal.keys');
  mkdirSync(dataDir, { recursive: true });
  // Of two processes that start at once, the second takes the key of the first.
  createKeyFile(path);
  return loadKeyFile(path);
}
