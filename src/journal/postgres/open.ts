import type { SqlConnection } from '../sql/sql-journal';
import { requireCurrent, requireMayWrite } from '../sql/migrations';
import type { Db } from '../sql/rows';
import { connect } from './connect';
import { withPatience } from './failures';
import { createPostgresWriter } from './writer';

/** Opens the journal in PostgreSQL, whose tables `migratePostgres` has made. Every acknowledged line is on the disk. */
export async function openPostgres(databaseUrl: string): Promise<SqlConnection> {
  const db = connect(databaseUrl);
  try {
    await withPatience(() => requireCurrent(db));
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return journalIn(db);
}

/** A database whose tables are there and up to date. */
export function journalIn(db: Db): SqlConnection {
  return { db, writer: createPostgresWriter(db, requireMayWrite), read: withPatience, overwriteDeletedKeys };
}

/** PostgreSQL overwrites nothing: what is deleted goes with the next vacuum, and from the log of the database as it is kept. */
const overwriteDeletedKeys = () => Promise.resolve();
