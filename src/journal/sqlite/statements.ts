import type { SqliteDatabase } from 'kysely';
import type Database from 'libsql';

type Prepared = ReturnType<SqliteDatabase['prepare']>;

const TRANSACTION_CONTROL = /^\s*(begin|commit|rollback|savepoint|release)\b/i;

/**
 * The database for Kysely, without statements left in progress. libsql leaves a statement that met SQLITE_BUSY in
 * progress until it runs again or is garbage-collected. Until then this process cannot commit (after a begin or commit
 * that met it), or it keeps every other process from committing (after a read). So the statements that begin and end
 * transactions are executed and never prepared, and every other text is prepared once: a second try then runs the very
 * statement that was left over.
 */
export function withoutLeftovers(database: Database.Database): SqliteDatabase {
  const statements = new Map<string, Prepared>();
  return {
    close: () => void database.close(),
    prepare(text) {
      if (TRANSACTION_CONTROL.test(text)) return executed(database, text);
      const known = statements.get(text) ?? (database.prepare(text) as unknown as Prepared);
      statements.set(text, known);
      return known;
    },
  };
}

/** Looks like a prepared statement, and runs without one. */
function executed(database: Database.Database, text: string): Prepared {
  return {
    reader: false,
    all: () => [],
    run: () => {
      database.exec(text);
      return { changes: 0, lastInsertRowid: 0 };
    },
    iterate: () => [][Symbol.iterator](),
  };
}
