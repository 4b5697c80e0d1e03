import { sql, type Kysely } from 'kysely';

/*
 * A migration only adds, so that the build of before can go on beside the next one, for as long as an upgrade takes. One that
 * would write wrongly from then on is kept out: the database names the oldest build that may write, and each asks at its start and in
 * every transaction that writes.
 */

/** Stands with the facts of the installation. */
export const OLDEST_BUILD = 'oldest-build';

/** `build`: the number of the migration that raises the mark. */
export async function raiseMark(db: Kysely<unknown>, build: number): Promise<void> {
  await sql`delete from installation where name = ${OLDEST_BUILD}`.execute(db);
  await sql`insert into installation (name, value) values (${OLDEST_BUILD}, ${String(build)})`.execute(db);
}

/** The names of the migrations that a database has had, and its mark; none and 0 where there was no migration or no mark. */
export async function readMark<T>(db: Kysely<T>): Promise<{ applied: string[]; oldestBuild: number }> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  const has = (table: string) => tables.some(({ name }) => name === table);
  const applied = has('kysely_migration')
    ? await sql<{ name: string }>`select name from kysely_migration`.execute(db)
    : { rows: [] };
  const marks = has('installation')
    ? await sql<{ value: string }>`select value from installation where name = ${OLDEST_BUILD}`.execute(db)
    : { rows: [] };
  return { applied: applied.rows.map(({ name }) => name), oldestBuild: Number(marks.rows[0]?.value ?? 0) };
}
