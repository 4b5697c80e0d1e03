import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from './rows';
import type { Hold } from './writer';

export interface Job {
  hold: Hold;
  work: (transaction: Db) => Promise<unknown>;
}

/** How a job ended within its transaction. */
export type End = { value: unknown } | { error: unknown };

/** Does the jobs in one transaction, and resolves when its commit is on the disk: to the end of each, in the same order. */
type Commit = (jobs: readonly Job[]) => Promise<End[]>;

interface Waiting extends Job {
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/**
 * Works that arrive while the disk is busy share the next commit, because the disk costs the time and not the lines. Each
 * resolves only when its commit is on the disk, and one that fails takes nothing of the others with it.
 */
export class GroupCommit {
  private waiting: Waiting[] = [];
  private isWriting = false;

  constructor(private readonly commit: Commit) {}

  write<T>(hold: Hold, work: (transaction: Db) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ hold, work, resolve, reject });
      if (!this.isWriting) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      // Calls that have arrived by now run first, and join this commit.
      await setImmediate();
      await settle(this.commit, this.waiting.splice(0));
    }
    this.isWriting = false;
  }
}

async function settle(commit: Commit, jobs: readonly Waiting[]): Promise<void> {
  try {
    const ends = await commit(jobs);
    jobs.forEach(({ resolve, reject }, index) => {
      const end = ends[index] as End;
      if ('error' in end) reject(end.error);
      else resolve(end.value as never);
    });
  } catch (error) {
    for (const { reject } of jobs) reject(error);
  }
}

/**
 * Runs a job so that its failure undoes what it wrote, and nothing else: to a savepoint, or, where it `isAlone`, with the
 * transaction, which its caller then does not commit. `isWhole`: the error ends the whole transaction.
 */
export async function runJob(
  connection: Db,
  { work }: Job,
  isWhole: (error: unknown) => boolean,
  isAlone: boolean,
): Promise<End> {
  if (!isAlone) await sql`savepoint job`.execute(connection);
  let end: End;
  try {
    end = { value: await work(connection) };
  } catch (error) {
    if (isWhole(error)) throw error;
    if (!isAlone) await sql`rollback to savepoint job`.execute(connection);
    end = { error };
  }
  if (!isAlone) await sql`release savepoint job`.execute(connection);
  return end;
}

/** There is nothing to commit. */
export function areUndone(ends: readonly End[]): boolean {
  return ends.every((end) => 'error' in end);
}
