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

export function noteInstallationId(db: Db): Promise<string> {
  return noteOnce(db, 'id', randomUUID());
}

export async function replaceInstallationId(db: Db): Promise<string> {
  await db.deleteFrom('installation').where('name', '=', 'id').execute();
  return noteInstallationId(db);
}
