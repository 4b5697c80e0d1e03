import type { Claim, NewEntry } from '../../domain/journal';
import type { CaseRef } from '../../domain/types';
import { compiled } from './compiled';
import { appendOnce, type Writing } from './entries';
import type { Db } from './rows';

const claimsOf = compiled((db: Db, { caseId }: { caseId: string }) =>
  db.selectFrom('claim').select('value').where('case_id', '=', caseId),
);

export async function findClaim(db: Db, caseId: string): Promise<Claim | null> {
  const [row] = await claimsOf(db, { caseId });
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
