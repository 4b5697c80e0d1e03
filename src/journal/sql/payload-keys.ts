import type { KeyUse } from '../../domain/payload-keys';
import type { Db } from './rows';

/** The first note of a key stays; a later one moves its last use. */
export async function noteKeyUse(db: Db, id: string): Promise<void> {
  const now = new Date().toISOString();
  await db
    .insertInto('payload_key')
    .values({ id, first_used_at: now, last_used_at: now })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ last_used_at: now }))
    .execute();
}

/** Oldest first. */
export async function readKeyUses(db: Db): Promise<KeyUse[]> {
  const rows = await db
    .selectFrom('payload_key')
    .selectAll()
    .orderBy('first_used_at')
    .orderBy('id')
    .execute();
  return rows.map(({ id, first_used_at, last_used_at }) => ({
    id,
    firstUsedAt: first_used_at,
    lastUsedAt: last_used_at,
  }));
}
