import { INSTALLATION } from '../../src/domain/installation';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { journalChecks } from '../../src/doctor/journal';
import type { PublicKey } from '../../src/domain/signature';
import type { NewEntry, NewOpening } from '../../src/domain/journal';
import { openJournal } from '../../src/journal/open';
import type { JournalStore } from '../../src/journal/port';
import { findSigningKeys } from '../../src/settings/signing-key';
import { createSigner } from '../../src/trust/signing';
import { openSignedJournal } from '../../src/start/signed-journal';

let folder: string;
let copies = 0;

const urlOf = (name: string) => pathToFileURL(join(folder, name)).href;

/** Signed with the key in the test's folder. */
const signed = (name: string) =>
  openSignedJournal({ databaseUrl: urlOf(name), signingKeyFile: null, dataDir: folder });

/** Two cases of three lines each, as the activities write them; and one from before there were signatures. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'absage-doctor-journal-'));
  const unsigned = await openJournal(urlOf('original.sqlite'));
  await write(unsigned, ['104232']);
  await unsigned.close();
  copyFileSync(join(folder, 'original.sqlite'), join(folder, 'unsigned.sqlite'));
  const journal = await signed('original.sqlite');
  await write(journal, ['104233', '104234']);
  await journal.close();
});

async function write(journal: JournalStore, eventNumbers: string[]): Promise<void> {
  const line = (kind: NewEntry['kind'], effectKey: string) => ({
    actor: 'Kasse',
    actorId: 'token:kasse',
    kind,
    step: 'mark-titles',
    operation: 'mark-titles',
    effectKey,
    after: { title: 'Der Besuch der alten Dame – ENTFÄLLT' },
  });
  for (const eventNumber of eventNumbers) {
    const ref = { caseId: `case-${eventNumber}`, house: 'FSP', eventNumber };
    await journal.openCase(ref, line('opening', 'opening') as unknown as NewOpening);
    await journal.append(ref, line('intent', 'mark-titles/1') as unknown as NewEntry);
    await journal.append(ref, line('outcome', 'mark-titles/1/outcome') as unknown as NewEntry);
  }
}

afterAll(() => rmSync(folder, { recursive: true }));

/** The verdict on a journal. */
function look(file: string, wish: Parameters<typeof journalChecks>[2] = {}) {
  const [journal] = journalChecks(pathToFileURL(file).href, null, wish);
  return journal.run();
}

/** The verdict on a copy that these statements changed while its guards were out of the way. */
function judge(
  statements: string[] = [],
  { isGuardRestored = true, budgetMs = 8_000, ownKeys = null as PublicKey[] | null, of = 'original' } = {},
) {
  const file = join(folder, `copy-${(copies += 1)}.sqlite`);
  copyFileSync(join(folder, `${of}.sqlite`), file);
  const database = new Database(file);
  const guards = database.prepare(`select name, sql from sqlite_master where type = 'trigger'`).all() as {
    name: string;
    sql: string;
  }[];
  for (const { name } of guards) database.exec(`drop trigger ${name}`);
  for (const statement of statements) database.exec(statement);
  if (isGuardRestored) for (const { sql } of guards) database.exec(sql);
  database.close();
  return look(file, { budgetMs, ownKeys });
}

it('finds every chain whole', async () => {
  expect(await judge()).toEqual({
    state: 'ok',
    text: '3 Absagen, alle Zeilen unversehrt, keine Absage fehlt.',
  });
});

it('warns of a journal that nobody has signed: that is before the first start, or somebody took them out', async () => {
  expect(await judge([], { of: 'unsigned' })).toMatchObject({
    state: 'warning',
    text: expect.stringContaining('noch keine Zeile ist unterschrieben'),
  });
});

describe('the writes', () => {
  const lookAt = (name: string) => {
    const [, writes] = journalChecks(urlOf(name), null, {});
    return writes.run();
  };

  it('are on where nobody has switched them, and where there is no journal yet', async () => {
    expect(await lookAt('original.sqlite')).toEqual({ state: 'ok', text: 'Eingeschaltet.' });
    expect(await lookAt('none.sqlite')).toEqual({ state: 'ok', text: 'Eingeschaltet.' });
  });

  it('are a warning while they are off: since when, by whom, why, and how they are switched on', async () => {
    copyFileSync(join(folder, 'original.sqlite'), join(folder, 'off.sqlite'));
    const journal = await signed('off.sqlite');
    const ada = { actor: 'Ada', actorId: 'token:ada' };
    await journal.switchWrites({ ...ada, on: false, reason: 'Titel falsch,\nbitte klären' });
    const off = await lookAt('off.sqlite');
    await journal.switchWrites({ ...ada, on: true, reason: 'geklärt' });
    await journal.close();
    expect(off).toEqual({
      state: 'warning',
      text: expect.stringMatching(
        /^Abgeschaltet seit .* von Ada: „Titel falsch,.*bitte klären“\. Wieder einschalten: absage writes on --reason GRUND$/,
      ) as string,
    });
    expect(await lookAt('off.sqlite')).toMatchObject({ state: 'ok' });
  });

  it('are not known where the line about them is no JSON any more, and the rest is looked at all the same', async () => {
    copyFileSync(join(folder, 'off.sqlite'), join(folder, 'broken.sqlite'));
    const database = new Database(join(folder, 'broken.sqlite'));
    const guard = database.prepare(`select sql from sqlite_master where name = 'entry_no_update'`).get();
    database.exec('drop trigger entry_no_update');
    database.exec(`update entry set after = '{' where operation = 'switch-writes'`);
    database.exec((guard as { sql: string }).sql);
    database.close();
    expect(await lookAt('broken.sqlite')).toMatchObject({
      state: 'warning',
      text: expect.stringMatching(/^Nicht geprüft/),
    });
    const [journal] = journalChecks(urlOf('broken.sqlite'), null, {});
    expect(await journal.run()).toMatchObject({
      state: 'failed',
      details: [expect.stringContaining('Die Kette der Installation')],
    });
  });
});

const CASE = `case_id = 'case-104234'`;

it.each([
  ['changed', `update entry set actor = 'Niemand' where ${CASE} and seq = 2`],
  ['taken out', `delete from entry where ${CASE} and seq = 2`],
  ['signed by nobody any more', `update entry set signature = null where ${CASE} and seq = 3`],
  [
    'signed with what belongs to another one',
    `update entry set signature = (select signature from entry where ${CASE} and seq = 1) where ${CASE} and seq = 3`,
  ],
])('names the case of which a line was %s', async (_how, statement) => {
  expect(await judge([statement])).toEqual({
    state: 'failed',
    text: expect.stringContaining('hat Absage so nicht geschrieben') as string,
    details: ['Zeilen geändert, fehlend oder falsch unterschrieben: FSP 104234 (case-104234)'],
  });
});

it('names the case of which a line was no JSON any more', async () => {
  const { details } = await judge([`update entry set after = '{' where ${CASE} and seq = 3`]);
  expect(details).toEqual(['Zeilen geändert, fehlend oder falsch unterschrieben: case-104234']);
});

// One such line of the installation, and nothing at all was said of the cases.
it.each([
  ['actor_id', '{'],
  ['after', 'x'],
])(
  'says so, and looks at the cases all the same, where %s of a line of the installation is no JSON',
  async (column, text) => {
    const { state, details } = await judge([
      `update entry set ${column} = '${text}' where case_id = '${INSTALLATION}' and seq = 1`,
      `update entry set actor_id = '{' where ${CASE} and seq = 2`,
    ]);
    expect([state, details]).toEqual([
      'failed',
      [
        'Zeilen geändert, fehlend oder falsch unterschrieben: case-104234',
        expect.stringContaining('Die Kette der Installation ist unterbrochen'),
      ],
    ]);
  },
);

// Only the line of the claim is signed, and the row was compared with nothing.
it('names the case whose claim is not that of its lines', async () => {
  const { details } = await judge([`insert into claim values ('case-104234', 'abort')`]);
  expect(details).toEqual(['Zeilen geändert, fehlend oder falsch unterschrieben: FSP 104234 (case-104234)']);
});

const GONE = 'Aus dem Logbuch verschwunden: Nr. 2, Fall case-104234';
const ROW_2 =
  'Die Kette der Fälle ist ab Nr. 2 unterbrochen: davor fehlt etwas, oder diese Nummer wurde geändert.';

it.each<[string, string[], unknown[]]>([
  ['a case is gone', [`delete from entry where ${CASE}`], [GONE]],
  [
    'a case and its row are gone, and the one behind them has moved up',
    [
      `delete from entry where case_id = 'case-104233'`,
      `delete from case_chain where number = 1`,
      'update case_chain set number = 1 where number = 2',
    ],
    ['Die Kette der Fälle ist ab Nr. 1 unterbrochen: davor fehlt etwas, oder diese Nummer wurde geändert.'],
  ],
  [
    'the first line of a case is gone',
    [`delete from entry where ${CASE} and seq = 1`],
    [
      expect.stringMatching(/^Zeilen geändert/),
      'Ausgetauscht, die erste Zeile ist eine andere oder fehlt: Nr. 2, FSP 104234 (case-104234)',
    ],
  ],
  [
    'a case has the number of another one',
    [`update case_chain set case_id = 'case-104235' where ${CASE}`],
    [ROW_2, GONE.replace('104234', '104235'), 'In der Kette der Fälle fehlt: FSP 104234 (case-104234)'],
  ],
  [
    'a case of before is gone',
    [`delete from entry where case_id = 'case-104232'`],
    ['Aus dem Logbuch verschwunden: ein Fall von vor der Kette, Fall case-104232'],
  ],
  [
    'a case of before is gone from the list, too',
    [
      `delete from entry where case_id = 'case-104232'`,
      `update case_chain set earlier = json_set(earlier, '$.cases', json('[]')) where number = 0`,
    ],
    [ROW_2.replace('2', '0')],
  ],
  [
    'the chain over the cases is gone',
    ['delete from case_chain'],
    [
      ROW_2.replace('2', '0'),
      ...['104232', '104233', '104234'].map((number) => expect.stringContaining(`fehlt: FSP ${number}`)),
    ],
  ],
])('says where %s', async (_what, statements, details) => {
  expect(await judge(statements)).toMatchObject({ state: 'failed', details });
});

it('says that the lines which name the keys were changed: then no signature is proven', async () => {
  const { details } = await judge([`delete from entry where case_id = 'installation'`]);
  expect(details).toEqual([expect.stringMatching(/^Die Kette der Installation ist unterbrochen/)]);
});

it('says that a journal is signed with a key that is not this installation’s', async () => {
  const own = createSigner(generateKeyPairSync('ed25519').privateKey).publicKey;
  const { details } = await judge([], { ownKeys: [own] });
  expect(details).toEqual([expect.stringContaining('mit einem fremden Schlüssel')]);
  const { keys } = findSigningKeys({ signingKeyFile: null, dataDir: folder })!;
  const ownKeys = keys.map((key) => createSigner(key).publicKey);
  expect(await judge([], { ownKeys })).toMatchObject({ state: 'ok' });
});

it('says that nothing holds changes off any more', async () => {
  expect(await judge([], { isGuardRestored: false })).toMatchObject({
    state: 'failed',
    text: expect.stringContaining('Schutz gegen Änderungen verloren'),
  });
});

const LATER = `insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')`;

it('refuses a journal in which a newer version lets this one write no more', async () => {
  const raised = `update installation set value = '9999' where name = 'oldest-build'`;
  expect(await judge([LATER, raised])).toMatchObject({
    state: 'failed',
    text: expect.stringContaining('neuere Version verwenden'),
  });
});

it('takes a journal as its own to which a newer version has only added', async () => {
  expect(await judge([LATER])).toEqual(await judge());
});

it('leaves the schema of an older version to the next start', async () => {
  const file = join(folder, 'older.sqlite');
  writeFileSync(file, '');
  expect(await look(file)).toMatchObject({
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
  expect(await look(file)).toMatchObject({
    state: 'ok',
    text: expect.stringContaining('gibt es noch nicht'),
  });
  expect(existsSync(file)).toBe(false);
});

it('says that a file is no journal', async () => {
  const file = join(folder, 'text.sqlite');
  writeFileSync(file, 'Das ist keine Datenbank.'.repeat(100));
  expect(await look(file)).toMatchObject({
    state: 'failed',
    text: expect.stringContaining('kann nicht gelesen werden'),
  });
});
