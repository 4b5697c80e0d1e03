import type { Actor } from './actor';
import type { EntryKind, LineContent, SaveOperation } from './line-content';
import type { Instant, JournalHead, LocalDate } from './types';
import type { StepName } from './vocabulary';

/** The point of no return: the first claim decides how the case goes on. */
export type Claim = 'storno' | 'abort';

/** The parts of a line beside its content. */
interface LineFrame {
  caseId: string;
  house: string;
  eventNumber: string;
  /** Counts from 1 within the case. */
  seq: number;
  at: Instant;
  /** The shown name. */
  actor: string;
  /** Who that was, as in `Actor`. Absent in a line of before. */
  actorId?: string | null;
  /** Unique within the case, made by `effectKeys`. */
  effectKey: string;
  previousHash: string;
  hash: string;
  /** By the installation that wrote the line, of its hash. Absent in a line of before. */
  signature?: string;
}

/**
 * One line of the journal. `hash` is the SHA-256 of the canonical JSON of all the other fields but `signature`;
 * `previousHash` that of the line before (64 zeros before the first): a changed or missing line breaks the chain.
 */
export type JournalEntry = LineFrame & LineContent;

/** The lines with this operation (and this kind), as a search for them returns them. */
export type EntryOf<O extends LineContent['operation'], K extends EntryKind = EntryKind> = Extract<
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

/** A line to be written, without the parts that a journal adds (number, time, hashes). */
export type NewEntry = NewContent<LineContent> &
  Actor & {
    /** A line with an existing effect key is not written again. The journal returns the existing one. */
    effectKey: string;
  };

export type NewOpening = Extract<NewEntry, { kind: 'opening' }>;

/**
 * The journal's answer to a new line: that line, or the existing one with the same effect key. The existing one has the
 * same operation and kind. Only the first line of a case may be of another kind: an opening or a refusal.
 */
export type Written<E extends NewEntry> = E extends { operation: 'check' }
  ? EntryOf<'check'>
  : EntryOf<E['operation'], E['kind']>;

/**
 * The one maker of effect keys. The same thing gets the same key in every attempt and every run of the case, so a retry
 * or a reset finds the existing line instead of writing it again.
 */
export const effectKeys = {
  /** A check either opens a case or refuses it: there is one first line, never both. */
  firstLine: 'opening',
  abort: 'abort',
  adoption: 'adopt-storno',
  proof: 'verify-channel',
  /** After the status was changed and set back, what Connect Online shows is proven anew. */
  proofAfter: (returnSeq: number) => `verify-channel/${returnSeq}`,
  closeByHand: 'close-by-hand',
  /** With this key a list finds the line that ends a case without reading all the others. */
  end: 'end',
  /** The attempts at the mail about the end count from 1. */
  endNotice: (attempt: number) => (attempt === 1 ? 'end-notice' : `end-notice/${attempt}`),
  /** The outcome of an intent. */
  outcomeOf: (intentKey: string) => `${intentKey}/outcome`,
  /** The version that a write was decided on names the write, because Jet accepts each version once. */
  write: (operation: SaveOperation | 'set-storno', version: string) => `${operation}/${version}`,
  foundSave: (version: string) => `save-announcement/${version}/found`,
  task: (name: string) => `task/${name}`,
  /** The ticks of one entry of the house's to-do list count from 1. */
  tick: (id: string, nth: number) => `tick/${id}/${nth}`,
  /** A look follows on the one before it, and no other look does: an attempt that slept cannot add what it saw before. */
  look: (previousSeq: number) => `read-event/${previousSeq}`,
  sighting: (outcome: 'sighting' | 'sighting-lost', readAt: Instant) => `${outcome}/${readAt}`,
  right: (validUntil: LocalDate) => `grant-right/${validUntil}`,
  foundRight: (validUntil: LocalDate) => `grant-right/${validUntil}/found`,
  /** The attempts at the notice to Ö-Ticket count from 1. */
  notice: (attempt: number) => `notify-partner/${attempt}`,
  /** Who sends it, in a series; counts from 1, as a mail that was certainly not sent leaves it open again. */
  noticeClaim: (nth: number) => (nth === 1 ? 'notice/claimed-by' : `notice/claimed-by/${nth}`),
  /** The mail of the series that told of it. */
  seriesNotice: (number: number) => `notify-partner/series/${number}`,
  /** The common beginning of those keys. */
  seriesNotices: 'notify-partner/series/',
  /** The attempts at one mail to the house about one situation count from 1. */
  houseMail: (kind: string, attentionId: string, attempt: number) => `${kind}/${attentionId}/${attempt}`,
  /** The common beginning of the keys of all attempts at that mail. */
  houseMails: (kind: string, attentionId: string) => `${kind}/${attentionId}/`,
  byHand: (attentionId: string) => `by-hand/${attentionId}`,
  /** The claim that goes before a Storno set by hand. */
  claimOf: (byHandKey: string) => `${byHandKey}/claim`,
  /** The requests for an approval count from 1, and each is decided once, however. */
  approvalRequest: (nth: number) => `request-approval/${nth}`,
  /** The common beginning of the keys of all requests. */
  approvalRequests: 'request-approval/',
  approval: (nth: number) => `approval/${nth}`,
  approvalVoid: (nth: number) => `approval/${nth}/void`,
  recheck: (nth: number) => `recheck-plan/${nth}`,
  resume: (id: string) => `resume/${id}`,
  retry: (updateId: string | undefined) => `retry/${updateId}`,
  skipWait: (step: StepName, savedAt: Instant) => `skip-wait/${step}/${savedAt}`,
  waiveStep: (step: StepName) => `waive-step/${step}`,
  decide: (attentionId: string) => `decide/${attentionId}`,
} as const;

export function headOf({ seq, hash }: Pick<JournalEntry, 'seq' | 'hash'>): JournalHead {
  return { seq, hash };
}
