import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { checkWitness, witnessJournal } from '../../src/admin-commands';
import type { JournalStore } from '../../src/journal/port';
import { openSignedJournal } from '../../src/start/signed-journal';
import { createSigner } from '../../src/trust/signing';
import { line, OPENING } from '../journal/lines';

let folder: string;
let witness: string;

const journalFile = () => join(folder, 'journal.sqlite');
const environment = () => ({ ABSAGE_DATA: folder });
const refOf = (number: number) => ({
  caseId: `case-${number}`,
  house: 'FSP',
  eventNumber: `${100_000 + number}`,
});

/** A process of the service. */
async function within<T>(work: (journal: JournalStore) => Promise<T>): Promise<T> {
  const databaseUrl = pathToFileURL(journalFile()).href;
  const journal = await openSignedJournal({ databaseUrl, signingKeyFile: null, dataDir: folder });
  return work(journal).finally(() => journal.close());
}

const begin = (...numbers: number[]) =>
  within(async (journal) => {
    for (const number of numbers) {
      await journal.openCase(refOf(number), OPENING);
      await journal.append(refOf(number), line('a'));
    }
  });

const goOn = (number: number) => within((journal) => journal.append(refOf(number), line('b')));

async function check(text: string | Buffer = witness) {
  const file = join(folder, 'witness.txt');
  writeFileSync(file, text);
  return checkWitness(environment(), file);
}

const backUp = () => copyFileSync(journalFile(), join(folder, 'backup'));
const putBack = () => copyFileSync(join(folder, 'backup'), journalFile());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'absage-witness-'));
  await begin(1, 2);
  backUp();
  await goOn(2);
  await begin(3);
  ({ text: witness } = await witnessJournal(environment()));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('can be read by a person, and has one line for each case', () => {
  expect(witness.split('\n').slice(0, 3).join(' ')).toContain('Bitte außerhalb dieses Rechners aufheben.');
  expect(witness.match(/^\d+ case-\d \d+ [0-9a-f]{24}$/gm)?.map((each) => each.slice(0, 10))).toEqual([
    '1 case-1 2',
    '2 case-2 3',
    '3 case-3 2',
  ]);
});

it('finds all that it has seen, whatever came later', async () => {
  expect(await check()).toMatchObject({ exitCode: 0, text: expect.stringContaining('Fälle 0, Zeilen 0.') });
  await goOn(1);
  await begin(4);
  expect(await check()).toMatchObject({ exitCode: 0, text: expect.stringContaining('Fälle 1, Zeilen 3.') });
});

it('is the same to who has it from a mail, with its lines broken anew', async () => {
  const mailed = `> ${witness.replaceAll('\n', '\r\n> ').replaceAll(' 2 ', '\r\n> 2 ')}`;
  expect((await check(mailed)).exitCode).toBe(0);
});

it('finds that an older state was put back', async () => {
  putBack();
  const { exitCode, text } = await check();
  expect(exitCode).toBe(1);
  expect(text).toContain('Hier steht ein älterer Stand des Logbuchs');
  expect(text).toContain('  Gekürzt: Nr. 2, Fall case-2 hat 2 statt 3 Zeilen\n');
  expect(text).toContain('  Fehlt: Nr. 3, Fall case-3\n');
  expect(text).toContain('  Die Kette der Fälle reicht nicht mehr bis Nr. 3');
});

it('finds it also where the service went on with the older state', async () => {
  putBack();
  await begin(4);
  const { exitCode, text } = await check();
  expect(exitCode).toBe(1);
  expect(text).toContain('ACHTUNG: Das Logbuch enthält nicht mehr');
  expect(text).toContain('  Fehlt: Nr. 3, Fall case-3\n');
  expect(text).toContain('  Die Kette der Fälle ist bis Nr. 3 eine andere');
});

it('finds a case that was written anew with the stolen key, and one with another number', async () => {
  renameSync(journalFile(), join(folder, 'real'));
  await begin(2, 1);
  await goOn(2);
  await begin(3);
  const { exitCode, text } = await check();
  expect(exitCode).toBe(1);
  for (const number of [1, 2, 3])
    expect(text).toContain(`Ausgetauscht: Nr. ${number}, Fall case-${number}, Zeile`);
});

it('finds a journal that another installation has signed', async () => {
  rmSync(journalFile());
  rmSync(join(folder, 'signing.key'));
  await begin(1);
  const { exitCode, text } = await check();
  expect(exitCode).toBe(1);
  expect(text).toContain('mit einem Schlüssel unterschrieben, den dieses Logbuch nicht kennt');
});

it('finds what the doctor finds, too: a line that was changed behind its hash', async () => {
  const bytes = readFileSync(journalFile(), 'latin1');
  expect(bytes).toContain('test');
  writeFileSync(journalFile(), bytes.replace(/test(?=intent)/, 'Test'), 'latin1');
  const { exitCode, text } = await check();
  expect([exitCode, text]).toEqual([
    1,
    expect.stringContaining('Zeilen geändert, fehlend oder falsch unterschrieben'),
  ]);
});

it('is no witness any more when somebody has changed it', async () => {
  const changed = witness.replace('2 case-2 3', '2 case-2 2');
  expect(await check(changed)).toMatchObject({
    exitCode: 1,
    text: expect.stringContaining('wurde verändert'),
  });
  const own = createSigner(generateKeyPairSync('ed25519').privateKey);
  const resigned = witness.replace(
    /Unterschrift:[^]*/,
    `Unterschrift:\n${own.sign('witness', 'f'.repeat(64))}`,
  );
  expect(await check(resigned)).toMatchObject({ exitCode: 1 });
});

it.each(['', 'Guten Tag', 'Zeugnis über ein Logbuch von Absage'])('says that %j is none', async (text) => {
  const said = await check(text).catch((error: Error) => error.message);
  expect(said).toContain('das ist kein Zeugnis');
  expect(said).not.toContain('Einstellungen');
});

it('does not choose between two in one file', async () => {
  await begin(4);
  const { text } = await witnessJournal(environment());
  await expect(check(`${witness}\n\n${text}`)).rejects.toThrow('oder es sind mehrere');
});

it.each<[string, (text: string) => string | Buffer]>([
  [
    'below the head of a mail',
    (text) => `From: a@b\nSubject: Zeugnis\n\nAnbei das Zeugnis über ein Logbuch.\n\n${text}`,
  ],
  ['above a greeting', (text) => `${text}\n\nMit freundlichen Grüßen\nBuchhaltung\n`],
  ['in UTF-16', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['with a byte order mark', (text) => `\uFEFF${text}`],
  ['in Windows-1252', (text) => Buffer.from(text.replaceAll('„', '\x84').replaceAll('“', '\x93'), 'latin1')],
  ['quoted with strokes', (text) => text.replaceAll(/^/gm, '| ')],
])('is the same %s', async (_where, write) => {
  expect((await check(write(witness))).exitCode).toBe(0);
});

it('is printed with a warning where the journal was changed', async () => {
  expect((await witnessJournal(environment())).problem).toBeNull();
  onDatabase(`update entry set actor = 'Somebody' where case_id = 'case-1'`);
  const { text, problem } = await witnessJournal(environment());
  expect(text).toContain('Unterschrift:');
  expect(problem).toContain('über ein verändertes Logbuch');
});

/** Past the guards, as somebody who has the file. */
function onDatabase(sql: string): void {
  const raw = new Database(journalFile());
  const guards = raw.prepare(`select name, sql from sqlite_master where type = 'trigger'`).all() as {
    name: string;
    sql: string;
  }[];
  for (const { name } of guards) raw.exec(`drop trigger ${name}`);
  raw.exec(sql);
  for (const guard of guards) raw.exec(guard.sql);
  raw.close();
}

it.each([
  ['a case was taken out of the middle', `delete from entry where case_id = 'case-2'`],
  [
    'it was taken out with its row',
    `delete from entry where case_id = 'case-2'; delete from case_chain where case_id = 'case-2'`,
  ],
  [
    'the first line of the installation is missing',
    `delete from entry where case_id = 'installation' and seq = 1`,
  ],
])('does not speak of an older state where %s', async (_what, sql) => {
  onDatabase(sql);
  const { exitCode, text } = await check();
  expect([exitCode, text]).toEqual([1, expect.stringContaining('ACHTUNG: Das Logbuch enthält nicht mehr')]);
});

it('says that the end may have been taken away where only the last line of a case is missing', async () => {
  onDatabase(`delete from entry where case_id = 'case-2' and seq = 3`);
  expect((await check()).text).toContain('oder jemand hat das Ende entfernt');
});

it('names a case whose lines are no JSON any more', async () => {
  onDatabase(`update entry set after = '{' where case_id = 'case-2' and seq = 2`);
  expect(await check()).toMatchObject({
    exitCode: 1,
    text: expect.stringContaining('Nicht mehr lesbar: Nr. 2'),
  });
});

it('makes no journal where there is none', async () => {
  rmSync(journalFile());
  expect(await check()).toMatchObject({ exitCode: 1, text: expect.stringContaining('gibt es noch nicht') });
  expect(() => readFileSync(journalFile())).toThrow();
});
