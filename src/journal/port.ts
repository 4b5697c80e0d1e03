import type { Claim, EntryOf, JournalEntry, NewEntry, NewOpening, Written } from '../domain/journal';
import type { JournalHead } from '../domain/types';
import type { CaseRef } from '../domain/types';
import type { CaseEnd } from '../domain/vocabulary';
import type { Instant } from '../domain/types';

/** One case in a list: its first line and, if it has ended, its last. */
export interface JournalCase {
  opening: EntryOf<'check'>;
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
  openCase(ref: CaseRef, entry: NewOpening): Promise<{ opened: EntryOf<'check'> } | { takenBy: string }>;
  /** Appends a line; the same effect key again returns the line that is there. */
  append<E extends NewEntry>(ref: CaseRef, entry: E): Promise<Written<E>>;
  /** As `append`, but `null` when the effect key is there already: somebody else has begun this very effect. */
  appendNew<E extends NewEntry>(ref: CaseRef, entry: E): Promise<Written<E> | null>;
  /**
   * As `append`, for an effect that an abort forbids: `null`, and nothing written, once the abort has its claim.
   * So an attempt that wakes up late finds no way to write.
   */
  appendUnlessAborted<E extends NewEntry>(ref: CaseRef, entry: E): Promise<Written<E> | null>;
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
  openCases(): Promise<EntryOf<'check', 'opening'>[]>;
  /** The newest case of an event, refused ones too. */
  latestCase(house: string, eventNumber: string): Promise<string | null>;
  /** Newest first. */
  cases(filter: CaseFilter): Promise<JournalCase[]>;
  close(): Promise<void>;
}
