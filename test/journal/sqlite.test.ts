import { existsSync, readFileSync } from 'node:fs';
import Database from 'libsql';
import { hashEntry, isChainWhole, NO_PREVIOUS_HASH } from '../../src/journal/chain';
import { inspectJournal, openJournal } from '../../src/journal/open';
import type { JournalEntry } from '../../src/domain/journal';
import type { Journal } from '../../src/journal/port';
import { toRow, type WrittenLine } from '../../src/journal/sql/rows';
import { Signatures } from '../../src/trust/signing';
import { SIGNER } from '../support/signing';
import { lockSqlite } from '../support/sqlite-lock';
import { ending, line, OPENING, REF, REFUSAL } from './lines';
import { makeSqlitePlace } from './sqlite-place';

/** SQLite counts its transactions in the file's header. */
function countCommits(file: string): number {
  return readFileSync(file).readUInt32BE(24);
}

/** The journal as it was before its lines could be signed. */
function takeOutSignatures(raw: Database.Database): void {
  raw.exec('alter table entry drop column actor_id; alter table entry drop column signature');
  raw.exec('drop table if exists case_chain; drop table contact_key; drop table open_check');
  takeOutPeople(raw);
  raw.exec("delete from kysely_migration where name >= '0006'");
}

/** The log-ins as they were before people had accounts of their own. */
function takeOutPeople(raw: Database.Database): void {
  const columns = raw.pragma('table_info(session)') as { name: string }[];
  if (columns.length === 0) return;
  raw.exec('drop index session_by_person');
  const known = ['id_hash', 'token_sha256', 'started_at', 'active_at'];
  for (const { name } of columns)
    if (!known.includes(name)) raw.exec(`alter table session drop column ${name}`);
}

/** The chain as an earlier version would have gone on with it, to that many lines. */
function linesOfBefore(count: number, lines: readonly JournalEntry[] = []): readonly JournalEntry[] {
  if (lines.length === count) return lines;
  const unhashed = {
    ...REF,
    seq: lines.length + 1,
    at: '2026-11-29T18:00:00.000Z',
    actor: 'Kasse',
    kind: 'intent',
    step: 'mark-titles',
    operation: 'save-announcement',
    effectKey: `save-announcement/${lines.length}`,
    before: null,
    after: { title: 'Ä' },
    outcome: null,
    previousHash: lines.at(-1)?.hash ?? NO_PREVIOUS_HASH,
  };
  const line = { ...unhashed, hash: hashEntry(unhashed) } as unknown as JournalEntry;
  return linesOfBefore(count, [...lines, line]);
}

function insert(raw: Database.Database, line: JournalEntry): void {
  const { actor_id: _actorId, signature: _signature, ...row } = toRow(line as WrittenLine);
  const names = Object.keys(row);
  const places = names.map(() => '?').join(', ');
  raw.prepare(`insert into entry (${names.join(', ')}) values (${places})`).run(...Object.values(row));
}

let place: ReturnType<typeof makeSqlitePlace>;
let journal: Journal;
const opened: Journal[] = [];

const open = async () => {
  const another = await place.open();
  opened.push(another);
  return another;
};

beforeEach(async () => {
  place = makeSqlitePlace();
  journal = await open();
});

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  place.remove();
});

describe('the journal in SQLite', () => {
  it('waits for the disk at every commit, and keeps no log beside the file', async () => {
    const exec = jest.spyOn(Database.prototype, 'exec');
    await open();
    const database = exec.mock.contexts[0] as Database.Database;
    exec.mockRestore();
    const FULL = 2;
    expect(database.pragma('synchronous')).toMatchObject([{ synchronous: FULL }]);
    expect(database.pragma('journal_mode')).toMatchObject([{ journal_mode: 'delete' }]);
  });

  it('cannot be changed or shortened', async () => {
    await journal.append(REF, line('a'));
    await journal.claim(REF, 'storno', line('storno'));
    const raw = new Database(place.path);
    for (const table of ['entry', 'claim']) {
      expect(() => raw.exec(`update ${table} set case_id = 'x'`)).toThrow('append-only');
      expect(() => raw.exec(`delete from ${table}`)).toThrow('append-only');
    }
    raw.close();
  });

  it('is brought up to date from its first schema, and every case holds its event as before', async () => {
    await journal.openCase(REF, OPENING);
    const raw = new Database(place.path);
    for (const table of ['session', 'named_run', 'installation', 'payload_key'])
      raw.exec(`drop table ${table}`);
    raw.exec('drop index entry_by_house_and_event');
    takeOutSignatures(raw);
    raw.exec("delete from kysely_migration where name > '0002'");
    raw.close();
    const again = await open();
    expect(await again.openCase({ ...REF, caseId: 'case-2' }, OPENING)).toEqual({ takenBy: REF.caseId });
    const now = new Database(place.path);
    const columns = now.pragma('index_info(entry_by_house_and_event)') as { name: string }[];
    expect(columns.map(({ name }) => name)).toEqual(['house', 'event_number', 'kind']);
    now.close();
  });

  it('makes the list of the cases from the lines, where an earlier build has written them', async () => {
    const cases = ['completed', 'aborted', null] as const;
    for (const [index, end] of cases.entries()) {
      const ref = { ...REF, caseId: `case-${index}`, eventNumber: `${index}` };
      await journal.openCase(ref, OPENING);
      if (end) await journal.append(ref, ending(end));
    }
    await journal.append({ ...REF, caseId: 'case-3', eventNumber: '3' }, REFUSAL);
    const before = await journal.cases({ limit: 10 });
    const raw = new Database(place.path);
    raw.exec('drop trigger entry_lists_case; drop trigger entry_ends_case; drop table listed_case');
    raw.exec("delete from kysely_migration where name > '0015-requests'");
    raw.close();
    const again = await open();
    expect(await again.cases({ limit: 10 })).toEqual(before);
    expect(await again.cases({ ends: ['aborted'], limit: 10 })).toHaveLength(1);
  });

  // A copy brings the lines in an order of its own.
  it('lists a case as ended whose end is there before its beginning', async () => {
    await journal.openCase(REF, OPENING);
    await journal.append(REF, ending('completed'));
    const raw = new Database(place.path);
    raw.exec(`create table copied as select * from entry where case_id = '${REF.caseId}'`);
    raw.exec(`update copied set case_id = 'case-2'`);
    raw.exec('insert into entry select * from copied order by seq desc');
    raw.close();
    expect((await journal.cases({ limit: 10 })).map(({ end }) => end)).toEqual(['completed', 'completed']);
  });

  it('leaves the lines from before there were signatures as they are, and signs what follows', async () => {
    const raw = new Database(place.path);
    takeOutSignatures(raw);
    const before = linesOfBefore(2);
    for (const line of before) insert(raw, line);
    raw.close();
    const again = await open();
    expect(await again.entries(REF.caseId)).toStrictEqual(before);

    const written = await again.append(REF, line('c'));
    expect(written).toMatchObject({ seq: 3, previousHash: before[1]!.hash, actorId: 'token:test' });
    const signatures = new Signatures([SIGNER.publicKey]);
    expect(signatures.isGenuine('line', written.hash, written.signature)).toBe(true);
    const entries = await again.entries(REF.caseId);
    expect(entries).toStrictEqual([...before, written]);
    expect(isChainWhole(entries)).toBe(true);
  });

  /** What a later build leaves when it has raised the mark, or has only added to the schema. */
  function bringFurther(mark: number | null): void {
    const raw = new Database(place.path);
    raw.exec('alter table entry add column later text');
    raw.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')");
    if (mark !== null)
      raw.prepare("update installation set value = ? where name = 'oldest-build'").run(String(mark));
    raw.close();
  }

  it('takes nothing from a build that is older than its mark, and tells people so', async () => {
    bringFurther(9999);
    const before = readFileSync(place.path);
    await expect(open()).rejects.toThrow('Dieses Logbuch hat eine neuere Version von Absage erneuert');
    expect(readFileSync(place.path).equals(before)).toBe(true);
  });

  // A process that was running when the newer build came used to write on, in the form that it knew.
  it('takes nothing more from a running process, once a newer build has raised the mark', async () => {
    await journal.append(REF, line('a'));
    bringFurther(9999);
    const refusal = {
      code: 'journal-unavailable',
      detail: expect.stringContaining('Dieses Logbuch hat eine neuere Version von Absage erneuert'),
    };
    await expect(journal.append(REF, line('b'))).rejects.toMatchObject(refusal);
    await expect(journal.claim(REF, 'abort', line('c'))).rejects.toMatchObject(refusal);
    expect(await journal.entries(REF.caseId)).toHaveLength(1);
  });

  it('takes lines from a build beside a later one that has only added', async () => {
    bringFurther(null);
    const again = await open();
    await again.append(REF, line('a'));
    expect(await again.entries(REF.caseId)).toHaveLength(1);
  });

  it('names the build that was the first to sign as the oldest one that may write', () => {
    const raw = new Database(place.path);
    const query = "select value from installation where name = 'oldest-build'";
    expect(raw.prepare(query).get()).toMatchObject({ value: '9' });
    raw.close();
  });

  it('takes no line without a signature in a chain that is signed, whoever writes it', async () => {
    await journal.append(REF, line('a'));
    const unsigned = await openJournal(place.url);
    opened.push(unsigned);
    await expect(unsigned.append(REF, line('b'))).rejects.toMatchObject({ code: 'journal-unavailable' });
    expect(await journal.entries(REF.caseId)).toHaveLength(1);
  });

  it('is not whole with a line that somebody has put behind a signed one', async () => {
    const signed = await journal.append(REF, line('a'));
    const [, forged] = linesOfBefore(2, [signed]);
    expect(isChainWhole([signed, forged!])).toBe(false);
    expect(isChainWhole([signed, { ...forged!, signature: 'any' }])).toBe(true);
  });

  it('writes what comes at once with few commits, each case in its own chain', async () => {
    const refs = Array.from({ length: 20 }, (_, index) => ({ ...REF, caseId: `case-${index}` }));
    const before = countCommits(place.path);
    await Promise.all(
      refs.flatMap((one) => [journal.append(one, line('a')), journal.append(one, line('b'))]),
    );
    expect(countCommits(place.path) - before).toBeLessThan(refs.length);
    for (const { caseId } of refs) {
      const entries = await journal.entries(caseId);
      expect(entries).toHaveLength(2);
      expect(isChainWhole(entries)).toBe(true);
    }
  });

  it('writes each line that comes alone with one commit', async () => {
    const before = countCommits(place.path);
    for (const effectKey of ['a', 'b', 'c']) await journal.append(REF, line(effectKey));
    expect(countCommits(place.path) - before).toBe(3);
  });

  it('is read while another process writes, and says that it cannot be written', async () => {
    const lock = lockSqlite(place.path);
    expect(await journal.entries('case-1')).toEqual([]);
    await expect(journal.append(REF, line('a'))).rejects.toMatchObject({ code: 'journal-unavailable' });
    lock.release();
    await journal.append(REF, line('a'));
    expect(await journal.entries('case-1')).toHaveLength(1);
  });
});

describe('a look at the journal', () => {
  const BUDGET_MS = 60_000;
  const look = (url = place.url) => inspectJournal(url, { budgetMs: BUDGET_MS, ownKeys: null });

  it('counts the cases, and says where it is', async () => {
    const unsigned = await openJournal(place.url);
    opened.push(unsigned);
    await unsigned.append(REF, line('a'));
    expect(await look()).toEqual({
      place: place.path,
      state: 'readable',
      chains: { caseCount: 1, checkedCount: 1, broken: [], contacts: [], proof: null },
      kept: [],
      ownsTables: false,
      writes: { on: true, since: null, by: null, reason: null },
    });
  });

  it('does not make one that is not there', async () => {
    expect(await look(`${place.url}.none`)).toEqual({ place: `${place.path}.none`, state: 'missing' });
    expect(existsSync(`${place.path}.none`)).toBe(false);
  });

  it.each([
    'entry_no_update',
    'entry_no_delete',
    'claim_no_update',
    'claim_no_delete',
    'case_chain_no_update',
  ])('notices that %s is gone', async (guard) => {
    const raw = new Database(place.path);
    raw.exec(`drop trigger ${guard}`);
    raw.close();
    expect(await look()).toEqual({ place: place.path, state: 'unguarded', triggers: [guard] });
  });

  // Their names used to be enough.
  it.each([
    [
      'one that does nothing',
      'drop trigger entry_no_update',
      'entry_no_update before update on entry begin select 1; end',
    ],
    [
      'one for another table',
      'drop trigger entry_no_update',
      `entry_no_update before update on claim begin select raise(abort, 'the journal is append-only'); end`,
    ],
    ['a foreign one', 'select 1', `my_own after insert on entry begin delete from installation; end`],
  ])('notices %s in the place of a guard', async (_which, drop, trigger) => {
    const raw = new Database(place.path);
    raw.exec(`${drop}; create trigger ${trigger}`);
    raw.close();
    const [name] = trigger.split(' ');
    expect(await look()).toMatchObject({ state: 'unguarded', triggers: [name] });
  });

  it('names the case of a changed line', async () => {
    await journal.append(REF, line('a'));
    const raw = new Database(place.path);
    const [{ sql }] = raw.prepare(`select sql from sqlite_master where name = 'entry_no_update'`).all() as [
      { sql: string },
    ];
    raw.exec(`drop trigger entry_no_update; update entry set actor = 'x'; ${sql}`);
    raw.close();
    expect(await look()).toMatchObject({ chains: { broken: [REF] } });
  });
});

it('names no password of a database that the journal does not know', async () => {
  const opening = openJournal('mysql://absage:canary@rechner/logbuch');
  await expect(opening).rejects.toThrow('mysql:');
  await expect(opening).rejects.not.toThrow('canary');
});
