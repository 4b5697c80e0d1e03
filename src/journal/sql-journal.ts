import { fileURLToPath } from 'node:url';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, Migrator, SqliteDialect, type SqliteDatabase } from 'kysely';
import Database from 'libsql';
import type { JournalHead } from '../domain/types';
import type { CaseRef } from '../domain/types';
import type { CaseEnd } from '../domain/vocabulary';
import { KnownFailure } from '../domain/failures';
import { hashEntry, NO_PREVIOUS_HASH } from './chain';
import { asJournalFailure, GroupCommit, retryOnConflict } from './group-commit';
import { MIGRATIONS } from './migrations';
import type { CaseFilter, Journal, JournalCase } from './port';
import type { Claim } from '../domain/journal';
import type { JournalEntry } from '../domain/journal';
import type { NewEntry } from '../domain/journal';

interface EntryRow {
  case_id: string;
  seq: number;
  house: string;
  event_number: string;
  at: string;
  actor: string;
  kind: JournalEntry['kind'];
  step: JournalEntry['step'];
  operation: string;
  effect_key: string;
  before: string;
  after: string;
  outcome: string | null;
  previous_hash: string;
  hash: string;
}

interface Tables {
  entry: EntryRow;
  claim: { case_id: string; value: Claim };
}

type Db = Kysely<Tables>;

/** The effect key of the line that ends a case: by it the line is found without looking at all the others. */
const END_KEY = 'end';

/** How a case may have ended so that the event can be ordered again. */
const ENDS_THAT_FREE_THE_EVENT: readonly string[] = ['aborted', 'refused'] satisfies CaseEnd[];

/**
 * Opens the journal at `file:` and brings its schema up to date. No WAL: the embedded SQLite predates the fix of
 * its reset bug. Every acknowledged line is on the disk.
 */
export async function openSqlJournal(databaseUrl: string): Promise<Journal> {
  const path = fileURLToPath(databaseUrl);
  mkdirSync(dirname(path), { recursive: true });
  const database = new Database(path);
  // SQLite's own waiting would block the event loop, and with it the heartbeats: conflicts are retried here.
  database.exec('pragma busy_timeout = 0');
  // It takes a lock, and the worker and the API start at the same moment.
  await retryOnConflict(async () => void database.exec('pragma journal_mode = delete'));
  database.exec('pragma synchronous = full');
  const db: Db = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: withoutLeftovers(database) }),
  });
  // Whoever comes second waits until there is nothing left to do. A migration must not meet a lock half way: the
  // statement that met it would not be run again, and hold its own lock for good.
  await retryOnConflict(async () => void database.exec('begin exclusive'));
  try {
    await migrate(db);
    database.exec('commit');
  } catch (error) {
    database.exec('rollback');
    throw error;
  }
  return createSqlJournal(db);
}

/**
 * libsql leaves a statement that met SQLITE_BUSY in progress until it is run again or garbage-collected; until then
 * this process cannot commit (a begin or commit in progress), or keeps every other one from committing (a read).
 * So what begins and ends transactions is executed and never prepared, and anything else is prepared once: trying
 * again runs the very statement that was left over.
 */
function withoutLeftovers(database: Database.Database): SqliteDatabase {
  type Prepared = ReturnType<SqliteDatabase['prepare']>;
  const statements = new Map<string, Prepared>();
  const execute = (statement: string): Prepared => ({
    reader: false,
    all: () => [],
    run: () => {
      database.exec(statement);
      return { changes: 0, lastInsertRowid: 0 };
    },
    iterate: () => [][Symbol.iterator](),
  });
  return {
    close: () => void database.close(),
    prepare(statement) {
      if (/^\s*(begin|commit|rollback|savepoint|release)\b/i.test(statement)) return execute(statement);
      const known = statements.get(statement) ?? (database.prepare(statement) as unknown as Prepared);
      statements.set(statement, known);
      return known;
    },
  };
}

async function migrate(db: Db): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
  const { error } = await migrator.migrateToLatest();
  if (error)
    throw error instanceof Error ? error : new Error('the journal schema cannot be brought up to date');
}

function createSqlJournal(db: Db): Journal {
  const writer = new GroupCommit(db);
  const guarded = <T>(work: () => Promise<T>) => asJournalFailure(() => retryOnConflict(work));
  return {
    openCase: (ref, entry) =>
      writer.write(async (transaction) => {
        const existing = await findByEffectKey(transaction, ref.caseId, entry.effectKey);
        if (existing) return { opened: existing };
        const takenBy = await findHoldingCase(transaction, ref.eventNumber, ref.caseId);
        return takenBy ? { takenBy } : { opened: await insert(transaction, ref, entry) };
      }),

    append: (ref, entry) => writer.write((transaction) => appendOnce(transaction, ref, entry)),

    appendNew: (ref, entry) =>
      writer.write(async (transaction) =>
        (await findByEffectKey(transaction, ref.caseId, entry.effectKey))
          ? null
          : insert(transaction, ref, entry),
      ),

    appendUnlessAborted: (ref, entry) =>
      writer.write(async (transaction) =>
        (await findClaim(transaction, ref.caseId)) === 'abort' ? null : appendOnce(transaction, ref, entry),
      ),

    claim: (ref, claim, entry) =>
      writer.write(async (transaction) => {
        const existing = await findClaim(transaction, ref.caseId);
        if (existing && existing !== claim) return existing;
        if (!existing)
          await transaction.insertInto('claim').values({ case_id: ref.caseId, value: claim }).execute();
        await appendOnce(transaction, ref, entry);
        return claim;
      }),

    readClaim: (caseId) => guarded(() => findClaim(db, caseId)),

    requireHead: (caseId, head) => guarded(() => requireHead(db, caseId, head)),

    entries: (caseId) =>
      guarded(async () => {
        const rows = await db
          .selectFrom('entry')
          .selectAll()
          .where('case_id', '=', caseId)
          .orderBy('seq')
          .execute();
        return rows.map(toEntry);
      }),

    holdingCase: (eventNumber) => guarded(() => findHoldingCase(db, eventNumber)),

    openCases: () =>
      guarded(async () => {
        const rows = await db
          .selectFrom('entry as opening')
          .selectAll()
          .where('opening.kind', '=', 'opening')
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('entry as ending')
                  .select('ending.seq')
                  .whereRef('ending.case_id', '=', 'opening.case_id')
                  .where('ending.kind', '=', 'end'),
              ),
            ),
          )
          .orderBy('opening.at')
          .execute();
        return rows.map(toEntry);
      }),

    latestCase: (house, eventNumber) =>
      guarded(async () => {
        const row = await db
          .selectFrom('entry')
          .select('case_id')
          .where('event_number', '=', eventNumber)
          .where('house', '=', house)
          .where('kind', 'in', ['opening', 'refusal'])
          .orderBy('at', 'desc')
          .orderBy('seq', 'desc')
          .executeTakeFirst();
        return row?.case_id ?? null;
      }),

    cases: (filter) => guarded(() => listCases(db, filter)),

    close: () => db.destroy(),
  };
}

async function appendOnce(db: Db, ref: CaseRef, entry: NewEntry): Promise<JournalEntry> {
  return (await findByEffectKey(db, ref.caseId, entry.effectKey)) ?? (await insert(db, ref, entry));
}

async function insert(db: Db, ref: CaseRef, entry: NewEntry): Promise<JournalEntry> {
  const last = await db
    .selectFrom('entry')
    .select(['seq', 'hash'])
    .where('case_id', '=', ref.caseId)
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  const unhashed = {
    caseId: ref.caseId,
    house: ref.house,
    eventNumber: ref.eventNumber,
    seq: (last?.seq ?? 0) + 1,
    at: new Date().toISOString(),
    actor: entry.actor,
    kind: entry.kind,
    step: entry.step,
    operation: entry.operation,
    effectKey: entry.effectKey,
    // Through JSON once, so that what is hashed is what will be read back: no `undefined`, no dates.
    before: plainJson(entry.before),
    after: plainJson(entry.after),
    outcome: entry.outcome ?? null,
    previousHash: last?.hash ?? NO_PREVIOUS_HASH,
  };
  const written: JournalEntry = { ...unhashed, hash: hashEntry(unhashed) };
  await db.insertInto('entry').values(toRow(written)).execute();
  return written;
}

async function findByEffectKey(db: Db, caseId: string, effectKey: string): Promise<JournalEntry | null> {
  const row = await db
    .selectFrom('entry')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('effect_key', '=', effectKey)
    .executeTakeFirst();
  return row ? toEntry(row) : null;
}

async function findClaim(db: Db, caseId: string): Promise<Claim | null> {
  const row = await db.selectFrom('claim').select('value').where('case_id', '=', caseId).executeTakeFirst();
  return row?.value ?? null;
}

/** `exceptCaseId`: whose own lines do not count. */
async function findHoldingCase(db: Db, eventNumber: string, exceptCaseId = ''): Promise<string | null> {
  const row = await db
    .selectFrom('entry as opening')
    .select('opening.case_id')
    .where('opening.event_number', '=', eventNumber)
    .where('opening.kind', '=', 'opening')
    .where('opening.case_id', '!=', exceptCaseId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('entry as ending')
            .select('ending.seq')
            .whereRef('ending.case_id', '=', 'opening.case_id')
            .where('ending.kind', '=', 'end')
            .where('ending.outcome', 'in', ENDS_THAT_FREE_THE_EVENT),
        ),
      ),
    )
    .executeTakeFirst();
  return row?.case_id ?? null;
}

async function requireHead(db: Db, caseId: string, head: JournalHead): Promise<void> {
  const row = await db
    .selectFrom('entry')
    .select('hash')
    .where('case_id', '=', caseId)
    .where('seq', '=', head.seq)
    .executeTakeFirst();
  if (row?.hash !== head.hash) {
    throw new KnownFailure('journal-behind', `line ${head.seq} of case ${caseId} is missing or another one`);
  }
}

/** Each kind by itself: so the index that begins with the kind gives the newest without sorting all there are. */
async function listCases(db: Db, filter: CaseFilter): Promise<JournalCase[]> {
  const rows = await db
    .selectFrom(firstLines(db, 'opening', filter).as('opening'))
    .selectAll()
    .unionAll(db.selectFrom(firstLines(db, 'refusal', filter).as('refusal')).selectAll())
    .orderBy('at', 'desc')
    .orderBy('case_id', 'desc')
    .limit(filter.limit)
    .execute();
  return rows.map(({ end, claim, ...row }) => ({
    opening: toEntry(row),
    end: end as CaseEnd | null,
    hasStornoClaim: claim === 'storno',
  }));
}

function firstLines(db: Db, kind: 'opening' | 'refusal', filter: CaseFilter) {
  let query = db
    .selectFrom('entry as first')
    .leftJoin('entry as last', (join) =>
      join
        .onRef('last.case_id', '=', 'first.case_id')
        .on('last.effect_key', '=', END_KEY)
        .on('last.kind', '=', 'end'),
    )
    .leftJoin('claim', 'claim.case_id', 'first.case_id')
    .selectAll('first')
    .select(['last.outcome as end', 'claim.value as claim'])
    .where('first.kind', '=', kind);
  const { houses, eventNumbers, ends, before } = filter;
  if (houses) query = query.where('first.house', 'in', houses);
  if (eventNumbers) query = query.where('first.event_number', 'in', eventNumbers);
  if (ends) {
    const outcomes = ends.filter((end) => end !== null);
    query = query.where(({ or, eb, lit }) =>
      or([
        lit(kind === 'refusal' && outcomes.includes('refused')),
        ...(outcomes.length > 0 ? [eb('last.outcome', 'in', outcomes)] : []),
        ...(ends.includes(null) && kind === 'opening' ? [eb('last.case_id', 'is', null)] : []),
      ]),
    );
  }
  if (before) {
    query = query
      .where('first.at', '<=', before.at)
      .where(({ or, eb }) => or([eb('first.at', '<', before.at), eb('first.case_id', '<', before.caseId)]));
  }
  // Of a few events all are few: an order would only lead away from the index that finds them.
  if (eventNumbers) return query;
  return query.orderBy('first.at', 'desc').orderBy('first.case_id', 'desc').limit(filter.limit);
}

function plainJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}

function toRow(entry: JournalEntry): EntryRow {
  return {
    case_id: entry.caseId,
    seq: entry.seq,
    house: entry.house,
    event_number: entry.eventNumber,
    at: entry.at,
    actor: entry.actor,
    kind: entry.kind,
    step: entry.step,
    operation: entry.operation,
    effect_key: entry.effectKey,
    before: JSON.stringify(entry.before),
    after: JSON.stringify(entry.after),
    outcome: entry.outcome,
    previous_hash: entry.previousHash,
    hash: entry.hash,
  };
}

function toEntry(row: EntryRow): JournalEntry {
  return {
    caseId: row.case_id,
    house: row.house,
    eventNumber: row.event_number,
    seq: row.seq,
    at: row.at,
    actor: row.actor,
    kind: row.kind,
    step: row.step,
    operation: row.operation,
    effectKey: row.effect_key,
    before: JSON.parse(row.before) as unknown,
    after: JSON.parse(row.after) as unknown,
    outcome: row.outcome,
    previousHash: row.previous_hash,
    hash: row.hash,
    // What a line holds is what an activity of this or of an earlier build has written: the chain proves it unchanged.
  } as JournalEntry;
}
