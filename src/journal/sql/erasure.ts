import type { ContactState } from '../../domain/contact';
import { erasureKey, INSTALLATION, type ErasureLine } from '../../domain/installation';
import type { CaseRef } from '../../domain/types';
import type { Erasure, KeptContact } from '../port';
import { findContactKey } from './contact-keys';
import { findRow, type Writing } from './entries';
import { appendToInstallation } from './installation';
import type { Db } from './rows';

export async function findContact(db: Db, caseId: string): Promise<ContactState> {
  // The line comes first: a key that somebody has put back opens nothing any more.
  const erased = await findRow(db, INSTALLATION, erasureKey(caseId));
  if (erased) return { erasedAt: erased.at };
  const key = await findContactKey(db, caseId);
  return key === null ? null : { key };
}

/** Those whose case ended longest ago come first, those of open cases last. */
export async function listKeptContacts(db: Db): Promise<KeptContact[]> {
  const rows = await db
    .selectFrom('contact_key as kept')
    .innerJoin('entry as first', (join) =>
      join.onRef('first.case_id', '=', 'kept.case_id').on('first.seq', '=', 1),
    )
    .leftJoin('entry as last', (join) =>
      join.onRef('last.case_id', '=', 'kept.case_id').on('last.kind', 'in', ['end', 'refusal']),
    )
    .select([
      'kept.case_id as caseId',
      'kept.wished_by',
      'kept.wished_by_id',
      'kept.wish_reason',
      'first.house as house',
      'first.event_number as eventNumber',
      'last.at as endedAt',
    ])
    .orderBy('last.at', (order) => order.asc().nullsLast())
    .orderBy('kept.case_id')
    .execute();
  return rows.map(({ wished_by, wished_by_id, wish_reason, ...contact }) => ({
    ...contact,
    wish:
      wished_by !== null && wish_reason !== null
        ? { actor: wished_by, actorId: wished_by_id, reason: wish_reason }
        : null,
  }));
}

/** `null`: there was no key to erase. */
export async function eraseContact(
  writing: Writing,
  { caseId }: CaseRef,
  { actor, actorId, ...what }: Erasure,
): Promise<ErasureLine | null> {
  const { db } = writing;
  if ((await findContactKey(db, caseId)) === null) return null;
  if (!(await hasEnded(db, caseId)))
    throw new Error(`case ${caseId} is open, and its mails need the contact`);
  await db.deleteFrom('contact_key').where('case_id', '=', caseId).execute();
  const line = await appendToInstallation(writing, {
    actor,
    actorId,
    operation: 'contact-erased',
    effectKey: erasureKey(caseId),
    before: null,
    after: { caseId, ...what },
  });
  return line as ErasureLine;
}

async function hasEnded(db: Db, caseId: string): Promise<boolean> {
  const last = await db
    .selectFrom('entry')
    .select('seq')
    .where('case_id', '=', caseId)
    .where('kind', 'in', ['end', 'refusal'])
    .executeTakeFirst();
  return last !== undefined;
}
