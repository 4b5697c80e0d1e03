import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';
import { migrate, requireMayWrite } from '../sql/migrations';
import type { Db, Tables } from '../sql/rows';
import type { SqlConnection } from '../sql/sql-journal';
import { retryOnConflict } from './conflicts';
import { forbidChanges } from './guards';
import { overwriteDeletedKeys } from './deleted-keys';
import { keepList } from './listed-cases';
import { withoutLeftovers } from './statements';
import { createSqliteWriter } from './writer';

/** Opens the journal in the file, and makes it where it is missing. Every acknowledged line is on the disk. */
export async function openSqlite(databaseUrl: string): Promise<SqlConnection> {
  const path = fileURLToPath(databaseUrl);
  mkdirSync(dirname(path), { recursive: true });
  const database = new Database(path);
  await configure(database);
  const db: Db = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: withoutLeftovers(database) }),
  });
  await migrateAlone(database, db);
  return {
    db,
    writer: createSqliteWriter(db, requireMayWrite),
    read: retryOnConflict,
    overwriteDeletedKeys,
  };
}

async function configure(database: Database.Database): Promise<void> {
  // SQLite's own waiting would block the event loop, and with it the heartbeats: conflicts are retried here.
  database.exec('pragma busy_timeout = 0');
  // No WAL: the embedded SQLite predates the fix of its reset bug. The pragma takes a lock, and the worker and the API
  // start at the same moment.
  await retryOnConflict(async () => void database.exec('pragma journal_mode = delete'));
  database.exec('pragma synchronous = full');
  // What is deleted is overwritten: nobody finds an erased key in the file.
  database.exec('pragma secure_delete = on');
}

/**
 * One process migrates; a second one waits for the lock and finds nothing left to do. The lock comes before the first
 * migration, because a statement that met another process's lock half way would not run again, and would keep its own
 * lock for good.
 */
async function migrateAlone(database: Database.Database, db: Db): Promise<void> {
  await retryOnConflict(async () => void database.exec('begin exclusive'));
  try {
    await migrate(db, { text: 'text', forbidChanges, keepList });
    database.exec('commit');
  } catch (error) {
    database.exec('rollback');
    throw error;
  }
}
