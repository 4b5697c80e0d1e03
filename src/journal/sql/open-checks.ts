import type { Instant } from '../../domain/types';
import type { OpenCheck } from '../port';
import type { Db } from './rows';

/** How many open checks of the house have asked before this one, which counts as open from now on. */
export async function enterCheck(
  db: Db,
  { caseId, house }: OpenCheck,
  { at, until }: { at: Instant; until: Instant },
): Promise<number> {
  await db
    .insertInto('open_check')
    .values({ case_id: caseId, house, asked_at: at, open_until: until })
    .onConflict((conflict) => conflict.column('case_id').doUpdateSet({ open_until: until }))
    .execute();
  await forgetOver(db, house, at);
  const open = await db
    .selectFrom('open_check')
    .select('case_id')
    .where('house', '=', house)
    .orderBy('asked_at')
    .orderBy('case_id')
    .execute();
  return open.findIndex(({ case_id }) => case_id === caseId);
}

/**
 * A check is over once its case is opened, refused or claimed by an abort, or when nobody has asked again for too long. Any
 * other line, of a mail to the house, ends nothing.
 */
async function forgetOver(db: Db, house: string, at: Instant): Promise<void> {
  await db
    .deleteFrom('open_check')
    .where('house', '=', house)
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb('open_until', '<', at),
        exists(
          selectFrom('entry')
            .select('entry.seq')
            .whereRef('entry.case_id', '=', 'open_check.case_id')
            .where('entry.kind', 'in', ['opening', 'refusal']),
        ),
        exists(
          selectFrom('claim').select('claim.value').whereRef('claim.case_id', '=', 'open_check.case_id'),
        ),
      ]),
    )
    .execute();
}
