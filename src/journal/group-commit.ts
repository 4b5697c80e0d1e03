import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import { KnownFailure } from '../domain/failures';

/** How long a call waits for other processes that write, in milliseconds. */
const CONFLICT_PATIENCE_MS = 5_000;
const CONFLICT_PAUSE_MS = 20;

interface Job<D> {
  work: (transaction: Kysely<D>) => Promise<unknown>;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/** How a job has ended within its transaction. */
type End = { value: unknown } | { error: unknown };

/**
 * Writes in transactions that take the write lock at their begin, so that what a work reads is still true when it
 * writes. Works that come in while the disk is busy share the next commit: it is the disk that costs time, not the
 * lines. Each resolves only when its commit is on the disk, and one that fails takes nothing of the others with it.
 */
export class GroupCommit<D> {
  private waiting: Job<D>[] = [];
  private isWriting = false;

  constructor(private readonly db: Kysely<D>) {}

  /** `work` may be done more than once, when another process holds the lock: only the last time counts. */
  write<T>(work: (transaction: Kysely<D>) => Promise<T>): Promise<T> {
    return asJournalFailure(
      () =>
        new Promise<T>((resolve, reject) => {
          this.waiting.push({ work, resolve, reject });
          if (!this.isWriting) void this.writeAll();
        }),
    );
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      // Everything that has arrived by now comes first: it joins.
      await setImmediate();
      await this.commit(this.waiting.splice(0));
    }
    this.isWriting = false;
  }

  private async commit(jobs: readonly Job<D>[]): Promise<void> {
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

  private inOneTransaction(jobs: readonly Job<D>[]): Promise<End[]> {
    return this.db.connection().execute(async (connection) => {
      await sql`begin immediate`.execute(connection);
      try {
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

async function inSavepoint<D>(connection: Kysely<D>, work: Job<D>['work']): Promise<End> {
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

/** Tries again while another process writes. */
export async function retryOnConflict<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + CONFLICT_PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isConflict(error) || Date.now() > deadline) throw error;
      await sleep(CONFLICT_PAUSE_MS * (0.5 + Math.random()));
    }
  }
}

function isConflict(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^SQLITE_(BUSY|LOCKED)/.test(code);
}

/** What the database says, as a row of the failure table. */
export async function asJournalFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KnownFailure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new KnownFailure('journal-unavailable', reason, { cause: error });
  }
}
