import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { areUndone, GroupCommit, runJob, type End, type Job } from '../sql/group-commit';
import type { Db } from '../sql/rows';
import { HOLD_EVERYTHING, HOLD_INSTALLATION, type Writer } from '../sql/writer';
import { isConflict, isConnectionLost, withPatience } from './failures';

/** The first number of our advisory locks; the second one is what they hold. */
const LOCK = { installation: 41_001, names: 41_002, caseChain: 41_003 } as const;

/** A commit that was sent, and not answered. */
interface LostCommit {
  token: string;
  ends: readonly End[];
}

/**
 * Writes under advisory locks, which are taken in one order by all: the installation (by almost every work together with the
 * others), then what the works hold, sorted, then the chain over the cases. `read committed`: each statement sees what was
 * committed before it, so also what another process wrote while a lock was waited for.
 *
 * Each commit leaves a token in the row of its process. Where the answer to a commit is lost, the row says whether it was
 * done; asking waits for a commit that the database is still about.
 *
 * `mayWrite`: rejects where this process may write nothing more; asked in each transaction, before its works.
 */
export function createPostgresWriter(db: Db, mayWrite: (transaction: Db) => Promise<void>): Writer {
  const process = randomUUID();
  const untold = new Set<string>();
  let lost: LostCommit | null = null;

  /** Whether the lost commit was done. */
  async function settle(): Promise<boolean> {
    const { rows } = await sql<{ token: string }>`
      insert into last_commit (process, token, at) values (${process}, '', now())
      on conflict (process) do update set token = last_commit.token returning token`.execute(db);
    const isDone = rows[0]?.token === lost?.token;
    lost = null;
    return isDone;
  }

  async function attempt(jobs: readonly Job[]): Promise<End[]> {
    const token = randomUUID();
    return db.connection().execute(async (connection) => {
      const ends = await undoneOnError(connection, async () => {
        await sql`begin isolation level read committed read write`.execute(connection);
        await hold(connection, jobs);
        await mayWrite(connection);
        const done = await runAll(connection, jobs);
        if (areUndone(done)) return done;
        await sql`
          insert into last_commit (process, token, at) values (${process}, ${token}, now())
          on conflict (process) do update set token = excluded.token, at = excluded.at`.execute(connection);
        return done;
      });
      if (areUndone(ends)) {
        await sql`rollback`.execute(connection);
        return ends;
      }
      try {
        await sql`commit`.execute(connection);
      } catch (error) {
        if (!isConnectionLost(error)) throw error;
        lost = { token, ends };
      }
      return ends;
    });
  }

  /** A commit of an earlier call, whose callers were told that its outcome is not known. */
  async function settleEarlier(): Promise<void> {
    if (lost === null) return;
    const { ends } = lost;
    if (await withPatience(settle)) for (const hash of ends.flatMap(hashOf)) untold.add(hash);
  }

  async function commit(jobs: readonly Job[]): Promise<End[]> {
    await settleEarlier();
    let ends: End[] = [];
    await withPatience(async () => {
      for (;;) {
        if (lost === null) ends = await attempt(jobs);
        if (lost === null || (await settle())) return;
      }
    });
    return ends;
  }

  const commits = new GroupCommit(commit);
  return {
    write: (holds, work) => commits.write(holds, work),
    takeUntold: (hash) => untold.delete(hash),
  };
}

/** The hash of a line that a work has returned. */
function hashOf(end: End): string[] {
  const value = 'value' in end ? end.value : null;
  const hash = (value as { hash?: unknown } | null)?.hash;
  return typeof hash === 'string' ? [hash] : [];
}

async function hold(connection: Db, jobs: readonly Job[]): Promise<void> {
  const names = new Set(jobs.flatMap((job) => job.hold.names));
  const { installation } = LOCK;
  const isAlone = names.delete(HOLD_EVERYTHING);
  // Such a work looks at other databases meanwhile.
  if (isAlone)
    await sql`select set_config('idle_in_transaction_session_timeout', '0', true)`.execute(connection);
  if (names.delete(HOLD_INSTALLATION) || isAlone)
    await sql`select pg_advisory_xact_lock(${installation}::int, 0)`.execute(connection);
  else await sql`select pg_advisory_xact_lock_shared(${installation}::int, 0)`.execute(connection);
  const keys = [...new Set([...names].map(lockKey))].sort((one, other) => one - other);
  if (keys.length > 0)
    await sql`select pg_advisory_xact_lock(${LOCK.names}::int, key) from unnest(${keys}::int[]) as key`.execute(
      connection,
    );
}

/** Two names may share a key: then one waits for the other, which does no harm. */
function lockKey(name: string): number {
  return createHash('sha256').update(name).digest().readInt32BE();
}

/** The ends stand in the order of the jobs. Those that open a case run last: the lock that they need is held by one process. */
async function runAll(connection: Db, jobs: readonly Job[]): Promise<End[]> {
  const ends: End[] = [];
  const run = async (entersCase: boolean) => {
    for (const [index, job] of jobs.entries())
      if ((job.hold.entersCase ?? false) === entersCase)
        ends[index] = await runJob(connection, job, endsTransaction, jobs.length === 1);
  };
  await run(false);
  if (jobs.some((job) => job.hold.entersCase)) {
    await sql`select pg_advisory_xact_lock(${LOCK.caseChain}::int, 0)`.execute(connection);
    await run(true);
  }
  return ends;
}

const endsTransaction = (error: unknown) => isConflict(error) || isConnectionLost(error);

async function undoneOnError<T>(connection: Db, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Where the connection is gone, the database has undone everything by itself.
    await sql`rollback`.execute(connection).catch(() => {});
    throw error;
  }
}
