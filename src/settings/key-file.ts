import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { chownSync, statSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from './environment';
import { readJsonFile } from './json-file';
import { createWhole, replaceWhole } from './whole-file';

/** AES-256. */
const KEY_BYTES = 32;

/** Ids stand beside what is encrypted, and in the journal: never a part of the key itself. */
const KEY_ID = /^[A-Za-z0-9._-]{1,40}$/;

const keysFile = z
  .strictObject({
    keys: z
      .array(
        z.strictObject({
          id: z.string().regex(KEY_ID, 'braucht 1 bis 40 Buchstaben, Ziffern, Punkte oder Striche'),
          key: z
            .base64url(`braucht ${KEY_BYTES} Bytes in base64url`)
            .refine((text) => bytesOf(text).length === KEY_BYTES, `braucht ${KEY_BYTES} Bytes in base64url`),
        }),
      )
      .min(1, 'braucht mindestens einen Schlüssel'),
  })
  .refine(({ keys }) => new Set(keys.map(({ id }) => id)).size === keys.length, 'nennt eine id zweimal');

type KeyEntry = z.output<typeof keysFile>['keys'][number];

/** Keys with ids: what the contents of cases are encrypted with in Temporal, or what requests are sealed with. */
export interface KeyFile {
  /** The file, for people. */
  readonly path: string;
  /** Whatever this process encrypts or seals, it does with this key. */
  readonly current: { readonly id: string; readonly key: KeyObject };
  /** The keys that the file held when it was read last, the current one first. */
  ids(): string[];
  /** A key that is not known is looked for in the file again: another process may have begun to use a newer one. */
  find(id: string): KeyObject | undefined;
}

/** An unknown id may come from anybody: the file is not read for each of them. */
const READ_AGAIN_AFTER_MS = 5_000;

/** The keys of the file; the first one is the current one. Throws a `ConfigError` that never quotes a key. */
export function loadKeyFile(path: string, now = Date.now): KeyFile {
  let ring = readRing(path);
  let readAtMs = now();
  const [id = '', key] = [...ring][0] ?? [];
  if (!key) throw new ConfigError([`${path}: braucht mindestens einen Schlüssel`]);
  return {
    path,
    current: { id, key },
    ids: () => [...ring.keys()],
    find(wanted) {
      if (!ring.has(wanted) && now() - readAtMs >= READ_AGAIN_AFTER_MS) {
        readAtMs = now();
        ring = new Map([...ring, ...readAgain(path)]);
      }
      return ring.get(wanted);
    },
  };
}

function readRing(path: string): Map<string, KeyObject> {
  return new Map(readKeys(path).map(({ id, key }) => [id, createSecretKey(bytesOf(key))]));
}

function readKeys(path: string): KeyEntry[] {
  return readJsonFile(path, keysFile).keys;
}

/** What is known stays known, also while somebody edits the file. */
function readAgain(path: string): Map<string, KeyObject> {
  try {
    return readRing(path);
  } catch {
    return new Map();
  }
}

/** Makes a file with one key, readable for its owner only. `null`: the file exists, and was left alone. */
export function createKeyFile(path: string): string | null {
  const entry = newKey(new Date());
  return createWhole(path, toText([entry])) ? entry.id : null;
}

/**
 * Puts a new key before those of the file, whole or not at all. Throws a `ConfigError` for a file that holds no keys. The
 * owner of the file stays: an administrator may do this for the user of the service.
 */
export function addKey(path: string): string {
  const keys = readKeys(path);
  const entry = newKey(new Date());
  const { uid, gid } = statSync(path);
  replaceWhole(path, toText([entry, ...keys]));
  if (process.getuid?.() === 0) chownSync(path, uid, gid);
  return entry.id;
}

function newKey(now: Date): KeyEntry {
  const id = `${now.toISOString().slice(0, 10)}-${randomBytes(3).toString('hex')}`;
  return { id, key: randomBytes(KEY_BYTES).toString('base64url') };
}

function toText(keys: readonly KeyEntry[]): string {
  return `${JSON.stringify({ keys }, null, 2)}\n`;
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}
