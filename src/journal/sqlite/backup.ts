import { fileURLToPath } from 'node:url';
import Database from 'libsql';

const LOCK_PATIENCE_MS = 10_000;

/** Writes the journal, as it is at one moment, into an empty file. Others go on writing as soon as it is read. */
export function backupSqlite(databaseUrl: string, path: string): void {
  const database = new Database(fileURLToPath(databaseUrl));
  try {
    database.exec(`pragma busy_timeout = ${LOCK_PATIENCE_MS}`);
    database.prepare('vacuum into ?').run(path);
  } finally {
    database.close();
  }
}
