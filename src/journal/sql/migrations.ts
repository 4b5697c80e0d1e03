import { sql, Migrator, type ColumnDataType, type Expression, type Kysely, type Migration } from 'kysely';
import { BuildTooOld, JournalMoved, NotMigrated } from '../unusable';
import { MOVED_TO, OLDEST_BUILD, raiseMark, readMark, toMark, type SchemaMark } from './oldest-build';
import type { Db } from './rows';

/** The tables whose rows are only ever added. */
export const APPEND_ONLY_TABLES = ['entry', 'claim', 'case_chain'] as const;

/** What differs between the databases. */
export interface SchemaDialect {
  /** A text that is compared byte by byte, whatever the language of the database. */
  text: ColumnDataType | Expression<unknown>;
  /** Makes the database itself refuse to change or delete a row of the table, for every program that may connect. */
  forbidChanges(db: Kysely<unknown>, table: string): Promise<void>;
  /** Makes the database itself keep `listed_case` as the lines say, for every program that writes lines. */
  keepList(db: Kysely<unknown>): Promise<void>;
}

const PERSON_COLUMNS = [
  'issuer',
  'subject',
  'sid',
  'name',
  'roles',
  'sealed',
  'confirmed_at',
  'refresh_at',
  'lease',
] as const;

/** The schema's history, the same in every database. */
const MIGRATIONS: Record<string, (db: Kysely<unknown>, dialect: SchemaDialect) => Promise<void>> = {
  '0001-entries-and-claims': async (db, { text, forbidChanges }) => {
    await db.schema
      .createTable('entry')
      .ifNotExists()
      .addColumn('case_id', text, (column) => column.notNull())
      .addColumn('seq', 'integer', (column) => column.notNull())
      .addColumn('house', text, (column) => column.notNull())
      .addColumn('event_number', text, (column) => column.notNull())
      .addColumn('at', text, (column) => column.notNull())
      .addColumn('actor', text, (column) => column.notNull())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('step', text, (column) => column.notNull())
      .addColumn('operation', text, (column) => column.notNull())
      .addColumn('effect_key', text, (column) => column.notNull())
      .addColumn('before', text, (column) => column.notNull())
      .addColumn('after', text, (column) => column.notNull())
      .addColumn('outcome', text)
      .addColumn('previous_hash', text, (column) => column.notNull())
      .addColumn('hash', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('entry_pk', ['case_id', 'seq'])
      .addUniqueConstraint('entry_once_per_effect', ['case_id', 'effect_key'])
      .execute();
    await db.schema
      .createTable('claim')
      .ifNotExists()
      .addColumn('case_id', text, (column) => column.primaryKey())
      .addColumn('value', text, (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('entry_by_event')
      .ifNotExists()
      .on('entry')
      .columns(['event_number', 'kind'])
      .execute();
    await db.schema.createIndex('entry_by_kind').ifNotExists().on('entry').columns(['kind', 'at']).execute();
    for (const table of ['entry', 'claim']) await forbidChanges(db, table);
  },
  '0002-payload-keys': async (db, { text }) => {
    await db.schema
      .createTable('payload_key')
      .ifNotExists()
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('first_used_at', text, (column) => column.notNull())
      .addColumn('last_used_at', text, (column) => column.notNull())
      .execute();
  },
  '0003-installation-and-runs': async (db, { text }) => {
    await db.schema
      .createTable('installation')
      .ifNotExists()
      .addColumn('name', text, (column) => column.primaryKey())
      .addColumn('value', text, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('named_run')
      .ifNotExists()
      .addColumn('seal', text, (column) => column.primaryKey())
      .addColumn('case_id', text, (column) => column.notNull())
      .addColumn('first_run_id', text, (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('named_run_by_case')
      .ifNotExists()
      .on('named_run')
      .column('case_id')
      .execute();
  },
  /** An event belongs to its house: every question about one names both. */
  '0004-index-of-house-and-event': async (db) => {
    await db.schema
      .createIndex('entry_by_house_and_event')
      .ifNotExists()
      .on('entry')
      .columns(['house', 'event_number', 'kind'])
      .execute();
  },
  '0005-sessions': async (db, { text }) => {
    await db.schema
      .createTable('session')
      .ifNotExists()
      .addColumn('id_hash', text, (column) => column.primaryKey())
      .addColumn('token_sha256', text)
      .addColumn('started_at', text, (column) => column.notNull())
      .addColumn('active_at', text, (column) => column.notNull())
      .execute();
  },
  /** Both are missing in the lines of before. `actor_id` is JSON: what is `null` was written as that. */
  '0006-signed-lines': async (db, { text }) => {
    await db.schema.alterTable('entry').addColumn('actor_id', text).execute();
    await db.schema.alterTable('entry').addColumn('signature', text).execute();
  },
  '0007-chain-over-cases': async (db, { text, forbidChanges }) => {
    await db.schema
      .createTable('case_chain')
      .ifNotExists()
      .addColumn('number', 'integer', (column) => column.primaryKey())
      .addColumn('case_id', text, (column) => column.unique())
      .addColumn('first_hash', text)
      .addColumn('earlier', text)
      .addColumn('previous_hash', text, (column) => column.notNull())
      .addColumn('hash', text, (column) => column.notNull())
      .addColumn('signature', text, (column) => column.notNull())
      .execute();
    await forbidChanges(db, 'case_chain');
  },
  /** Without a guard: here, unlike in the lines, something is deleted. */
  '0008-contact-keys': async (db, { text }) => {
    await db.schema
      .createTable('contact_key')
      .ifNotExists()
      .addColumn('case_id', text, (column) => column.primaryKey())
      .addColumn('key', text, (column) => column.notNull())
      .addColumn('wished_by', text)
      .addColumn('wish_reason', text)
      .execute();
  },
  /** Whoever does not sign, or writes a contact in the clear, writes no more. */
  '0009-oldest-build': (db) => raiseMark(db, 9),
  '0010-who-wished-an-erasure': async (db, { text }) => {
    await db.schema.alterTable('contact_key').addColumn('wished_by_id', text).execute();
  },
  /** Without a guard: a check that is over is deleted. */
  '0011-open-checks': async (db, { text }) => {
    await db.schema
      .createTable('open_check')
      .ifNotExists()
      .addColumn('case_id', text, (column) => column.primaryKey())
      .addColumn('house', text, (column) => column.notNull())
      .addColumn('asked_at', text, (column) => column.notNull())
      .addColumn('open_until', text, (column) => column.notNull())
      .execute();
  },
  /** Missing while the check waits for its place. */
  '0012-admitted-checks': async (db, { text }) => {
    await db.schema.alterTable('open_check').addColumn('admitted_at', text).execute();
  },
  /** Without guards: a form goes after a while, and a count begins anew. */
  '0013-forms-and-limits': async (db, { text }) => {
    await db.schema
      .createTable('kept_form')
      .ifNotExists()
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('browser', text, (column) => column.notNull())
      .addColumn('path', text, (column) => column.notNull())
      .addColumn('sealed', text, (column) => column.notNull())
      .addColumn('kept_at', text, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('spending')
      .ifNotExists()
      .addColumn('key', text, (column) => column.primaryKey())
      .addColumn('count', 'integer', (column) => column.notNull())
      .addColumn('until', text, (column) => column.notNull())
      .execute();
  },
  /** Missing in a session that was begun with a token, which an older build goes on to take. */
  '0014-sessions-of-people': async (db, { text }) => {
    for (const column of PERSON_COLUMNS)
      await db.schema.alterTable('session').addColumn(column, text).execute();
    await db.schema
      .createIndex('session_by_person')
      .ifNotExists()
      .on('session')
      .columns(['issuer', 'subject'])
      .execute();
  },
  /** Each page of the console asks which cases wait for a second person. */
  '0015-requests': async (db) => {
    await sql`create index if not exists entry_request on entry (house, at) where operation = 'request-approval'`.execute(
      db,
    );
  },
  /**
   * What a list has to know of a case, so that no list goes through the lines of all that ever began. It follows from the lines and
   * can be made from them again; the database keeps it, because a build from before knows nothing of it and writes lines, too.
   */
  '0016-listed-cases': async (db, { text, keepList }) => {
    await db.schema
      .createTable('listed_case')
      .ifNotExists()
      .addColumn('case_id', text, (column) => column.primaryKey())
      .addColumn('seq', 'integer', (column) => column.notNull())
      .addColumn('house', text, (column) => column.notNull())
      .addColumn('event_number', text, (column) => column.notNull())
      .addColumn('at', text, (column) => column.notNull())
      .addColumn('state', text, (column) => column.notNull())
      .execute();
    await keepList(db);
    await sql`
      insert into listed_case (case_id, seq, house, event_number, at, state)
      select first.case_id, first.seq, first.house, first.event_number, first.at,
        coalesce(last.outcome, case first.kind when 'refusal' then 'refused' else 'open' end)
      from entry as first
      left join entry as last on last.case_id = first.case_id and last.effect_key = 'end' and last.kind = 'end'
      where first.kind in ('opening', 'refusal')
      on conflict (case_id) do nothing`.execute(db);
    for (const [name, columns] of Object.entries(LISTED_CASE_INDEXES))
      await db.schema.createIndex(name).ifNotExists().on('listed_case').columns(columns).execute();
  },
  /**
   * The switch is asked for before each write: the chain of the installation may be long by then. The table is without a guard: an
   * attempt that is over is deleted.
   */
  '0017-switch-of-writes': async (db, { text }) => {
    await sql`create index if not exists entry_switch on entry (case_id, seq) where operation = 'switch-writes'`.execute(
      db,
    );
    await db.schema
      .createTable('at_work')
      .ifNotExists()
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('case_id', text, (column) => column.notNull())
      .addColumn('house', text, (column) => column.notNull())
      .addColumn('event_number', text, (column) => column.notNull())
      .addColumn('step', text, (column) => column.notNull())
      .addColumn('since', text, (column) => column.notNull())
      .addColumn('until', text, (column) => column.notNull())
      .execute();
  },
};

/** One for each question: of all houses or of one, in any state or in one; and the cases of an event. */
const LISTED_CASE_INDEXES: Record<string, string[]> = {
  listed_case_by_time: ['at', 'case_id'],
  listed_case_by_state: ['state', 'at', 'case_id'],
  listed_case_by_house: ['house', 'at', 'case_id'],
  listed_case_by_house_and_state: ['house', 'state', 'at', 'case_id'],
  listed_case_by_event: ['event_number', 'house'],
};

const KNOWN = Object.keys(MIGRATIONS);

/** The number of this build: that of the newest migration that it knows. */
const BUILD = Number.parseInt(KNOWN.at(-1) ?? '', 10);

/**
 * Brings the schema up to date. What a later build has added stays, and this one goes on beside it, unless that one has raised
 * the mark. Rejects with an `UnusableJournal`.
 */
export async function migrate(db: Db, dialect: SchemaDialect): Promise<void> {
  const mark = await readMark(db);
  requireKnown(mark);
  if (compareSchema(mark) === 'older') await bringUpToDate(db, dialect);
}

/** Rejects with an `UnusableJournal` where this build may not work with the journal, or has to bring it up to date first. */
export async function requireCurrent(db: Db): Promise<void> {
  const mark = await readMark(db);
  requireKnown(mark);
  if (compareSchema(mark) === 'older') throw new NotMigrated();
}

/**
 * For every transaction that writes: a newer build may raise the mark while this process runs on, which knows neither the new form
 * of a line nor whatever else the mark was raised for. Rejects with an `UnusableJournal`.
 */
export async function requireMayWrite(db: Db): Promise<void> {
  const facts = await db
    .selectFrom('installation')
    .selectAll()
    .where('name', 'in', [OLDEST_BUILD, MOVED_TO])
    .execute();
  requireKnown(toMark([], new Map(facts.map(({ name, value }) => [name, value]))));
}

function requireKnown({ oldestBuild, movedTo }: SchemaMark): void {
  if (movedTo !== null) throw new JournalMoved(movedTo);
  if (oldestBuild > BUILD) throw new BuildTooOld();
}

async function bringUpToDate(db: Db, dialect: SchemaDialect): Promise<void> {
  const migrations: Record<string, Migration> = {};
  for (const [name, up] of Object.entries(MIGRATIONS))
    migrations[name] = { up: (schema: Kysely<unknown>) => up(schema, dialect) };
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (error)
    throw error instanceof Error ? error : new Error('the journal schema cannot be brought up to date');
}

/** How the schema of a journal compares with this version's. `newer`: this build may not write there. */
export function compareSchema({ applied, oldestBuild }: SchemaMark): 'current' | 'older' | 'newer' {
  if (oldestBuild > BUILD) return 'newer';
  return KNOWN.every((name) => applied.includes(name)) ? 'current' : 'older';
}
