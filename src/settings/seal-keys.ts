import type { KeyObject } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, type Config } from './environment';
import { createKeyFile, loadKeyFile, type KeyFile } from './key-file';

/**
 * The keys that API and workers seal with. A rehearsal makes a file of its own in the data folder at its first start, which
 * all parts share. Throws a `ConfigError` for a file that holds no keys.
 */
export function loadSealKeys({ sealKeyFile, dataDir }: Pick<Config, 'sealKeyFile' | 'dataDir'>): KeyFile {
  if (sealKeyFile !== null) return loadKeyFile(sealKeyFile);
  const path = ownFile(dataDir);
  mkdirSync(dataDir, { recursive: true });
  // Of two processes that start at once, the second takes the key of the first.
  createKeyFile(path);
  return loadKeyFile(path);
}

function ownFile(dataDir: string): string {
  return join(dataDir, 'seal.keys');
}

/**
 * One German sentence where a key both seals and encrypts: the two are changed, kept and handed out apart, and whoever has
 * the one to read with would have the other to order with. A file that holds no keys is reported by whoever loads it.
 */
export function findSharedKeys({
  sealKeyFile,
  payloadKeysFile,
  dataDir,
}: Pick<Config, 'sealKeyFile' | 'payloadKeysFile' | 'dataDir'>): string[] {
  const seals = keysOf(sealKeyFile ?? ownFile(dataDir));
  const isShared = keysOf(payloadKeysFile).some((key) => seals.some((seal) => seal.equals(key)));
  return isShared
    ? [
        'ABSAGE_SEAL_KEY_FILE und ABSAGE_PAYLOAD_KEYS_FILE nennen dieselben Schlüssel: bitte für das Siegel mit absage keys create eine eigene Datei machen. Offene Absagen gehen mit ihr weiter',
      ]
    : [];
}

function keysOf(path: string | null): KeyObject[] {
  try {
    const keys = path === null ? null : loadKeyFile(path);
    return (keys?.ids() ?? []).flatMap((id) => keys?.find(id) ?? []);
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}
