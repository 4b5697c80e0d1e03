import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chownSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, type Config } from './environment';
import { readTextFile } from './text-file';
import { createWhole, replaceWhole } from './whole-file';

/** What the journal is signed with. The first key signs; those behind it have signed before, and named the next one. */
export interface SigningKeys {
  /** The file, for people. */
  readonly path: string;
  readonly keys: readonly KeyObject[];
}

const PEM = /-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----/gs;

/**
 * A rehearsal makes a file of its own in the data folder at its first start, which all parts share. Throws a `ConfigError`
 * that never quotes a key.
 */
export function loadSigningKeys({
  signingKeyFile,
  dataDir,
}: Pick<Config, 'signingKeyFile' | 'dataDir'>): SigningKeys {
  if (signingKeyFile !== null) return readKeys(signingKeyFile);
  const path = ownFile(dataDir);
  mkdirSync(dataDir, { recursive: true });
  // Of two processes that start at once, the second takes the key of the first.
  createSigningKeyFile(path);
  return readKeys(path);
}

/** As `loadSigningKeys`, but nothing is made: `null` where there is no file yet, or none that can be read. */
export function findSigningKeys({
  signingKeyFile,
  dataDir,
}: Pick<Config, 'signingKeyFile' | 'dataDir'>): SigningKeys | null {
  return orNull(() => readKeys(signingKeyFile ?? ownFile(dataDir)));
}

function ownFile(dataDir: string): string {
  return join(dataDir, 'signing.key');
}

function readKeys(path: string): SigningKeys {
  const keys = [...textOf(path).matchAll(PEM)].map(([pem]) => readKey(path, pem));
  if (keys.length === 0)
    throw new ConfigError([
      `${path}: braucht einen privaten Schlüssel für Ed25519 als PEM (absage keys create-signing DATEI macht ihn)`,
    ]);
  return { path, keys };
}

function readKey(path: string, pem: string): KeyObject {
  const key = orNull(() => createPrivateKey(pem));
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new ConfigError([`${path}: darin steht ein Schlüssel, der keiner für Ed25519 ist`]);
}

function textOf(path: string): string {
  const text = orNull(() => readTextFile(path));
  if (text === null) throw new ConfigError([`${path}: kann nicht gelesen werden`]);
  return text;
}

function orNull<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

/** Makes a file with one key, readable for its owner only. `false`: the file exists, and was left alone. */
export function createSigningKeyFile(path: string): boolean {
  return createWhole(path, newKey());
}

/** Puts a new key before those of the file, whole or not at all. The owner of the file stays. */
export function addSigningKey(path: string): void {
  readKeys(path);
  const { uid, gid } = statSync(path);
  replaceWhole(path, newKey() + textOf(path));
  if (process.getuid?.() === 0) chownSync(path, uid, gid);
}

/** As PKCS #8 in PEM: what `openssl genpkey -algorithm ed25519` makes, too. */
function newKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
}
