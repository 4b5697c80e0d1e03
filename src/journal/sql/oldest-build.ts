import { sql, type Kysely } from 'kysely';

/*
 * A migration only adds, so that the build of before can go on beside the next one, for as long as an upgrade takes. One that
 * would write wrongly from then on is kept out: the database names the oldest build that may write, and each asks at its start and in
 * every transaction that writes.
 */

/** Both stand with the facts of the installation. */
export const OLDEST_BUILD = 'oldest-build';
export const MOVED_TO = 'moved-to';

/** No build has this number: whoever knows only the mark is kept out as well. */
export const NO_BUILD = 999_999;

/** `build`: the number of the migration that raises the mark. */
export async function raiseMark<T>(db: Kysely<T>, build: number): Promise<void> {
  await sql`delete from installation where name = ${OLDEST_BUILD}`.execute(db);
  await sql`insert into installation (name, value) values (${OLDEST_BUILD}, ${String(build)})`.execute(db);
}

/** The first build that asks before it writes to Jet, and the oldest one that may write while that is no matter. */
const ASKS = 17;
const SIGNS = 9;

/** While writes are off, no build writes that does not ask: without a line before it there is no write to Jet. */
export async function keepOutThoseWhoDoNotAsk<T>(db: Kysely<T>, areWritesOn: boolean): Promise<void> {
  const { oldestBuild } = await readMark(db);
  if (!areWritesOn && oldestBuild < ASKS) await raiseMark(db, ASKS);
  if (areWritesOn && oldestBuild === ASKS) await raiseMark(db, SIGNS);
}

/** What a database says of itself: its migrations, its mark (0: none), and where it has moved to. */
export interface SchemaMark {
  applied: readonly string[];
  oldestBuild: number;
  movedTo: string | null;
}

/** `facts`: of the installation, by their names. */
export function toMark(applied: readonly string[], facts: ReadonlyMap<string, string>): SchemaMark {
  return {
    applied,
    oldestBuild: Number(facts.get(OLDEST_BUILD) ?? 0),
    movedTo: facts.get(MOVED_TO) ?? null,
  };
}

/** Of any database, also of one that has no tables yet. */
export async function readMark<T>(db: Kysely<T>): Promise<SchemaMark> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  const has = (table: string) => tables.some(({ name }) => name === table);
  const applied = has('kysely_migration')
    ? await sql<{ name: string }>`select name from kysely_migration`.execute(db)
    : { rows: [] };
  const facts = has('installation')
    ? await sql<{ name: string; value: string }>`select name, value from installation`.execute(db)
    : { rows: [] };
  return toMark(
    applied.rows.map(({ name }) => name),
    new Map(facts.rows.map(({ name, value }) => [name, value])),
  );
}
