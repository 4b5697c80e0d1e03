import { toMs } from './clock';
import { effectKeys, type EntryOf, type JournalEntry } from './journal';
import type { ShownEvent } from './line-content';
import { latestSave } from './saves';
import type { Instant } from './types';

/*
 * What the lines of a case say of its Storno: since when it stands, what each look at the event showed, and what proves
 * that Ö-Ticket has it. `lines.ts` answers everything else. `entries` are the lines of one case, oldest first.
 */

type Entries = readonly JournalEntry[];

// Step 1b: Storno

/** The first of these lines is the point of no return: the journal writes it together with the claim. */
export function isStornoTried({ step, operation }: JournalEntry): boolean {
  return step === 'set-storno' && ['set-storno', 'adopt-storno', 'confirm-step'].includes(operation);
}

export type StornoLine = EntryOf<'set-storno', 'outcome'> | EntryOf<'adopt-storno'>;

/** Whether a line tells since when the event is Storno. */
export function isStornoKnown(entry: JournalEntry): entry is StornoLine {
  return (entry.kind === 'outcome' && entry.operation === 'set-storno') || entry.operation === 'adopt-storno';
}

export function findStorno(entries: Entries): StornoLine | null {
  return entries.find(isStornoKnown) ?? null;
}

export interface KnownStorno {
  savedAt: Instant;
  /** When Absage first read that save; `null`: no line says it. */
  seenAt: Instant | null;
  /** A transfer before this instant cannot be of this Storno. */
  evidenceFrom: Instant;
  /** `false`: another person or program set Storno. */
  isOurs: boolean;
}

export function stornoOf({ operation, after }: StornoLine): KnownStorno {
  const evidenceFrom = 'evidenceFrom' in after ? after.evidenceFrom : undefined;
  const seenAt = 'readAt' in after ? after.readAt : undefined;
  return {
    savedAt: after.savedAt,
    seenAt: seenAt ?? null,
    evidenceFrom: evidenceFrom ?? after.savedAt,
    isOurs: operation === 'set-storno',
  };
}

type LookLine = EntryOf<'read-event'>;
type ReturnLine = Extract<LookLine, { outcome: 'storno-again' }>;

/** The last look at the event after the Storno; `null`: there was none. */
export function lastLook(entries: Entries): LookLine | null {
  return entries.findLast((entry): entry is LookLine => entry.operation === 'read-event') ?? null;
}

/** The effect key of the next look. */
export function lookKey(entries: Entries): string {
  return effectKeys.look(lastLook(entries)?.seq ?? 0);
}

/** What the last look showed of the event; `null`: there was none by Absage, or the event was not Storno then. */
export function lastShown(entries: Entries): ShownEvent | null {
  const look = entries.findLast(
    (entry): entry is LookLine => entry.operation === 'read-event' && entry.outcome !== 'by-hand',
  );
  return look?.outcome === 'storno' || look?.outcome === 'storno-again' ? look.after : null;
}

type ReadLine = Extract<LookLine, { after: ShownEvent }>;

/** The newest look of Absage that found the event, whatever its status was; `null`: there was none. */
export function lastReadLine(entries: Entries): ReadLine | null {
  return (
    entries.findLast(
      (entry): entry is ReadLine =>
        entry.operation === 'read-event' && entry.outcome !== 'by-hand' && entry.outcome !== 'gone',
    ) ?? null
  );
}

/** What it showed. */
export function lastRead(entries: Entries): ShownEvent | null {
  return lastReadLine(entries)?.after ?? null;
}

/** When the event was last seen as Storno, by Absage or by an operator; `null`: not since it was set. */
export function stornoSeenAt(entries: Entries): Instant | null {
  const look = lastLook(entries);
  return look === null || isLost(look) ? null : look.after.readAt;
}

/** When the event was seen as Storno, and by whom. */
export interface StornoSighting {
  at: Instant;
  /** The operator who looked; `null`: Absage itself. */
  by: string | null;
  notedAt: Instant;
}

/** The last sighting before a case ended; `null`: it was not seen as Storno, or last as something else. */
export function lastStornoSighting(entries: Entries, end: EntryOf<'close'>): StornoSighting | null {
  const line = entries.findLast(
    (entry) => entry.seq < end.seq && (isStornoKnown(entry) || entry.operation === 'read-event'),
  );
  const seen = line && sightingIn(line);
  const atEnd = (end.after && 'stornoSeenAt' in end.after && end.after.stornoSeenAt) || null;
  // The end may have looked once more, without a line of its own.
  if (atEnd !== null && (!seen || toMs(atEnd) > toMs(seen.at)))
    return { at: atEnd, by: null, notedAt: atEnd };
  return seen ?? null;
}

function sightingIn(line: JournalEntry): StornoSighting | null {
  const isLook = line.operation === 'read-event';
  if ((!isLook && !isStornoKnown(line)) || (isLook && isLost(line))) return null;
  const { after, at: notedAt, actor } = line;
  const { readAt, savedAt }: { readAt?: Instant; savedAt?: Instant } = after;
  return { at: readAt ?? savedAt ?? notedAt, by: isSeenByPerson(line) ? actor : null, notedAt };
}

/** In a house without a gateway the order says that the event is Storno already; what Absage reads has a version. */
function isSeenByPerson({ operation, outcome, after }: JournalEntry): boolean {
  return outcome === 'by-hand' || (operation === 'adopt-storno' && after.version === undefined);
}

/** The line that the status was changed after the Storno and has been set back. */
export function lastReturn(entries: Entries): ReturnLine | null {
  return entries.findLast((entry): entry is ReturnLine => entry.outcome === 'storno-again') ?? null;
}

/** The Storno that the second wait and the proof count from: where it was changed and set back, the newest one. */
export function knownStorno(entries: Entries): KnownStorno | null {
  const storno = findStorno(entries);
  const back = lastReturn(entries);
  // A colleague set it, whoever had set the first one.
  if (storno && back) return { ...newestSave(back), isOurs: false };
  return storno && stornoOf(storno);
}

function newestSave({ after }: ReturnLine): Omit<KnownStorno, 'isOurs'> {
  const savedAt = latestSave(after, after.readAt);
  return { savedAt, seenAt: after.readAt, evidenceFrom: savedAt };
}

/** Each save of the Storno that a second wait counts from: ours or a colleague's, and each time that it was set back. */
export function stornoSaves(entries: Entries): { seq: number; savedAt: Instant }[] {
  const first = findStorno(entries);
  if (!first) return [];
  const returns = entries.filter((entry): entry is ReturnLine => entry.outcome === 'storno-again');
  return [
    { seq: first.seq, savedAt: stornoOf(first).savedAt },
    ...returns.map((line) => ({ seq: line.seq, savedAt: newestSave(line).savedAt })),
  ];
}

/**
 * The lines since the status was last set back to Storno: what was proven before proves nothing any more. None while the
 * event was last seen as something else, also where an attempt that slept has added a proof since.
 */
function sinceReturn(entries: Entries): Entries {
  if (isLost(lastLook(entries))) return [];
  const back = lastReturn(entries);
  return back ? entries.slice(entries.indexOf(back) + 1) : entries;
}

/** Whether a look showed that the event is no longer Storno. */
export function isLost(look: LookLine | null): boolean {
  return look?.outcome === 'not-storno' || look?.outcome === 'gone';
}

// Step 2: the look at Connect Online

type ProofLine = Extract<
  EntryOf<'read-channel', 'evidence'>,
  { outcome: 'verified' | 'adopted' | 'by-hand' }
>;

/** Whether a line proves that the Storno has arrived: Absage saw it, or an operator vouched for it. */
export function isEvidence(entry: JournalEntry): entry is ProofLine {
  return (
    entry.kind === 'evidence' &&
    (entry.outcome === 'verified' || entry.outcome === 'adopted' || entry.outcome === 'by-hand')
  );
}

export function findEvidence(entries: Entries): ProofLine | null {
  return sinceReturn(entries).find(isEvidence) ?? null;
}

/** Whether a proof that was made counts no more, because the event was something else meanwhile, or is. */
export function isProofVoid(entries: Entries): boolean {
  return entries.some(isEvidence) && findEvidence(entries) === null;
}

/** The effect key of the next proof: one for each time that the status was set back to Storno. */
export function proofKey(entries: Entries): string {
  const back = lastReturn(entries);
  return back ? effectKeys.proofAfter(back.seq) : effectKeys.proof;
}

/**
 * The first line about Connect Online since the status was last set back to Storno: a look at it, or the task that asks an
 * operator for one.
 */
export function firstLook(entries: Entries): EntryOf<'read-channel'> | null {
  return sinceReturn(entries).find((entry) => entry.operation === 'read-channel') ?? null;
}

type SightingLine = Extract<EntryOf<'read-channel', 'evidence'>, { outcome: 'sighting' | 'sighting-lost' }>;

/** When a look last showed Storno without a transfer time; `null`: never, or a later look showed something else. */
export function lastSighting(entries: Entries): Instant | null {
  const last = sinceReturn(entries).findLast(
    (entry): entry is SightingLine => entry.outcome === 'sighting' || entry.outcome === 'sighting-lost',
  );
  return last?.outcome === 'sighting' ? (last.after?.readAt ?? null) : null;
}
