import type { NewOpening } from '../../domain/journal';
import type { CaseRef } from '../../domain/types';
import type { CaseEnd } from '../../domain/vocabulary';
import type { CaseOpening } from '../port';
import { findByEffectKey, insertEntry } from './entries';
import type { Db } from './rows';

/** The ends of a case after which the event can be ordered again. */
const ENDS_THAT_FREE_THE_EVENT: readonly string[] = ['aborted', 'refused'] satisfies CaseEnd[];

export async function openCaseOnce(db: Db, ref: CaseRef, entry: NewOpening): Promise<CaseOpening> {
  const existing = await findByEffectKey(db, ref.caseId, entry);
  if (existing) return { opened: existing };
  const takenBy = await findHoldingCase(db, ref.eventNumber, ref.caseId);
  return takenBy ? { takenBy } : { opened: await insertEntry(db, ref, entry) };
}

/** `exceptCaseId`: the case to ignore. */
export async function findHoldingCase(
  db: Db,
  eventNumber: string,
  exceptCaseId = '',
): Promise<string | null> {
  const row = await db
    .selectFrom('entry as opening')
    .select('opening.case_id')
    .where('opening.event_number', '=', eventNumber)
    .where('opening.kind', '=', 'opening')
    .where('opening.case_id', '!=', exceptCaseId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('entry as ending')
            .select('ending.seq')
            .whereRef('ending.case_id', '=', 'opening.case_id')
            .where('ending.kind', '=', 'end')
            .where('ending.outcome', 'in', ENDS_THAT_FREE_THE_EVENT),
        ),
      ),
    )
    .executeTakeFirst();
  return row?.case_id ?? null;
}

/** The newest case of an event, a refused one too. */
export async function findLatestCase(db: Db, house: string, eventNumber: string): Promise<string | null> {
  const row = await db
    .selectFrom('entry')
    .select('case_id')
    .where('event_number', '=', eventNumber)
    .where('house', '=', house)
    .where('kind', 'in', ['opening', 'refusal'])
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  return row?.case_id ?? null;
}
