import { sql, type Kysely, type Migration } from 'kysely';

const APPEND_ONLY_TABLES = ['entry', 'claim'] as const;

/** The schema's history. Portable SQL, but for the triggers, which hold "append-only" against everybody. */
export const MIGRATIONS: Record<string, Migration> = {
  '0001-entries-and-claims': {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema
        .createTable('entry')
        .ifNotExists()
        .addColumn('case_id', 'text', (column) => column.notNull())
        .addColumn('seq', 'integer', (column) => column.notNull())
        .addColumn('house', 'text', (column) => column.notNull())
        .addColumn('event_number', 'text', (column) => column.notNull())
        .addColumn('at', 'text', (column) => column.notNull())
        .addColumn('actor', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('step', 'text', (column) => column.notNull())
        .addColumn('operation', 'text', (column) => column.notNull())
        .addColumn('effect_key', 'text', (column) => column.notNull())
        .addColumn('before', 'text', (column) => column.notNull())
        .addColumn('after', 'text', (column) => column.notNull())
        .addColumn('outcome', 'text')
        .addColumn('previous_hash', 'text', (column) => column.notNull())
        .addColumn('hash', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('entry_pk', ['case_id', 'seq'])
        .addUniqueConstraint('entry_once_per_effect', ['case_id', 'effect_key'])
        .execute();
      await db.schema
        .createTable('claim')
        .ifNotExists()
        .addColumn('case_id', 'text', (column) => column.primaryKey())
        .addColumn('value', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex('entry_by_event')
        .ifNotExists()
        .on('entry')
        .columns(['event_number', 'kind'])
        .execute();
      await db.schema
        .createIndex('entry_by_kind')
        .ifNotExists()
        .on('entry')
        .columns(['kind', 'at'])
        .execute();
      for (const table of APPEND_ONLY_TABLES) await forbidChanges(db, table);
    },
  },
};

async function forbidChanges(db: Kysely<unknown>, table: string): Promise<void> {
  for (const change of ['update', 'delete']) {
    await sql`
      create trigger if not exists ${sql.raw(`${table}_no_${change}`)} before ${sql.raw(change)} on ${sql.table(table)}
      begin select raise(abort, 'the journal is append-only'); end
    `.execute(db);
  }
}
