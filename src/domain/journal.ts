import type { EntryKind, LineContent, SaveOperation } from './line-content';
import type { Instant, JournalHead, LocalDate } from './types';
import type { StepName } from './vocabulary';

/** The point of no return: the first claim decides how a case goes on. */
export type Claim = 'storno' | 'abort';

/** What can stand in a line as its operation. */
export type Operation = LineContent['operation'];

/** What a line has beside its content. */
interface LineFrame {
  caseId: string;
  house: string;
  eventNumber: string;
  /** From 1 on, within the case. */
  seq: number;
  at: Instant;
  actor: string;
  /** Unique within the case, made by `effectKeys`. */
  effectKey: string;
  previousHash: string;
  hash: string;
}

/**
 * One line of the journal. `hash` is the SHA-256 of the canonical JSON of all the other fields, `previousHash`
 * that of the line before (64 zeros before the first): a changed or missing line breaks the chain.
 */
export type JournalEntry = LineFrame & LineContent;

/** The lines with this operation, or of this kind: what a search for them gives. */
export type EntryOf<O extends Operation, K extends EntryKind = EntryKind> = Extract<
  JournalEntry,
  { operation: O; kind: K }
>;

type Optional<C, M extends 'before' | 'after' | 'outcome'> = M extends keyof C
  ? null extends C[M]
    ? { [N in M]?: C[M] }
    : { [N in M]: C[M] }
  : never;

type NewContent<C> = C extends LineContent
  ? Pick<C, 'kind' | 'step' | 'operation'> &
      Optional<C, 'before'> &
      Optional<C, 'after'> &
      Optional<C, 'outcome'>
  : never;

/** A line that is to be written: what a journal adds (number, time, hashes) is not there yet. */
export type NewEntry = NewContent<LineContent> & {
  actor: string;
  /** An entry that exists already is returned, never written twice. */
  effectKey: string;
};

export type NewOpening = Extract<NewEntry, { kind: 'opening' }>;

/**
 * What a journal gives back for a new line: that line, or the one that has its effect key already. Such a line is of
 * the same operation and kind; only the first line of a case may be an opening or a refusal.
 */
export type Written<E extends NewEntry> = E extends { operation: 'check' }
  ? EntryOf<'check'>
  : EntryOf<E['operation'], E['kind']>;

/**
 * The one maker of effect keys. A key names what a line stands for, the same for every attempt and every run of the
 * case: by it a line that a retry or a reset would write again is found instead.
 */
export const effectKeys = {
  /** A check opens a case or refuses it: one first line, never both. */
  firstLine: 'opening',
  abort: 'abort',
  adoption: 'adopt-storno',
  proof: 'verify-channel',
  closeByHand: 'close-by-hand',
  /** By it a list finds the line that ends a case without looking at all the others. */
  end: 'end',
  endNotice: 'end-notice',
  /** What became of an intent. */
  outcomeOf: (intentKey: string) => `${intentKey}/outcome`,
  /** A write is named by the version that it was decided on: Jet takes each version once. */
  write: (operation: SaveOperation | 'set-storno', version: string) => `${operation}/${version}`,
  foundSave: (version: string) => `save-announcement/${version}/found`,
  task: (name: string) => `task/${name}`,
  sighting: (outcome: 'sighting' | 'sighting-lost', readAt: Instant) => `${outcome}/${readAt}`,
  right: (validUntil: LocalDate) => `grant-right/${validUntil}`,
  foundRight: (validUntil: LocalDate) => `grant-right/${validUntil}/found`,
  /** Attempts at the notice to Ö-Ticket are counted from 1. */
  notice: (attempt: number) => `notify-partner/${attempt}`,
  /** Attempts at one mail to the house about one situation are counted from 1. */
  houseMail: (kind: string, attentionId: string, attempt: number) => `${kind}/${attentionId}/${attempt}`,
  /** How the keys of all attempts at that mail begin. */
  houseMails: (kind: string, attentionId: string) => `${kind}/${attentionId}/`,
  byHand: (attentionId: string) => `by-hand/${attentionId}`,
  stornoClaimByHand: (attentionId: string) => `by-hand/${attentionId}/claim`,
  resume: (id: string) => `resume/${id}`,
  retry: (updateId: string | undefined) => `retry/${updateId}`,
  skipWait: (step: StepName, savedAt: Instant) => `skip-wait/${step}/${savedAt}`,
  waiveStep: (step: StepName) => `waive-step/${step}`,
  decide: (attentionId: string) => `decide/${attentionId}`,
} as const;

export function headOf({ seq, hash }: Pick<JournalEntry, 'seq' | 'hash'>): JournalHead {
  return { seq, hash };
}
