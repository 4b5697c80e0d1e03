import { sql } from 'kysely';
import { requireCurrent } from '../sql/migrations';
import type { Db } from '../sql/rows';
import { connect } from './connect';
import { withPatience } from './failures';

/** Lets a work read everything as it was at one moment, while others go on writing. */
export async function withPostgresSnapshot<T>(databaseUrl: string, work: (db: Db) => Promise<T>): Promise<T> {
  const db = connect(databaseUrl);
  try {
    await withPatience(() => requireCurrent(db));
    return await db.connection().execute(async (connection) => {
      await sql`begin isolation level repeatable read read only`.execute(connection);
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(connection);
      const done = await work(connection);
      await sql`commit`.execute(connection);
      return done;
    });
  } finally {
    await db.destroy();
  }
}
