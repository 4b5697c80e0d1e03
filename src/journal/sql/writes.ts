import { sql } from 'kysely';
import { ABSAGE, type Actor } from '../../domain/actor';
import { INSTALLATION, type InstallationLine, type WritesLine } from '../../domain/installation';
import type { CaseRef, Instant } from '../../domain/types';
import type { SwitchWish } from '../port';
import { writesStateOf, type WritesState } from '../../domain/writes';
import { hasEnded, type Writing } from './entries';
import { appendToInstallation } from './installation';
import { keepOutThoseWhoDoNotAsk } from './oldest-build';
import { toEntry, type Db } from './rows';

/** Literals: with them both databases take the index of these lines, and the chain of the installation may be long. */
const SWITCH = sql<boolean>`operation = 'switch-writes'`;

async function newestLine(db: Db): Promise<WritesLine | null> {
  const row = await db
    .selectFrom('entry')
    .selectAll()
    .where(SWITCH)
    .where('case_id', '=', INSTALLATION)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? toEntry<WritesLine>(row) : null;
}

export async function readWritesState(db: Db): Promise<WritesState> {
  return writesStateOf(await newestLine(db));
}

/** The case that tells the house: see the port. Each time that writes are off it is asked for anew. */
export async function tellerOf(
  writing: Writing,
  { caseId, house }: CaseRef,
  since: Instant,
): Promise<string | null> {
  const newest = await newestLine(writing.db);
  if (newest?.at !== since || newest.after.on) return null;
  const off = newest.seq;
  for (let nth = 1; ; nth += 1) {
    const line = await appendToInstallation(writing, {
      ...ABSAGE,
      operation: 'tell-writes-off',
      effectKey: `tell-writes-off/${off}/${house}/${nth}`,
      before: null,
      after: { house, caseId },
    });
    const teller = (line as Extract<InstallationLine, { operation: 'tell-writes-off' }>).after.caseId;
    if (teller === caseId || !(await hasEnded(writing.db, teller))) return teller;
  }
}

/** Nothing is written where it is so already: who switched first stays the one that is shown. */
export async function switchWrites(
  writing: Writing,
  { on, reason, ...by }: SwitchWish & Actor,
): Promise<WritesState> {
  const newest = await newestLine(writing.db);
  const known = writesStateOf(newest);
  if (known.on === on) return known;
  await keepOutThoseWhoDoNotAsk(writing.db, on);
  const line = await appendToInstallation(writing, {
    ...by,
    operation: 'switch-writes',
    effectKey: `switch-writes/${(newest?.seq ?? 0) + 1}`,
    before: null,
    after: { on, reason },
  });
  return writesStateOf(line as WritesLine);
}
