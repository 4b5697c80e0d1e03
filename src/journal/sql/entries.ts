import type { CaseRef, JournalEntry, JournalHead, NewEntry } from '../../domain/journal';
import { KnownFailure } from '../../domain/failures';
import { hashEntry, NO_PREVIOUS_HASH } from '../chain';
import { toEntry, toRow, type Db } from './rows';

/** All lines of a case, oldest first. */
export async function readEntries(db: Db, caseId: string): Promise<JournalEntry[]> {
  const rows = await db
    .selectFrom('entry')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('seq')
    .execute();
  return rows.map(toEntry);
}

export async function findByEffectKey(
  db: Db,
  caseId: string,
  effectKey: string,
): Promise<JournalEntry | null> {
  const row = await db
    .selectFrom('entry')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('effect_key', '=', effectKey)
    .executeTakeFirst();
  return row ? toEntry(row) : null;
}

export async function appendOnce(db: Db, ref: CaseRef, entry: NewEntry): Promise<JournalEntry> {
  return (await findByEffectKey(db, ref.caseId, entry.effectKey)) ?? (await insertEntry(db, ref, entry));
}

/** Adds the line to the end of the case's chain. */
export async function insertEntry(db: Db, ref: CaseRef, entry: NewEntry): Promise<JournalEntry> {
  const last = await db
    .selectFrom('entry')
    .select(['seq', 'hash'])
    .where('case_id', '=', ref.caseId)
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  const unhashed = {
    caseId: ref.caseId,
    house: ref.house,
    eventNumber: ref.eventNumber,
    seq: (last?.seq ?? 0) + 1,
    at: new Date().toISOString(),
    actor: entry.actor,
    kind: entry.kind,
    step: entry.step,
    operation: entry.operation,
    effectKey: entry.effectKey,
    // Through JSON once, so that the hash covers what will be read back: no `undefined`, no dates.
    before: plainJson(entry.before),
    after: plainJson(entry.after),
    outcome: entry.outcome ?? null,
    previousHash: last?.hash ?? NO_PREVIOUS_HASH,
  };
  const written: JournalEntry = { ...unhashed, hash: hashEntry(unhashed) };
  await db.insertInto('entry').values(toRow(written)).execute();
  return written;
}

export async function requireHead(db: Db, caseId: string, head: JournalHead): Promise<void> {
  const row = await db
    .selectFrom('entry')
    .select('hash')
    .where('case_id', '=', caseId)
    .where('seq', '=', head.seq)
    .executeTakeFirst();
  if (row?.hash !== head.hash) {
    throw new KnownFailure('journal-behind', `line ${head.seq} of case ${caseId} is missing or another one`);
  }
}

function plainJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}
