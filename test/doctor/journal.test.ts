import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { journalCheck } from '../../src/doctor/journal';
import type { NewEntry, NewOpening } from '../../src/domain/journal';
import { openJournal } from '../../src/journal/open';

let folder: string;
let copies = 0;

/** Two cases of three lines each, as the activities write them. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'absage-doctor-journal-'));
  const journal = await openJournal(pathToFileURL(join(folder, 'original.sqlite')).href);
  const line = (kind: NewEntry['kind'], effectKey: string) => ({
    actor: 'Kasse',
    actorId: 'token:kasse',
    kind,
    step: 'mark-titles',
    operation: 'mark-titles',
    effectKey,
    after: { title: 'Der Besuch der alten Dame – ENTFÄLLT' },
  });
  for (const eventNumber of ['104233', '104234']) {
    const ref = { caseId: `case-${eventNumber}`, house: 'FSP', eventNumber };
    await journal.openCase(ref, line('opening', 'opening') as unknown as NewOpening);
    await journal.append(ref, line('intent', 'mark-titles/1') as unknown as NewEntry);
    await journal.append(ref, line('outcome', 'mark-titles/1/outcome') as unknown as NewEntry);
  }
  await journal.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The verdict on a copy that these statements changed while its guards were out of the way. */
function judge(statements: string[] = [], { isGuardRestored = true, budgetMs = 8_000 } = {}) {
  const file = join(folder, `copy-${(copies += 1)}.sqlite`);
  copyFileSync(join(folder, 'original.sqlite'), file);
  const database = new Database(file);
  const guards = database.prepare(`select name, sql from sqlite_master where type = 'trigger'`).all() as {
    name: string;
    sql: string;
  }[];
  for (const { name } of guards) database.exec(`drop trigger ${name}`);
  for (const statement of statements) database.exec(statement);
  if (isGuardRestored) for (const { sql } of guards) database.exec(sql);
  database.close();
  return journalCheck(pathToFileURL(file).href, budgetMs).run();
}

it('finds every chain whole', async () => {
  expect(await judge()).toEqual({ state: 'ok', text: '2 Absagen, alle Zeilen unversehrt.' });
});

it.each([
  ['changed', `update entry set actor = 'Niemand' where case_id = 'case-104234' and seq = 2`],
  ['taken out', `delete from entry where case_id = 'case-104234' and seq = 2`],
  ['taken from the front', `delete from entry where case_id = 'case-104234' and seq = 1`],
  [
    'moved to another case',
    `update entry set case_id = 'case-104235' where case_id = 'case-104234' and seq = 3`,
  ],
  ['no JSON any more', `update entry set after = '{' where case_id = 'case-104234' and seq = 3`],
])('names the case of which a line was %s', async (_how, statement) => {
  const verdict = await judge([statement]);
  expect(verdict).toMatchObject({ state: 'failed', text: expect.stringContaining('davon 1 mit') });
  expect(verdict.details).toEqual([expect.stringMatching(/case-10423[45]/)]);
});

it('says that nothing holds changes off any more', async () => {
  expect(await judge([], { isGuardRestored: false })).toMatchObject({
    state: 'failed',
    text: expect.stringContaining('Schutz gegen Änderungen verloren'),
  });
});

it('refuses a journal of a newer version', async () => {
  const later = `insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')`;
  expect(await judge([later])).toMatchObject({
    state: 'failed',
    text: expect.stringContaining('neueren Version'),
  });
});

it('leaves the schema of an older version to the next start', async () => {
  const file = join(folder, 'older.sqlite');
  writeFileSync(file, '');
  expect(await journalCheck(pathToFileURL(file).href).run()).toMatchObject({
    state: 'warning',
    text: expect.stringContaining('älteren Version'),
  });
});

it('says how much it could look at in the time', async () => {
  expect(await judge([], { budgetMs: 0 })).toMatchObject({
    state: 'warning',
    text: expect.stringContaining('nur die neuesten 0'),
  });
});

it('does not make a journal that is not there', async () => {
  const file = join(folder, 'none.sqlite');
  expect(await journalCheck(pathToFileURL(file).href).run()).toMatchObject({
    state: 'ok',
    text: expect.stringContaining('gibt es noch nicht'),
  });
  expect(existsSync(file)).toBe(false);
});

it('says that a file is no journal', async () => {
  const file = join(folder, 'text.sqlite');
  writeFileSync(file, 'Das ist keine Datenbank.'.repeat(100));
  expect(await journalCheck(pathToFileURL(file).href).run()).toMatchObject({
    state: 'failed',
    text: expect.stringContaining('kann nicht gelesen werden'),
  });
});
