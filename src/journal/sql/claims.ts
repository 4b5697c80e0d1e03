import type { Claim, NewEntry } from '../../domain/journal';
import type { CaseRef } from '../../domain/types';
import { appendOnce, type Writing } from './entries';
import type { Db } from './rows';

export async function findClaim(db: Db, caseId: string): Promise<Claim | null> {
  const row = await db.selectFrom('claim').select('value').where('case_id', '=', caseId).executeTakeFirst();
  return row?.value ?? null;
}

/** Returns the claim that the case has now. `ask`: rejects where nothing may be begun now. */
export async function claimOnce(
  writing: Writing,
  ref: CaseRef,
  claim: Claim,
  entry: NewEntry,
  ask: () => Promise<void> = () => Promise.resolve(),
): Promise<Claim> {
  const { db } = writing;
  const existing = await findClaim(db, ref.caseId);
  if (existing && existing !== claim) return existing;
  await ask();
  if (!existing) await db.insertInto('claim').values({ case_id: ref.caseId, value: claim }).execute();
  await appendOnce(writing, ref, entry);
  return claim;
}
