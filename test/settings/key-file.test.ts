import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addKey, createKeyFile, loadKeyFile } from '../../src/settings/key-file';
import { configFaults } from './config-faults';

const CANARY = 'Y2FuYXJ5';
const KEY = Buffer.alloc(32, 7).toString('base64url');

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'absage-keys-'));
  path = join(folder, 'keys.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

it('a fresh file has one key of 256 bits, for its owner only', () => {
  const id = createKeyFile(path);
  expect(id).toMatch(/^\d{4}-\d\d-\d\d-[0-9a-f]{6}$/);
  expect(modeOf(path)).toBe('600');
  const keys = loadKeyFile(path);
  expect(keys.ids()).toEqual([id]);
  expect(keys.current.key.symmetricKeySize).toBe(32);
});

it('a file that exists is never replaced', () => {
  createKeyFile(path);
  const content = readFileSync(path, 'utf8');
  expect(createKeyFile(path)).toBeNull();
  expect(readFileSync(path, 'utf8')).toBe(content);
});

it('a rotation puts a new key before the others, for the owner only', () => {
  const first = createKeyFile(path);
  const second = addKey(path);
  expect(loadKeyFile(path).ids()).toEqual([second, first]);
  expect(modeOf(path)).toBe('600');
});

it('a file without keys is no place for a rotation', () => {
  writeFileSync(path, '{}');
  expect(configFaults(() => addKey(path))).toEqual([`${path}: keys fehlt`]);
  expect(readFileSync(path, 'utf8')).toBe('{}');
});

it.each<[string, unknown, string]>([
  ['no keys', { keys: [] }, 'keys braucht mindestens einen Schlüssel'],
  ['a short key', { keys: [{ id: 'a', key: CANARY }] }, 'keys.0.key braucht 32 Bytes in base64url'],
  [
    'a key in another alphabet',
    { keys: [{ id: 'a', key: `${KEY.slice(1)}+` }] },
    'keys.0.key braucht 32 Bytes in base64url',
  ],
  [
    'an id with a blank',
    { keys: [{ id: 'a b', key: KEY }] },
    'keys.0.id braucht 1 bis 40 Buchstaben, Ziffern, Punkte oder Striche',
  ],
  [
    'an id twice',
    {
      keys: [
        { id: 'a', key: KEY },
        { id: 'a', key: KEY },
      ],
    },
    'nennt eine id zweimal',
  ],
])('refuses %s, and quotes none of it', (_what, content, fault) => {
  writeFileSync(path, JSON.stringify(content));
  const found = configFaults(() => loadKeyFile(path));
  expect(found).toEqual([`${path}: ${fault}`]);
  expect(found.join()).not.toMatch(new RegExp(`${CANARY}|${KEY.slice(2)}`));
});
