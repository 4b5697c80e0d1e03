import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWhole, replaceWhole } from '../../src/settings/whole-file';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'absage-whole-'));
  file = join(folder, 'small');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const refuseLinks = (code: string) => () => {
  throw Object.assign(new Error(`${code}: operation not permitted, link`), { code });
};

it('creates a file with its content, for its owner only, and leaves nothing beside it', () => {
  expect(createWhole(file, 'ink')).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('ink');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['small']);
});

it('leaves a file alone that is there', () => {
  createWhole(file, 'ink');
  expect(createWhole(file, 'paper')).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe('ink');
  expect(readdirSync(folder)).toEqual(['small']);
});

it.each(['EPERM', 'ENOTSUP', 'ENOSYS'])('does without hard links where there are none (%s)', (code) => {
  expect(createWhole(file, 'ink', refuseLinks(code))).toBe(true);
  expect(createWhole(file, 'paper', refuseLinks(code))).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe('ink');
  expect(readdirSync(folder)).toEqual(['small']);
});

it('throws what else goes wrong, and leaves nothing behind', () => {
  expect(() => createWhole(file, 'ink', refuseLinks('EIO'))).toThrow('EIO');
  expect(readdirSync(folder)).toEqual([]);
});

it('replaces a file as a whole', () => {
  createWhole(file, 'ink');
  replaceWhole(file, 'paper');
  expect(readFileSync(file, 'utf8')).toBe('paper');
  expect(readdirSync(folder)).toEqual(['small']);
});
