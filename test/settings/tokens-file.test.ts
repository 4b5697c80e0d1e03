import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { TokensFile } from '../../src/settings/tokens-file';
import { createToken } from '../../src/settings/tokens';
import { eventually } from '../support/eventually';

const folder = mkdtempSync(join(tmpdir(), 'absage-tokens-file-'));
const path = join(folder, 'tokens.json');
afterAll(() => rmSync(folder, { recursive: true }));

const HOUSES = new Map([['FSP', null]]);
const first = createToken('Kassa', ['FSP']).entry;
const second = createToken('Nachtdienst', '*').entry;
const write = (content: unknown) =>
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));

let lines: string[];
let file: TokensFile;
beforeEach(() => {
  lines = [];
  write({ tokens: [first] });
  const out = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  file = new TokensFile(path, HOUSES, pino(out), { rereadMs: 10 });
});
afterEach(() => file.stop());

const actors = () => [...file].map(({ actor }) => actor);
const untilActors = (wanted: string[]) =>
  eventually(
    () => Promise.resolve(actors()),
    (now) => now.join() === wanted.join(),
  );

it('a change counts without a start', async () => {
  expect(actors()).toEqual(['Kassa']);
  write({ tokens: [first, second] });
  await untilActors(['Kassa', 'Nachtdienst']);
  write({ tokens: [second] });
  await untilActors(['Nachtdienst']);
  expect(file.fault).toBeNull();
  expect(lines).toEqual([]);
});

it('a file with a fault changes nothing, says so once, and counts again when it is whole', async () => {
  write('{ "tokens": [');
  await eventually(
    () => Promise.resolve(file.fault),
    (fault) => fault !== null,
  );
  expect(file.fault).toMatch(/^Die Datei der Tokens hat seit .* Uhr einen Fehler/);
  write({ tokens: [{ ...second, houses: ['XXX'] }] });
  await eventually(
    () => Promise.resolve(lines),
    (now) => now.length === 2,
  );
  expect(lines[1]).toContain('nennt unbekannte Häuser: XXX');
  expect(actors()).toEqual(['Kassa']);
  write({ tokens: [second] });
  await untilActors(['Nachtdienst']);
  expect(file.fault).toBeNull();
});

it('a file that is gone for a moment takes no token away', async () => {
  rmSync(path);
  await eventually(
    () => Promise.resolve(file.fault),
    (fault) => fault !== null,
  );
  expect(actors()).toEqual(['Kassa']);
});

it('in a production, what others may have written does not count, and counts again once only the owner may', async () => {
  file.stop();
  chmodSync(path, 0o600);
  file = new TokensFile(path, HOUSES, pino({ level: 'silent' }), { rereadMs: 10, guardedFor: folder });
  chmodSync(path, 0o666);
  write({ tokens: [first, second] });
  await eventually(
    () => Promise.resolve(file.fault),
    (fault) => fault !== null,
  );
  expect(actors()).toEqual(['Kassa']);
  chmodSync(path, 0o600);
  await untilActors(['Kassa', 'Nachtdienst']);
  expect(file.fault).toBeNull();
});

it('there is no start with a file that has a fault', () => {
  write('{}');
  expect(() => new TokensFile(path, HOUSES, pino({ level: 'silent' }))).toThrow('tokens');
});
