import { sql } from 'kysely';
import { areUndone, GroupCommit, runJob, type End, type Job } from '../sql/group-commit';
import type { Db } from '../sql/rows';
import type { Writer } from '../sql/writer';
import { isConflict, retryOnConflict } from './conflicts';

/**
 * Writes in transactions that take the write lock at their begin, so that what a work reads is still true when it writes.
 *
 * `mayWrite`: rejects where this process may write nothing more; asked in each transaction, before its works.
 */
export function createSqliteWriter(db: Db, mayWrite: (transaction: Db) => Promise<void>): Writer {
  const inOneTransaction = (jobs: readonly Job[]) =>
    db.connection().execute(async (connection) => {
      await sql`begin immediate`.execute(connection);
      try {
        await mayWrite(connection);
        const ends: End[] = [];
        for (const job of jobs) ends.push(await runJob(connection, job, isConflict, jobs.length === 1));
        await (areUndone(ends) ? sql`rollback` : sql`commit`).execute(connection);
        return ends;
      } catch (error) {
        await sql`rollback`.execute(connection);
        throw error;
      }
    });
  const commits = new GroupCommit((jobs) => retryOnConflict(() => inOneTransaction(jobs)));
  return {
    write: (hold, work) => commits.write(hold, work),
    // Its commits are calls in this very process: none gets lost.
    takeUntold: () => false,
  };
}
