import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey, rotateSigningKey } from '../../src/admin-commands';
import { addSigningKey, createSigningKeyFile, loadSigningKeys } from '../../src/settings/signing-key';
import { configFaults } from './config-faults';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'absage-signing-'));
  path = join(folder, 'signing.pem');
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = () => loadSigningKeys({ signingKeyFile: path, dataDir: folder });
const publicKeys = () => load().keys.map((key) => createPublicKey(key).export({ format: 'jwk' }).x);
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

it('a fresh file has one key of Ed25519, for its owner only', () => {
  expect(createSigningKeyFile(path)).toBe(true);
  expect(modeOf(path)).toBe('600');
  expect(load().keys.map(({ asymmetricKeyType }) => asymmetricKeyType)).toEqual(['ed25519']);
});

it('a file that exists is never replaced', () => {
  createSigningKeyFile(path);
  const content = readFileSync(path, 'utf8');
  expect(createSigningKeyFile(path)).toBe(false);
  expect(configFaults(() => createSigningKey(path))).toEqual([expect.stringContaining('bleibt, wie es ist')]);
  expect(readFileSync(path, 'utf8')).toBe(content);
});

it('a change puts a new key before the others, for the owner only', () => {
  createSigningKey(path);
  const [first] = publicKeys();
  expect(rotateSigningKey({ ABSAGE_SIGNING_KEY_FILE: path })).toContain(path);
  expect(publicKeys()).toEqual([expect.not.stringMatching(first!), first]);
  expect(modeOf(path)).toBe('600');
});

it('a change needs to know the file, and one that holds a key', () => {
  expect(configFaults(() => rotateSigningKey({}))).toEqual([
    expect.stringContaining('ABSAGE_SIGNING_KEY_FILE fehlt'),
  ]);
  writeFileSync(path, 'kein Schlüssel');
  expect(configFaults(() => addSigningKey(path))).toEqual([expect.stringContaining(path)]);
  expect(readFileSync(path, 'utf8')).toBe('kein Schlüssel');
});

it('a rehearsal makes one in its data folder, once', () => {
  const dataDir = join(folder, 'data');
  const config = { signingKeyFile: null, dataDir };
  const made = loadSigningKeys(config);
  expect(made.path).toBe(join(dataDir, 'signing.key'));
  expect(modeOf(made.path)).toBe('600');
  expect(loadSigningKeys(config).keys[0]!.equals(made.keys[0]!)).toBe(true);
});

it('a file that is named is never made', () => {
  expect(configFaults(load)).toEqual([`${path}: kann nicht gelesen werden`]);
  expect(existsSync(path)).toBe(false);
});

const pemOf = (type: 'ed25519' | 'x25519') =>
  (type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519')).privateKey
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();

const CANARY = 'Y2FuYXJ5';

it.each([
  ['nothing', '', 'braucht einen privaten Schlüssel für Ed25519 als PEM'],
  [
    'a public key',
    generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    'braucht einen privaten Schlüssel für Ed25519 als PEM',
  ],
  ['a key for something else', pemOf('x25519'), 'ein Schlüssel, der keiner für Ed25519 ist'],
  [
    'a key for something else behind a right one',
    pemOf('ed25519') + pemOf('x25519'),
    'ein Schlüssel, der keiner für Ed25519 ist',
  ],
  [
    'a broken key',
    `-----BEGIN PRIVATE KEY-----\n${CANARY}\n-----END PRIVATE KEY-----\n`,
    'ein Schlüssel, der keiner für Ed25519 ist',
  ],
])('refuses %s, and quotes none of it', (_what, content, fault) => {
  writeFileSync(path, content);
  const found = configFaults(load);
  expect(found).toEqual([expect.stringContaining(fault)]);
  expect(found[0]).toMatch(`${path}: `);
  for (const line of content.split('\n').filter((text) => text.length > 0 && !text.startsWith('-----')))
    expect(found.join()).not.toContain(line);
});
