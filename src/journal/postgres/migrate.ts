import { sql } from 'kysely';
import { APPEND_ONLY_TABLES, migrate } from '../sql/migrations';
import type { Db, Tables } from '../sql/rows';
import { MayNotMigrate } from '../unusable';
import { connect, placeOf, roleOf } from './connect';
import { isRightMissing } from './failures';
import { forbidChanges } from './guards';
import { keepList } from './listed-cases';

/** What the service may do with each table; nothing else, and it owns none. */
const MAY: Readonly<
  Record<Exclude<keyof Tables, (typeof APPEND_ONLY_TABLES)[number]> | 'last_commit', string>
> = {
  installation: 'select, insert, update, delete',
  named_run: 'select, insert',
  payload_key: 'select, insert, update',
  session: 'select, insert, update, delete',
  contact_key: 'select, insert, update, delete',
  open_check: 'select, insert, update, delete',
  kept_form: 'select, insert, delete',
  spending: 'select, insert, update, delete',
  listed_case: 'select',
  at_work: 'select, insert, delete',
  last_commit: 'select, insert, update, delete',
};

/**
 * Makes the tables and brings them up to date: a step of its own, before any part of the service starts, because the role that
 * may do it is not the one that the service works as. `serviceUrl`: names that one; it may be the same.
 */
export async function migratePostgres(ownerUrl: string, serviceUrl: string): Promise<void> {
  const db = connect(ownerUrl);
  try {
    await migrate(db, { text: sql`text collate "C"`, forbidChanges, keepList });
    await sql`create table if not exists last_commit (process text primary key, token text not null, at timestamptz not null)`.execute(
      db,
    );
    const [owner, service] = [ownerUrl, serviceUrl].map((url) => roleOf(new URL(url).username));
    if (service && service !== owner) await grant(db, service);
  } catch (error) {
    throw isRightMissing(error) ? new MayNotMigrate(placeOf(ownerUrl), error) : error;
  } finally {
    await db.destroy();
  }
}

async function grant(db: Db, service: string): Promise<void> {
  const grantees = sql.ref(service);
  await sql`grant usage on schema ${sql.ref(await currentSchema(db))} to ${grantees}`.execute(db);
  for (const [table, rights] of Object.entries(MAY))
    await sql`grant ${sql.raw(rights)} on ${sql.table(table)} to ${grantees}`.execute(db);
  for (const table of APPEND_ONLY_TABLES)
    await sql`grant select, insert on ${sql.table(table)} to ${grantees}`.execute(db);
  await sql`grant select on kysely_migration to ${grantees}`.execute(db);
}

async function currentSchema(db: Db): Promise<string> {
  const { rows } = await sql<{ name: string }>`select current_schema() as name`.execute(db);
  return rows[0]?.name ?? 'public';
}
