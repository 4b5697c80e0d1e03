import type { Instant } from '../../domain/types';
import type { StoredSession } from '../port';
import type { Db } from './rows';

export async function add(db: Db, session: StoredSession): Promise<void> {
  const { idHash, tokenSha256, startedAt, activeAt } = session;
  await db
    .insertInto('session')
    .values({ id_hash: idHash, token_sha256: tokenSha256, started_at: startedAt, active_at: activeAt })
    .execute();
}

export async function find(db: Db, idHash: string): Promise<StoredSession | null> {
  const row = await db.selectFrom('session').selectAll().where('id_hash', '=', idHash).executeTakeFirst();
  // A session of another kind, which a later version has begun, is not one for this version.
  if (!row || row.token_sha256 === null) return null;
  return { idHash, tokenSha256: row.token_sha256, startedAt: row.started_at, activeAt: row.active_at };
}

/** Instants are kept in UTC with the same number of digits, so they compare as text. */
export async function touch(db: Db, idHash: string, at: Instant): Promise<void> {
  await db
    .updateTable('session')
    .set({ active_at: at })
    .where('id_hash', '=', idHash)
    .where('active_at', '<', at)
    .execute();
}

export async function remove(db: Db, idHash: string): Promise<void> {
  await db.deleteFrom('session').where('id_hash', '=', idHash).execute();
}

export async function removeOlder(
  db: Db,
  { startedAt, activeAt }: { startedAt: Instant; activeAt: Instant },
): Promise<void> {
  await db
    .deleteFrom('session')
    .where(({ or, eb }) => or([eb('started_at', '<', startedAt), eb('active_at', '<', activeAt)]))
    .execute();
}
