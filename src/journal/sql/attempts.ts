import { toInstant } from '../../domain/clock';
import { KnownFailure } from '../../domain/failures';
import type { StepName } from '../../domain/vocabulary';
import type { AttemptAtWork, WriteAttempt } from '../port';
import type { Db } from './rows';
import { readWritesState } from './writes';

/** So far apart may the clocks of two workers be, in milliseconds. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

/** Asks whether writes are on, and notes who has asked. Whoever switches them off later finds the attempt there. */
export async function beginAttempt(db: Db, { id, ref, step, mayLastMs }: WriteAttempt): Promise<void> {
  const { on } = await readWritesState(db);
  if (!on) throw new KnownFailure('writes-off', 'writes are switched off');
  const nowMs = Date.now();
  await db
    .insertInto('at_work')
    .values({
      id,
      case_id: ref.caseId,
      house: ref.house,
      event_number: ref.eventNumber,
      step,
      since: toInstant(nowMs),
      until: toInstant(nowMs + mayLastMs),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** With it go those of processes that have died long ago. */
export async function endAttempt(db: Db, id: string): Promise<void> {
  await db
    .deleteFrom('at_work')
    .where(({ eb, or }) => or([eb('id', '=', id), eb('until', '<', surelyOver())]))
    .execute();
}

export async function readAttempts(db: Db): Promise<AttemptAtWork[]> {
  const rows = await db
    .selectFrom('at_work')
    .selectAll()
    .where('until', '>=', surelyOver())
    .orderBy('since')
    .orderBy('id')
    .execute();
  return rows.map(({ id, case_id: caseId, house, event_number: eventNumber, step, since }) => ({
    id,
    ref: { caseId, house, eventNumber },
    step: step as StepName,
    since,
  }));
}

function surelyOver(): string {
  return toInstant(Date.now() - CLOCKS_DIFFER_MS);
}
