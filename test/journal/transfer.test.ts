import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PublicKey } from '../../src/domain/signature';
import { inspectJournal, openJournal } from '../../src/journal/open';
import { withPostgresSnapshot } from '../../src/journal/postgres/snapshot';
import type { JournalStore } from '../../src/journal/port';
import { backupJournal, moveJournal } from '../../src/journal/transfer';
import { PostgresServer } from '../support/postgres-server';
import { SIGNER } from '../support/signing';
import { ending, line, OPENING, REF, REFUSAL } from './lines';
import { makePostgresPlace } from './postgres-place';
import { makeSqlitePlace } from './sqlite-place';

let postgres: PostgresServer;
const undo: (() => void | Promise<void>)[] = [];

beforeAll(async () => {
  postgres = await PostgresServer.start();
});
afterAll(() => postgres.stop());
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});

const BY = { actor: 'test', actorId: 'os:test' };
const CASES = 30;
const refOf = (number: number) => ({ ...REF, caseId: `case-${number}`, eventNumber: `${100_000 + number}` });
const inspect = (url: string) => inspectJournal(url, { budgetMs: 60_000, ownKeys: null });
const move = (from: string, to: string) => moveJournal({ from, to, ownerUrl: null, signer: SIGNER, by: BY });

async function open(url: string): Promise<JournalStore> {
  const journal = await openJournal(url, SIGNER);
  undo.push(() => journal.close());
  return journal;
}

function sqlite() {
  const place = makeSqlitePlace();
  undo.push(() => place.remove());
  return place;
}

async function postgresPlace() {
  const place = await makePostgresPlace(postgres);
  undo.push(() => place.remove());
  return place;
}

/** Something in every table. */
async function fill(url: string): Promise<JournalStore> {
  const journal = await open(url);
  const key = { before: null as PublicKey | null, after: SIGNER.publicKey };
  await journal.appendToInstallation({ ...BY, operation: 'signing-key', effectKey: 'signing-key/0', ...key });
  await journal.installationId();
  for (let number = 0; number < CASES; number += 1) {
    await journal.openCase(refOf(number), OPENING);
    await journal.claim(refOf(number), 'storno', line('storno', { after: { title: 'Ä\u0000 🎭 \ud800' } }));
    if (number % 2) await journal.append(refOf(number), ending('completed'));
  }
  await journal.append(refOf(CASES), REFUSAL);
  await journal.nameRun({ caseId: 'case-1', firstRunId: 'run', seal: 'seal' });
  await journal.noteKeyUse('k1');
  const at = '2027-01-01T10:00:00.000Z';
  await journal.sessions.add({ idHash: 'a', tokenSha256: 'b', startedAt: at, activeAt: at });
  const places = { at, until: at, since: at, most: 1, inARow: 1 };
  await journal.enterCheck({ caseId: 'check', house: 'FSP' }, places);
  return journal;
}

async function everything(journal: JournalStore) {
  const heads = (await journal.caseHeads()).sort((one, two) => (one.caseId < two.caseId ? -1 : 1));
  return {
    lines: await Promise.all(heads.map(({ caseId }) => journal.entries(caseId))),
    claims: await Promise.all(heads.map(({ caseId }) => journal.readClaim(caseId))),
    rows: await journal.caseRows(),
    id: await journal.installationId(),
    installation: await journal.installationLines(),
    runs: await journal.namedRuns(['case-1']),
    keys: await journal.keyUses(),
    session: await journal.sessions.find('a'),
  };
}

it.each([
  ['a file', 'PostgreSQL'],
  ['PostgreSQL', 'a file'],
  ['PostgreSQL', 'PostgreSQL'],
])('moves from %s to %s: all is there, and the source takes nothing more', async (one, other) => {
  const placeOf = (where: string) => (where === 'PostgreSQL' ? postgresPlace() : sqlite());
  const [from, to] = [await placeOf(one), await placeOf(other)];
  const source = await fill(from.url);
  const before = await everything(source);
  expect(await move(from.url, to.url)).toMatchObject({ cases: CASES + 1 });

  const target = await open(to.url);
  expect(await everything(target)).toEqual(before);
  expect(await inspect(to.url)).toMatchObject({
    state: 'readable',
    chains: { broken: [], proof: { faults: [] } },
  });
  await target.append(refOf(0), line('goes on'));

  await expect(source.append(refOf(0), line('late'))).rejects.toThrow('umgezogen');
  await expect(openJournal(from.url, SIGNER)).rejects.toThrow('umgezogen');
  expect(await inspect(from.url)).toMatchObject({ state: 'moved' });
  expect((await source.installationLines()).at(-1)).toMatchObject({ operation: 'moved', ...BY });
});

it('makes the tables where there are none yet', async () => {
  const from = sqlite();
  await fill(from.url);
  const to = await postgres.createDatabase();
  expect(await move(from.url, to)).toMatchObject({ cases: CASES + 1 });
});

it('goes on where it was interrupted, and writes over no other journal', async () => {
  const [from, to, foreign] = [sqlite(), await postgresPlace(), await postgresPlace()];
  const source = await fill(from.url);
  const another = await fill(foreign.url);
  const before = await everything(another);
  expect(await move(from.url, foreign.url)).toEqual({ kind: 'foreign-target' });
  expect(await everything(another)).toEqual(before);

  // As a copy that did not get further: the same installation, and half of the lines.
  const id = await source.installationId();
  postgres.query(`insert into installation values ('id', '${id}')`, new URL(to.ownerUrl).pathname.slice(1));
  expect(await move(from.url, to.url)).toMatchObject({ cases: CASES + 1 });
});

it('takes no journal along in which a line was changed, and leaves it open', async () => {
  const [from, to] = [await postgresPlace(), sqlite()];
  const source = await fill(from.url);
  postgres.query(
    `alter table entry disable trigger all; update entry set actor = 'x' where case_id = 'case-3'; alter table entry enable always trigger entry_no_change; alter table entry enable always trigger entry_no_truncate`,
    new URL(from.ownerUrl).pathname.slice(1),
  );
  expect(await move(from.url, to.url)).toMatchObject({ kind: 'source' });
  await expect(source.append(refOf(0), line('goes on'))).resolves.toBeDefined();
});

describe('a backup', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'absage-backup-'));
    undo.push(() => rmSync(folder, { recursive: true }));
  });

  it.each(['a file', 'PostgreSQL'])(
    'of %s, while others write, is whole and only for this user',
    async (where) => {
      const place = where === 'PostgreSQL' ? await postgresPlace() : sqlite();
      const journal = await fill(place.url);
      const path = join(folder, 'backup.sqlite');
      const writing = Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          journal.append(refOf(index % CASES), line(`later/${index}`)),
        ),
      );
      expect(await backupJournal(place.url, path)).toMatchObject({ cases: CASES + 1 });
      await writing;
      expect(statSync(path).mode & 0o777).toBe(0o600);
      const copy = await open(pathToFileURL(path).href);
      expect(await copy.installationId()).toBe(await journal.installationId());
      await expect(backupJournal(place.url, path)).rejects.toMatchObject({ code: 'EEXIST' });
    },
  );

  it('that cannot be made leaves no file behind', async () => {
    const path = join(folder, 'backup.sqlite');
    await expect(backupJournal(await postgres.createDatabase(), path)).rejects.toThrow('migrate');
    expect(existsSync(path)).toBe(false);
  });

  it('is of one moment', async () => {
    const place = await postgresPlace();
    const journal = await fill(place.url);
    const counts = await withPostgresSnapshot(place.url, async (db) => {
      const count = () => db.selectFrom('entry').select('seq').execute();
      const before = await count();
      await journal.append(refOf(0), line('meanwhile'));
      return [before.length, (await count()).length];
    });
    expect(counts[0]).toBe(counts[1]);
  });
});
