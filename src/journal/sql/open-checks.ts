import type { Instant } from '../../domain/types';
import type { OpenCheck, Places } from '../port';
import type { Db, OpenCheckRow } from './rows';

/** Gives the check a place of its house. Resolves to how many have to become free before; 0: it has one. */
export async function enterCheck(
  db: Db,
  { caseId, house }: OpenCheck,
  { at, until, most, inARow, since }: Places,
): Promise<number> {
  await db
    .insertInto('open_check')
    .values({ case_id: caseId, house, asked_at: at, open_until: until, admitted_at: null })
    .onConflict((conflict) => conflict.column('case_id').doUpdateSet({ open_until: until }))
    .execute();
  await endOver(db, house, at);
  await forgetOver(db, house, at, since);
  const known = await db.selectFrom('open_check').selectAll().where('house', '=', house).execute();
  const check = known.find(({ case_id }) => case_id === caseId);
  if (!check || check.admitted_at !== null) return 0;

  const first = known.filter((other) => other.admitted_at === null && isBefore(other, check)).length;
  const admitted = known.filter(({ admitted_at }) => admitted_at !== null);
  const open = admitted.filter(({ open_until }) => open_until > at).length;
  const late = admitted.filter(({ admitted_at }) => admitted_at! > since).length;
  const missing = Math.max(first + open - most, first + late - inARow) + 1;
  if (missing > 0) return missing;
  await db.updateTable('open_check').set({ admitted_at: at }).where('case_id', '=', caseId).execute();
  return 0;
}

function isBefore(one: OpenCheckRow, other: OpenCheckRow): boolean {
  if (one.asked_at !== other.asked_at) return one.asked_at < other.asked_at;
  return one.case_id < other.case_id;
}

/** A check is over once its case is opened, refused or claimed by an abort. Any other line, of a mail to the house, ends nothing. */
async function endOver(db: Db, house: string, at: Instant): Promise<void> {
  await db
    .updateTable('open_check')
    .set({ open_until: at })
    .where('house', '=', house)
    .where('open_until', '>', at)
    .where(({ or, exists, selectFrom }) =>
      or([
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

/** One that is over, or that nobody has asked for again, is kept only while its place counts all the same. */
async function forgetOver(db: Db, house: string, at: Instant, since: Instant): Promise<void> {
  await db
    .deleteFrom('open_check')
    .where('house', '=', house)
    .where('open_until', '<=', at)
    .where(({ or, eb }) => or([eb('admitted_at', 'is', null), eb('admitted_at', '<=', since)]))
    .execute();
}
