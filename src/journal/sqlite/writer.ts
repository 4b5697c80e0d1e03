import { CompiledQuery } from 'kysely';
import { GroupCommit, inSavepoint, type End, type Job } from '../sql/group-commit';
import type { Db } from '../sql/rows';
import type { Writer } from '../sql/writer';
import { isConflict, retryOnConflict } from './conflicts';

const BEGIN = CompiledQuery.raw('begin immediate');
const COMMIT = CompiledQuery.raw('commit');
const ROLLBACK = CompiledQuery.raw('rollback');

/**
 * Writes in transactions that take the write lock at their begin, so that what a work reads is still true when it writes.
 *
 * `mayWrite`: rejects where this process may write nothing more; asked in each transaction, before its works.
 */
export function createSqliteWriter(db: Db, mayWrite: (transaction: Db) => Promise<void>): Writer {
  const inOneTransaction = (jobs: readonly Job[]) =>
    db.connection().execute(async (connection) => {
      await connection.executeQuery(BEGIN);
      try {
        await mayWrite(connection);
        const ends: End[] = [];
        for (const job of jobs) ends.push(await inSavepoint(connection, job, isConflict));
        await connection.executeQuery(COMMIT);
        return ends;
      } catch (error) {
        await connection.executeQuery(ROLLBACK);
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
