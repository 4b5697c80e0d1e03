import { randomUUID } from 'node:crypto';
import type { Db } from './rows';

type Fact = 'id' | 'sealed-since';

/** A fact of this installation: the first note of it stays. Returns what stands there. */
export async function noteOnce(db: Db, name: Fact, value: string): Promise<string> {
  await db
    .insertInto('installation')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const noted = await db
    .selectFrom('installation')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return noted.value;
}

/**
 * A journal of before there were ids is named after its oldest line, so that each of its copies has the same id: an older one
 * may be put back, and then the right one again.
 */
export async function noteInstallationId(db: Db): Promise<string> {
  const oldest = await db
    .selectFrom('entry')
    .select('hash')
    .orderBy('at')
    .orderBy('case_id')
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  return noteOnce(db, 'id', oldest?.hash ?? randomUUID());
}

export async function replaceInstallationId(db: Db): Promise<string> {
  await db.deleteFrom('installation').where('name', '=', 'id').execute();
  return noteOnce(db, 'id', randomUUID());
}
