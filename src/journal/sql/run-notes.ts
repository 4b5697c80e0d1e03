import type { NamedRun } from '../port';
import type { Instant } from '../../domain/types';
import { noteOnce } from './installation';
import type { Db } from './rows';

/** `false`: the seal came with another run before. */
export async function nameRunOnce(db: Db, { caseId, firstRunId, seal }: NamedRun): Promise<boolean> {
  await db
    .insertInto('named_run')
    .values({ seal, case_id: caseId, first_run_id: firstRunId })
    .onConflict((conflict) => conflict.column('seal').doNothing())
    .execute();
  const named = await db
    .selectFrom('named_run')
    .select('first_run_id')
    .where('seal', '=', seal)
    .executeTakeFirstOrThrow();
  return named.first_run_id === firstRunId;
}

export async function readNamedRuns(db: Db, caseId: string): Promise<string[]> {
  const named = await db
    .selectFrom('named_run')
    .select('first_run_id')
    .where('case_id', '=', caseId)
    .execute();
  return named.map(({ first_run_id }) => first_run_id);
}

/** An installation without a line has no runs of before, whatever its clock says. */
const FROM_THE_BEGINNING: Instant = '1970-01-01T00:00:00.000Z';

export async function noteSealedSince(db: Db): Promise<Instant> {
  const first = await db.selectFrom('entry').select('case_id').limit(1).executeTakeFirst();
  return noteOnce(db, 'sealed-since', first ? new Date().toISOString() : FROM_THE_BEGINNING);
}
