import { sql, type Kysely } from 'kysely';
import { APPEND_ONLY_TABLES } from '../sql/migrations';

const CHANGES = ['update', 'delete'] as const;

/** The triggers that every journal must have. */
export const GUARDS: readonly string[] = APPEND_ONLY_TABLES.flatMap((table) =>
  CHANGES.map((change) => guardName(table, change)),
);

/** Triggers hold "append-only" against every program that opens the file. */
export async function forbidChanges(db: Kysely<unknown>, table: string): Promise<void> {
  for (const change of CHANGES) {
    await sql`
      create trigger if not exists ${sql.raw(guardName(table, change))} before ${sql.raw(change)} on ${sql.table(table)}
      begin select raise(abort, 'the journal is append-only'); end
    `.execute(db);
  }
}

function guardName(table: string, change: string): string {
  return `${table}_no_${change}`;
}
