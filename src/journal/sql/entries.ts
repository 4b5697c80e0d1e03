import type { Actor } from '../../domain/actor';
import { effectKeys, type JournalEntry, type NewEntry, type Written } from '../../domain/journal';
import type { CaseRef, JournalHead } from '../../domain/types';
import { KnownFailure } from '../../domain/failures';
import { isStornoTried } from '../../domain/storno-lines';
import type { Signer } from '../../domain/signature';
import { INSTALLATION, type KeyLine } from '../../domain/installation';
import { hashEntry, NO_PREVIOUS_HASH } from '../chain';
import { enterCase } from './case-chain';
import { withoutContact } from './contact-keys';
import { toEntry, toRow, type AnyLine, type Db, type EntryRow } from './rows';

/** All lines of a case, or of the installation, oldest first. */
export async function readEntries<L extends AnyLine = JournalEntry>(db: Db, caseId: string): Promise<L[]> {
  const rows = await db
    .selectFrom('entry')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('seq')
    .execute();
  return rows.map((row) => toEntry<L>(row));
}

/** All lines of each of these cases, oldest first. */
export async function readLinesOfCases(
  db: Db,
  caseIds: readonly string[],
): Promise<Map<string, JournalEntry[]>> {
  const lines = new Map<string, JournalEntry[]>();
  if (caseIds.length === 0) return lines;
  const rows = await db
    .selectFrom('entry')
    .selectAll()
    .where('case_id', 'in', caseIds)
    .orderBy('case_id')
    .orderBy('seq')
    .execute();
  for (const row of rows) {
    const known = lines.get(row.case_id);
    if (known) known.push(toEntry(row));
    else lines.set(row.case_id, [toEntry(row)]);
  }
  return lines;
}

/** Of all cases of an event; the lines of each case are together, oldest first. */
export async function readLinesOfEvent(db: Db, house: string, eventNumber: string): Promise<JournalEntry[]> {
  const rows = await db
    .selectFrom('entry')
    .selectAll()
    .where('event_number', '=', eventNumber)
    .where('house', '=', house)
    .orderBy('case_id')
    .orderBy('seq')
    .execute();
  return rows.map((row) => toEntry(row));
}

/** What a new line goes by, read in its own transaction. */
export interface Place {
  /** The line itself, where it was written before. */
  there: EntryRow | undefined;
  /** The end of its chain. */
  last: EntryRow | undefined;
  /** The line that names the newest key; absent in a journal that nobody has signed so far. */
  newestKey: KeyLine | undefined;
}

/** One question instead of three: every line asks it. */
export async function findPlace(db: Db, caseId: string, effectKey: string): Promise<Place> {
  const line = db.selectFrom('entry').selectAll();
  const rows = await line
    .where('case_id', '=', caseId)
    .where('effect_key', '=', effectKey)
    .unionAll(
      line.where('case_id', '=', caseId).where('seq', '=', ({ selectFrom }) =>
        selectFrom('entry as newest')
          .select(({ fn }) => fn.max('newest.seq').as('seq'))
          .where('newest.case_id', '=', caseId),
      ),
    )
    .unionAll(
      line
        .where('case_id', '=', INSTALLATION)
        .where('effect_key', '>=', KEY_LINES)
        .where('effect_key', '<', `${KEY_LINES}0`),
    )
    .execute();
  const bySeq = rows.sort((one, other) => one.seq - other.seq);
  const newestKey = bySeq.findLast((row) => row.case_id === INSTALLATION && isUnder(row, KEY_LINES));
  return {
    there: rows.find((row) => row.case_id === caseId && row.effect_key === effectKey),
    last: bySeq.findLast((row) => row.case_id === caseId),
    newestKey: newestKey && toEntry<KeyLine>(newestKey),
  };
}

const KEY_LINES = 'signing-key';

function isUnder({ effect_key: key }: EntryRow, effectKey: string): boolean {
  return key === effectKey || key.startsWith(`${effectKey}/`);
}

/** The lines with this effect key, or one that continues it after a stroke, oldest first. */
export async function readLinesUnder<L extends AnyLine>(
  db: Db,
  caseId: string,
  effectKey: string,
): Promise<L[]> {
  const rows = await db
    .selectFrom('entry')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('effect_key', '>=', effectKey)
    .where('effect_key', '<', `${effectKey}0`)
    .execute();
  return rows
    .filter((row) => isUnder(row, effectKey))
    .sort((one, other) => one.seq - other.seq)
    .map((row) => toEntry<L>(row));
}

/** A transaction in which lines are written, and who signs them; `null`: a journal that nobody has signed so far. */
export interface Writing {
  db: Db;
  signer: Signer | null;
}

export async function appendOnce<E extends NewEntry>(
  writing: Writing,
  ref: CaseRef,
  entry: E,
): Promise<Written<E>> {
  const place = await findPlace(writing.db, ref.caseId, entry.effectKey);
  return place.there ? toEntry(place.there) : insertEntry(writing, ref, entry, place);
}

/** Adds the line to the end of the case's chain. */
export async function insertEntry<E extends NewEntry>(
  writing: Writing,
  ref: CaseRef,
  entry: E,
  place: Place,
): Promise<Written<E>> {
  const kept = await withoutContact(writing.db, ref.caseId, entry);
  return toEntry<Written<E>>(await insertRow(writing, ref, kept, place));
}

/** What every line says of itself, whatever chain it is in. */
interface NewRow extends Actor {
  kind: string;
  step: string;
  operation: string;
  effectKey: string;
  before?: unknown;
  after?: unknown;
  outcome?: string | null;
}

/** Adds a row to the end of the chain that `ref` names. The first one of a case enters it into the chain over the cases. */
export async function insertRow(
  { db, signer }: Writing,
  ref: CaseRef,
  entry: NewRow,
  { last, newestKey }: Place,
): Promise<EntryRow> {
  const unhashed = {
    caseId: ref.caseId,
    house: ref.house,
    eventNumber: ref.eventNumber,
    seq: (last?.seq ?? 0) + 1,
    at: new Date().toISOString(),
    actor: entry.actor,
    actorId: entry.actorId,
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
  if (signer === null && last?.signature) throw new Error('a line of a signed chain needs a signature');
  // A line that names a key is signed with the one before, and says so itself.
  if (signer && newestKey && entry.operation !== 'signing-key') requireNewestKey(signer, newestKey);
  const hash = hashEntry(unhashed);
  const row = toRow({ ...unhashed, hash, ...(signer && { signature: signer.sign('line', hash) }) });
  await db.insertInto('entry').values(row).execute();
  const { case_id: caseId, seq } = row;
  if (signer && seq === 1 && caseId !== INSTALLATION)
    await enterCase(db, signer, { caseId, firstHash: hash });
  return row;
}

/** A process that still has the key from before a change writes nothing any more: its lines would look like a thief's. */
function requireNewestKey({ publicKey }: Signer, newest: KeyLine): void {
  if (newest.after.fingerprint === publicKey.fingerprint) return;
  throw new KnownFailure(
    'journal-unavailable',
    'the key that this process signs with was replaced: start it again',
  );
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

/** Whether a look at the event was noted after this line. */
export async function isLookedAtSince(db: Db, caseId: string, seq: number): Promise<boolean> {
  const look = await db
    .selectFrom('entry')
    .select('seq')
    .where('case_id', '=', caseId)
    .where('operation', '=', 'read-event')
    .where('seq', '>', seq)
    .executeTakeFirst();
  return look !== undefined;
}

/** Whether a line after this one says that Storno was tried, or found: see `isStornoTried`. */
export async function isStornoTriedSince(db: Db, caseId: string, seq: number): Promise<boolean> {
  const later = await db
    .selectFrom('entry')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('step', '=', 'set-storno')
    .where('seq', '>', seq)
    .execute();
  return later.map((row) => toEntry(row)).some(isStornoTried);
}

/** Whether a line ends the case. A refused one has no such line. */
export async function hasEnded(db: Db, caseId: string): Promise<boolean> {
  const end = await db
    .selectFrom('entry')
    .select('seq')
    .where('case_id', '=', caseId)
    .where('effect_key', '=', effectKeys.end)
    .where('kind', '=', 'end')
    .executeTakeFirst();
  return end !== undefined;
}
