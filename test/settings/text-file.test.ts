import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/settings/environment';
import { loadHouses } from '../../src/settings/houses';
import { loadTokens } from '../../src/settings/tokens';
import { configFaults } from './config-faults';

const SAMPLE = readFileSync(join(__dirname, '..', '..', 'houses.sample.json'), 'utf8');
const TOKENS = JSON.stringify({ tokens: [{ sha256: '0'.repeat(64), actor: 'Kartenbüro', houses: '*' }] });
const ADVICE = 'ist nicht in UTF-8 gespeichert: bitte im Editor mit der Kodierung UTF-8 speichern';

/** What an editor writes when it is asked to save as this. */
const ENCODINGS: Record<string, (text: string) => Buffer> = {
  'Windows-1252': (text) => Buffer.from(text, 'latin1'),
  'UTF-16 LE': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16 BE': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
};

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'absage-encoding-'));
  file = join(folder, 'settings');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe.each(Object.entries(ENCODINGS))('%s', (_name, encode) => {
  it.each([
    ['houses', SAMPLE.replaceAll('–', '-'), () => loadHouses(file)],
    ['tokens', TOKENS, () => loadTokens(file, new Map())],
  ])('is refused by name in the file of the %s', (_file, text, load) => {
    writeFileSync(file, encode(text));
    expect(configFaults(load)).toEqual([`${file} ${ADVICE}`]);
  });

  it('is refused by name in the file of any other setting', () => {
    writeFileSync(file, encode('smtp://büro:geheim@mail.example'));
    expect(configFaults(() => loadConfig({ ABSAGE_SMTP_URL_FILE: file }))).toEqual([
      `ABSAGE_SMTP_URL_FILE nennt eine Datei, und die ${ADVICE}`,
    ]);
  });
});

it('lets a byte order mark pass', () => {
  writeFileSync(file, `\ufeff${SAMPLE}`);
  expect(loadHouses(file).get('FSP')?.name).toBe(loadHouses(null).get('FSP')?.name);
  writeFileSync(file, '\ufeffproduction-token\r\n');
  expect(loadConfig({ ABSAGE_JET_TOKEN_FILE: file }).jet.token).toBe('production-token');
});
