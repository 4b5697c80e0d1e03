import type { CaseEnd, CaseRef, JournalHead, StepName } from '../domain/case';
import type { Instant } from '../domain/types';

/**
 * - `opening`: input, originals and plan, before any write
 * - `intent`: an effect that is about to be tried; no intent on disk, no effect
 * - `outcome`: what became of it
 * - `evidence`: something that was seen and will be relied on
 * - `decision`: somebody decided something
 * - `refusal`: the check found the event not cancellable
 * - `end`: how the case ended
 */
export type EntryKind = 'opening' | 'intent' | 'outcome' | 'evidence' | 'decision' | 'refusal' | 'end';

/** What somebody wants to have written down. */
export interface NewEntry {
  actor: string;
  kind: EntryKind;
  step: StepName;
  operation: string;
  /** Unique within the case: an entry that exists already is returned, never written twice. */
  effectKey: string;
  before?: unknown;
  after?: unknown;
  outcome?: string;
}

/**
 * One line of the journal. `hash` is the SHA-256 of the canonical JSON of all the other fields, `previousHash`
 * that of the line before (64 zeros before the first): a changed or missing line breaks the chain.
 */
export interface JournalEntry {
  caseId: string;
  house: string;
  eventNumber: string;
  seq: number;
  at: Instant;
  actor: string;
  kind: EntryKind;
  step: StepName;
  operation: string;
  effectKey: string;
  before: unknown;
  after: unknown;
  outcome: string | null;
  previousHash: string;
  hash: string;
}

/** The point of no return: whoever claims first decides how a case goes on. */
export type Claim = 'storno' | 'abort';

/** One case in a list: its first line and, if it has ended, its last. */
export interface JournalCase {
  opening: JournalEntry;
  end: CaseEnd | null;
  hasStornoClaim: boolean;
}

export interface CaseFilter {
  /** At least one; all by default. */
  houses?: readonly string[];
  /** Of these events only. */
  eventNumbers?: readonly string[];
  /** Only cases that have ended so; `null` stands for those that have not ended. */
  ends?: readonly (CaseEnd | null)[];
  /** Only cases opened before this entry, for paging. */
  before?: { at: Instant; caseId: string };
  limit: number;
}

/**
 * The second memory, outside Temporal: append-only, hash-chained lines for each intent, effect and decision.
 * It is not a second truth about the present: that is Jet and Temporal.
 *
 * Every method rejects with `KnownFailure('journal-unavailable')` when the database cannot be used.
 */
export interface Journal {
  /**
   * Writes the opening line, unless another case of this event number (one installation: the number alone is the
   * key) is open or completed: then nothing is written and that case is returned.
   */
  openCase(ref: CaseRef, entry: NewEntry): Promise<{ opened: JournalEntry } | { takenBy: string }>;
  /** Appends a line; the same effect key again returns the line that is there. */
  append(ref: CaseRef, entry: NewEntry): Promise<JournalEntry>;
  /** As `append`, but `null` when the effect key is there already: somebody else has begun this very effect. */
  appendNew(ref: CaseRef, entry: NewEntry): Promise<JournalEntry | null>;
  /**
   * As `append`, for an effect that an abort forbids: `null`, and nothing written, once the abort has its claim.
   * So an attempt that wakes up late finds no way to write.
   */
  appendUnlessAborted(ref: CaseRef, entry: NewEntry): Promise<JournalEntry | null>;
  /** Claims the case and writes the line in one transaction; when the other claim is there, neither. */
  claim(ref: CaseRef, claim: Claim, entry: NewEntry): Promise<Claim>;
  readClaim(caseId: string): Promise<Claim | null>;
  /** Rejects with `journal-behind` when the line that somebody has seen is not there (any more). */
  requireHead(caseId: string, head: JournalHead): Promise<void>;
  /** All lines of a case, oldest first. */
  entries(caseId: string): Promise<JournalEntry[]>;
  /** The case that holds an event number now: open, interrupted, completed or closed by hand. */
  holdingCase(eventNumber: string): Promise<string | null>;
  /** The opening lines of all cases that have no end, oldest first. */
  openCases(): Promise<JournalEntry[]>;
  /** The newest case of an event, refused ones too. */
  latestCase(house: string, eventNumber: string): Promise<string | null>;
  /** Newest first. */
  cases(filter: CaseFilter): Promise<JournalCase[]>;
  close(): Promise<void>;
}

export function headOf({ seq, hash }: JournalEntry): JournalHead {
  return { seq, hash };
}
