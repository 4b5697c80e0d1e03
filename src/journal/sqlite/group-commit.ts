import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '../sql/rows';
import type { Writer } from '../sql/writer';
import { isConflict, retryOnConflict } from './conflicts';

interface Job {
  work: (transaction: Db) => Promise<unknown>;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/** How a job ended within its transaction. */
type End = { value: unknown } | { error: unknown };

/**
 * Writes in transactions that take the write lock at their begin, so that what a work reads is still true when it
 * writes. Works that arrive while the disk is busy share the next commit, because the disk costs the time and not the
 * lines. Each resolves only when its commit is on the disk, and one that fails takes nothing of the others with it.
 */
export class GroupCommit implements Writer {
  private waiting: Job[] = [];
  private isWriting = false;

  /** `mayWrite`: rejects where this process may write nothing more; asked in each transaction, before its works. */
  constructor(
    private readonly db: Db,
    private readonly mayWrite: (transaction: Db) => Promise<void>,
  ) {}

  write<T>(work: (transaction: Db) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ work, resolve, reject });
      if (!this.isWriting) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      // Calls that have arrived by now run first, and join this commit.
      await setImmediate();
      await this.commit(this.waiting.splice(0));
    }
    this.isWriting = false;
  }

  private async commit(jobs: readonly Job[]): Promise<void> {
    try {
      const ends = await retryOnConflict(() => this.inOneTransaction(jobs));
      jobs.forEach(({ resolve, reject }, index) => {
        const end = ends[index] as End;
        if ('error' in end) reject(end.error);
        else resolve(end.value as never);
      });
    } catch (error) {
      for (const { reject } of jobs) reject(error);
    }
  }

  private inOneTransaction(jobs: readonly Job[]): Promise<End[]> {
    return this.db.connection().execute(async (connection) => {
      await sql`begin immediate`.execute(connection);
      try {
        await this.mayWrite(connection);
        const ends: End[] = [];
        for (const { work } of jobs) ends.push(await inSavepoint(connection, work));
        await sql`commit`.execute(connection);
        return ends;
      } catch (error) {
        await sql`rollback`.execute(connection);
        throw error;
      }
    });
  }
}

async function inSavepoint(connection: Db, work: Job['work']): Promise<End> {
  await sql`savepoint job`.execute(connection);
  try {
    return { value: await work(connection) };
  } catch (error) {
    if (isConflict(error)) throw error;
    await sql`rollback to job`.execute(connection);
    return { error };
  } finally {
    await sql`release job`.execute(connection);
  }
}
