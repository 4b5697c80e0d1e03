import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/settings/environment';
import { loadSessionKey } from '../../src/settings/session-key';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'absage-key-'));
  file = join(folder, 'console.key');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('makes a key once, for its owner only', () => {
  const key = loadSessionKey(join(folder, 'new'));
  expect(key).toHaveLength(32);
  expect(loadSessionKey(join(folder, 'new'))).toEqual(key);
  expect(statSync(join(folder, 'new', 'console.key')).mode & 0o777).toBe(0o600);
});

it('makes a new key in place of an empty file, which a power cut has left', () => {
  writeFileSync(file, '');
  const key = loadSessionKey(folder);
  expect(readFileSync(file, 'utf8')).toBe(key.toString('hex'));
  expect(readdirSync(folder)).toEqual(['console.key']);
});

it('takes a key with a line break at its end', () => {
  const key = loadSessionKey(folder);
  writeFileSync(file, `${key.toString('hex')}\n`);
  expect(loadSessionKey(folder)).toEqual(key);
});

it.each(['\n', 'ink', 'ab'.repeat(31), `${'ab'.repeat(32)}zz`, `${'ab'.repeat(32)}00`])(
  'refuses %j in German, quotes none of it and leaves it there',
  (content) => {
    writeFileSync(file, content);
    const load = () => loadSessionKey(folder);
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(
      `${file} enthält keinen Schlüssel der Konsole (64 Ziffern von 0 bis f): bitte die Datei`,
    );
    expect(readFileSync(file, 'utf8')).toBe(content);
  },
);
