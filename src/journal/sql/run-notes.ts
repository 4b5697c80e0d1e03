import { ABSAGE } from '../../domain/actor';
import { toMs } from '../../domain/clock';
import { INSTALLATION, keyLinesOf, type InstallationLine } from '../../domain/installation';
import { isChainWhole } from '../chain';
import { findWronglySigned, readKeyChain } from '../key-chain';
import type { Signer } from '../../domain/signature';
import type { NamedRun } from '../port';
import type { Instant } from '../../domain/types';
import type { Writing } from './entries';
import { appendToInstallation, noteOnce, readInstallationLines } from './installation';
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

export async function readNamedRuns(db: Db, caseIds: readonly string[]): Promise<Map<string, string[]>> {
  if (caseIds.length === 0) return new Map();
  const named = await db
    .selectFrom('named_run')
    .select(['case_id', 'first_run_id'])
    .where('case_id', 'in', caseIds)
    .execute();
  const runs = new Map<string, string[]>();
  for (const { case_id: caseId, first_run_id: runId } of named)
    runs.set(caseId, [...(runs.get(caseId) ?? []), runId]);
  return runs;
}

/** An installation without a line of a case has no runs of before, whatever its clock says. */
const FROM_THE_BEGINNING: Instant = '1970-01-01T00:00:00.000Z';

/**
 * Stands in the signed chain of the installation, where nobody can put a later instant: then whatever is started past the
 * API would pass as one of before. Where that chain was changed nothing is of before. What a journal that nobody signs
 * has noted beside its lines enters the chain with its first signer.
 */
export async function noteSealedSince(writing: Writing): Promise<Instant> {
  const { db, signer } = writing;
  const lines = await readInstallationLines(db);
  const noted = lines.find((line) => line.operation === 'sealed-since');
  if (noted) return isProven(lines, signer) ? noted.after.since : FROM_THE_BEGINNING;
  const kept = await noteOnce(
    db,
    'sealed-since',
    (await hasCases(db)) ? new Date().toISOString() : FROM_THE_BEGINNING,
  );
  // Seals are older than signatures. An instant after the first key is none that an installation has noted.
  const [firstKey] = keyLinesOf(lines);
  const since = firstKey && toMs(kept) > toMs(firstKey.at) ? firstKey.at : kept;
  if (signer) await appendToInstallation(writing, lineAbout(since));
  return since;
}

const lineAbout = (since: Instant) =>
  ({
    ...ABSAGE,
    operation: 'sealed-since',
    effectKey: 'sealed-since',
    before: null,
    after: { since },
  }) as const;

function isProven(lines: readonly InstallationLine[], signer: Signer | null): boolean {
  const keys = readKeyChain(keyLinesOf(lines)) ?? [];
  const isOwn = keys.some(({ fingerprint }) => !signer || fingerprint === signer.publicKey.fingerprint);
  return isOwn && isChainWhole(lines) && findWronglySigned(lines, keys).length === 0;
}

async function hasCases(db: Db): Promise<boolean> {
  const first = await db
    .selectFrom('entry')
    .select('case_id')
    .where('case_id', '!=', INSTALLATION)
    .limit(1)
    .executeTakeFirst();
  return first !== undefined;
}
