import type { Db } from '../sql/rows';

/** So many rows go into one statement. */
const AT_ONCE = 200;

/**
 * Writes the table of the contact keys anew. `secure_delete` overwrites the row that is deleted, but not the copies that
 * SQLite leaves in a page whose rows it has moved to another one. Only pages that are given up as a whole are overwritten
 * as a whole, and they are when a table is emptied by one statement without a condition.
 */
export async function overwriteDeletedKeys(db: Db): Promise<void> {
  const kept = await db.selectFrom('contact_key').selectAll().execute();
  await db.deleteFrom('contact_key').execute();
  for (let at = 0; at < kept.length; at += AT_ONCE)
    await db
      .insertInto('contact_key')
      .values(kept.slice(at, at + AT_ONCE))
      .execute();
}
