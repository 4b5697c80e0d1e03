import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../../src/settings/environment';
import { readJsonFile } from '../../src/settings/json-file';

const folder = mkdtempSync(join(tmpdir(), 'absage-json-'));
const path = join(folder, 'rooms.json');
afterAll(() => rmSync(folder, { recursive: true }));

const ROOMS = z.strictObject({
  rooms: z.array(z.strictObject({ name: z.string(), seats: z.number().default(100) })),
});

function read(text: string, file = path) {
  writeFileSync(path, text);
  return readJsonFile(file, ROOMS);
}

function faultsOf(text: string, file?: string): readonly string[] {
  try {
    read(text, file);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

it('gives what the schema makes of the file, with what was left out', () => {
  expect(read('{ "rooms": [{ "name": "Großer Saal" }] }')).toEqual({
    rooms: [{ name: 'Großer Saal', seats: 100 }],
  });
});

it('lists every fault in German, each with the file and its place, and quotes no value', () => {
  expect(faultsOf('{ "rooms": [{ "seats": "geheim" }, { "name": 7 }], "more": "geheim" }')).toEqual([
    `${path}: rooms.0.name fehlt`,
    `${path}: rooms.0.seats Ungültige Eingabe: erwartet Zahl, erhalten string`,
    `${path}: rooms.1.name Ungültige Eingabe: erwartet string, erhalten Zahl`,
    `${path}: Unbekannter Schlüssel: "more"`,
  ]);
});

it('names the line that is no JSON, and quotes nothing of it', () => {
  expect(faultsOf('{\n  "rooms": [\n    geheim\n  ]\n}')).toEqual([
    `${path} kann nicht als JSON gelesen werden (Zeile 3)`,
  ]);
});

it('takes no comments', () => {
  expect(faultsOf('{ "rooms": [] } // of the house')).toEqual([
    `${path} kann nicht als JSON gelesen werden (Zeile 1)`,
  ]);
});

it.each([
  ['a file that is missing', 'none.json', 'ENOENT'],
  ['a folder', '', 'EISDIR'],
])('says of %s why it cannot be read', (_what, name, reason) => {
  const file = join(folder, name);
  expect(faultsOf('', file)).toEqual([`${file} kann nicht als JSON gelesen werden (${reason})`]);
});
