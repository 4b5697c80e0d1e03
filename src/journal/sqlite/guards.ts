import { sql, type Kysely } from 'kysely';
import { APPEND_ONLY_TABLES } from '../sql/migrations';
import { LIST_KEEPERS } from './listed-cases';

const CHANGES = ['update', 'delete'] as const;

/** The triggers that every journal must have, each as SQLite writes it down. */
const GUARDS: ReadonlyMap<string, string> = new Map([
  ...APPEND_ONLY_TABLES.flatMap((table) =>
    CHANGES.map((change): [string, string] => [guardName(table, change), asKept(guard(table, change))]),
  ),
  ...Object.entries(LIST_KEEPERS).map(([name, trigger]): [string, string] => [name, asKept(trigger)]),
]);

function asKept(trigger: string): string {
  return plain(`create trigger ${trigger}`);
}

/** Triggers hold "append-only" against every program that opens the file. */
export async function forbidChanges(db: Kysely<unknown>, table: string): Promise<void> {
  for (const change of CHANGES)
    await sql`create trigger if not exists ${sql.raw(guard(table, change))}`.execute(db);
}

/** A trigger of the database, and what it does. */
interface Trigger {
  name: string;
  sql: string;
}

/** The names of the guards that are gone or do something else, and of triggers that are none of ours. */
export function findBrokenGuards(triggers: readonly Trigger[]): string[] {
  const found = new Map(triggers.map(({ name, sql: text }) => [name, plain(text)]));
  const names = new Set([...GUARDS.keys(), ...found.keys()]);
  return [...names].filter((name) => found.get(name) !== GUARDS.get(name));
}

function guard(table: string, change: string): string {
  return `${guardName(table, change)} before ${change} on "${table}"
    begin select raise(abort, 'the journal is append-only'); end`;
}

/** The blanks have changed from version to version. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().toLowerCase();
}

function guardName(table: string, change: string): string {
  return `${table}_no_${change}`;
}
