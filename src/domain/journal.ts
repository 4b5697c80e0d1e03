import type { Instant } from './types';
import type { StepName } from './vocabulary';

/** Which case a journal entry belongs to. */
export interface CaseRef {
  caseId: string;
  house: string;
  eventNumber: string;
}

/** The last journal entry of a case that somebody has seen: noticed when it is no longer there. */
export interface JournalHead {
  seq: number;
  hash: string;
}

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
export function headOf({ seq, hash }: JournalEntry): JournalHead {
  return { seq, hash };
}
