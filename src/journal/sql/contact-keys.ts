import type { EntryOf, NewEntry } from '../../domain/journal';
import type { Contact, SealedContact } from '../../domain/types';
import { newContactKey, sealContact, withContact } from '../contact';
import type { ErasureWish } from '../port';
import type { Db } from './rows';

/** `null`: no contact of the case was ever sealed, or its key was erased. */
export async function findContactKey(db: Db, caseId: string): Promise<string | null> {
  const row = await db
    .selectFrom('contact_key')
    .select('key')
    .where('case_id', '=', caseId)
    .executeTakeFirst();
  return row?.key ?? null;
}

/** `false`: there is no key to erase. A later wish takes the place of an earlier one. */
export async function noteWish(
  db: Db,
  caseId: string,
  { actor, actorId, reason }: ErasureWish,
): Promise<boolean> {
  const noted = await db
    .updateTable('contact_key')
    .set({ wished_by: actor, wished_by_id: actorId, wish_reason: reason })
    .where('case_id', '=', caseId)
    .executeTakeFirst();
  return noted.numUpdatedRows > 0n;
}

/** A new key for the contact of a case or of a series. */
export async function makeContactKey(db: Db, caseId: string): Promise<string> {
  const key = newContactKey();
  await db.insertInto('contact_key').values({ case_id: caseId, key }).execute();
  return key;
}

/** A line as it may stand for good: the contact of an order is sealed with a key that is made with the line. */
export async function withoutContact<E extends NewEntry>(db: Db, caseId: string, entry: E): Promise<E> {
  const contact = contactIn(entry);
  if (contact === undefined) return entry;
  const key = await makeContactKey(db, caseId);
  return withContact(entry as E & EntryOf<'check'>, sealContact(key, caseId, contact as Contact));
}

/** Whatever the order of a first line names: other lines hold no order. */
function contactIn(entry: NewEntry): Contact | SealedContact | undefined {
  return entry.operation === 'check'
    ? (entry.after as Partial<typeof entry.after>)?.input?.order.contact
    : undefined;
}
