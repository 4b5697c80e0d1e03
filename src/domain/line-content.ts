import type { ActionKey } from './action-key';
import type { CodedText, Opening, Originals, Refusal, RightPeriod, Task } from './case';
import type { FailureCode } from './failures';
import type { ReadBacks } from './read-back';
import type { Announcement, ChannelEventInfo, ExtendedCancellationRight, Instant } from './types';
import type {
  Action,
  ApprovalAction,
  CaseEnd,
  Choice,
  ConfirmableStep,
  Operation,
  StepName,
} from './vocabulary';

/*
 * The content of every kind of line: the one description of the contract between the activities, which write the lines,
 * and everything that reads them. `lines.ts` and `mail-lines.ts` answer what the lines mean together.
 *
 * A line never changes, so a form that was written once stays in this union for good. A newer build may write
 * operations that this one does not know: a reader looks for the lines that it knows and skips the others.
 */

/**
 * The kinds of lines:
 * - `opening`: input, originals and plan, before any write
 * - `intent`: an effect that is about to be tried; no intent on disk, no effect
 * - `outcome`: the result of an intent
 * - `evidence`: an observation that later steps rely on
 * - `decision`: an operator decided something
 * - `refusal`: the check found that the event cannot be cancelled
 * - `end`: how the case ended
 * - `task`: a person ticked an entry of the house's to-do list, or took the tick back; also after the end
 */
export type EntryKind =
  'opening' | 'intent' | 'outcome' | 'evidence' | 'decision' | 'refusal' | 'end' | 'task';

/** The two operations that save the three texts of step 1. */
export type SaveOperation = 'save-announcement' | 'restore-announcement';

/** The read-back of a save, by Absage or by an operator in its place. */
interface Saved {
  /** Jet's clock. For a step done by hand: when the confirmation was accepted. */
  savedAt: Instant;
}

interface Seen {
  /**
   * When Absage first read the save: it cannot have been made later, even where Jet shows whole minutes. Older lines
   * lack it.
   */
  readAt?: Instant;
}

interface Keyed {
  /** Of the request that the line was written for, where that had a key. Older lines lack it. */
  key?: ActionKey;
}

interface Versioned {
  /** The version that the write was decided on, or the version that it produced. */
  version: string;
}

/** What an operator confirmed about a step, with the instants that count for it. */
type ByHand<S extends ConfirmableStep> = ReadBacks[S] & Saved & Keyed & { readAt: Instant; reason: string };

interface Content {
  kind: EntryKind;
  step: StepName;
  operation: Operation;
  before: unknown;
  after: unknown;
  outcome: string | null;
}

/** The content of one kind of line; parts that are not named are `null`. */
type Line<C extends Partial<Content> & Pick<Content, 'kind' | 'step' | 'operation'>> = {
  [M in keyof Content]: M extends keyof C ? C[M] : null;
};

/** One member of the union per operation, so that `Extract` by operation finds it. */
type Each<
  O extends Operation,
  C extends Omit<Content, 'operation' | 'before' | 'after' | 'outcome'>,
> = O extends Operation ? Line<C & { operation: O }> : never;

/** A task for an operator. Its line is the intent, because the operator may do the task without reporting it. */
type TaskIntent<S extends StepName, O extends Operation> = Each<
  O,
  {
    kind: 'intent';
    step: S;
    after: { task: Task };
  }
>;

type OpeningLine = Line<{
  kind: 'opening';
  step: 'check';
  operation: 'check';
  after: Opening;
  outcome: 'ok';
}>;
/** `outcome` is the refusal's code. */
type RefusalLine = Line<{
  kind: 'refusal';
  step: 'check';
  operation: 'check';
  after: Refusal;
  outcome: string;
}>;

type SaveIntent = Each<
  SaveOperation,
  {
    kind: 'intent';
    step: 'mark-titles';
    /** `savedAt`: the save that it was decided on. Older lines lack it. */
    before: Announcement & Versioned & Partial<Saved>;
    after: Announcement;
  }
>;
/**
 * `differs`: Jet stored something other than what was written. `found`: a later attempt found the effect already there.
 */
type SaveOutcome = Each<
  SaveOperation,
  {
    kind: 'outcome';
    step: 'mark-titles';
    before: (Announcement & Versioned & Partial<Saved>) | null;
    after: Announcement & Versioned & Saved & Seen & { status?: string };
    outcome: 'ok' | 'differs' | 'found';
  }
>;
type SaveByHand = Each<
  SaveOperation,
  {
    kind: 'outcome';
    step: 'mark-titles';
    after: ByHand<'mark-titles'>;
    outcome: 'by-hand';
  }
>;

type StornoIntent = Line<{
  kind: 'intent';
  step: 'set-storno';
  operation: 'set-storno';
  /** `savedAt`: the save whose wait was over, or was skipped. Older lines lack it. */
  before: { status: string } & Versioned & Partial<Saved>;
  after: { status: 'Storno' };
}>;
type StornoOutcome = Line<{
  kind: 'outcome';
  step: 'set-storno';
  operation: 'set-storno';
  before: ({ status: string } & Versioned & Partial<Saved>) | null;
  after: { status: string } & Versioned & Saved & Seen & Partial<Announcement>;
  outcome: 'ok' | 'found';
}>;
/** `evidenceFrom`: a transfer before this instant cannot be of this Storno. */
type StornoByHand = Line<{
  kind: 'outcome';
  step: 'set-storno';
  operation: 'set-storno';
  after: ByHand<'set-storno'> & { evidenceFrom?: Instant };
  outcome: 'by-hand';
}>;
/**
 * The claim of an operator who set Storno by hand, written before `StornoByHand`, in one commit with the claim's row.
 */
type StornoConfirmation = Line<{
  kind: 'decision';
  step: 'set-storno';
  operation: 'confirm-step';
  after: ByHand<'set-storno'>;
  outcome: 'by-hand';
}>;
/** Another person or program set Storno: the case is bound to it from here on. */
type StornoAdoption = Line<{
  kind: 'decision';
  step: 'set-storno';
  operation: 'adopt-storno';
  after: { status: string } & Saved & Seen & Partial<Versioned>;
  outcome: 'found';
}>;

/** The event as a look after the Storno shows it: what the right and the mail to Ö-Ticket go by. */
export interface ShownEvent {
  /** The raw word of the mask. */
  status: string;
  title: string;
  /** Older lines lack it. */
  customerTitle?: string | null;
  /** Older lines lack it. */
  externalMemo?: string | null;
  startsAt: Instant;
  venue: string;
  location: string;
  organiser: string;
  /** Older lines lack it. */
  house?: string;
  version: string;
  savedAt: Instant;
  readAt: Instant;
}
/**
 * A look at the event after the Storno, right before Ö-Ticket is told something. `not-storno`: it has another status.
 * `storno-again`: Storno, and the look before had shown something else.
 */
type EventLook = LookThatShows<'storno' | 'not-storno' | 'storno-again'>;
/** One member of the union per outcome, so that `Extract` by outcome finds it. */
type LookThatShows<O extends string> = O extends string
  ? Line<{ kind: 'evidence'; step: StepName; operation: 'read-event'; after: ShownEvent; outcome: O }>
  : never;
/** The event was not there any more. */
type EventGone = Line<{
  kind: 'evidence';
  step: StepName;
  operation: 'read-event';
  after: { readAt: Instant };
  outcome: 'gone';
}>;
/** An operator looked while Jet did not answer Absage. */
type EventLookByHand = Line<{
  kind: 'evidence';
  step: StepName;
  operation: 'read-event';
  after: ByHand<'set-storno'>;
  outcome: 'by-hand';
}>;

/**
 * `sighting`: Storno without a transfer time, which a second look must confirm. `sighting-lost`: the next look no
 * longer showed it.
 */
type ChannelLook = Line<{
  kind: 'evidence';
  step: 'verify-channel';
  operation: 'read-channel';
  after: ChannelEventInfo | ({ readAt: Instant } & Partial<ChannelEventInfo>) | null;
  outcome: 'sighting' | 'sighting-lost';
}>;
type ChannelProof = Line<{
  kind: 'evidence';
  step: 'verify-channel';
  operation: 'read-channel';
  after: { readAt: Instant } & Partial<ChannelEventInfo>;
  outcome: 'verified' | 'adopted';
}>;
type ChannelByHand = Line<{
  kind: 'evidence';
  step: 'verify-channel';
  operation: 'read-channel';
  after: ByHand<'verify-channel'>;
  outcome: 'by-hand';
}>;

type RightIntent = Line<{
  kind: 'intent';
  step: 'grant-right';
  operation: 'grant-right';
  before: ExtendedCancellationRight | null;
  after: { user: string } & RightPeriod;
}>;
type RightOutcome = Line<{
  kind: 'outcome';
  step: 'grant-right';
  operation: 'grant-right';
  before: ExtendedCancellationRight | null;
  after: ExtendedCancellationRight;
  outcome: 'ok' | 'found';
}>;
type RightByHand = Line<{
  kind: 'outcome';
  step: 'grant-right';
  operation: 'grant-right';
  after: ByHand<'grant-right'>;
  outcome: 'by-hand';
}>;

/**
 * What happened to one recipient of a mail. `in-doubt`: the server asked for the text (354), and its answer to the text
 * never arrived. `not-sent` and `refused` are certain: this server did not take the mail for this recipient.
 */
export interface RecipientOutcome {
  address: string;
  outcome: 'accepted' | 'not-sent' | 'refused' | 'in-doubt';
  /** The server's words, shortened, or Absage's own if the server said nothing. Never contains a password. */
  reply: string;
}

/** The notice to Ö-Ticket right before it is sent. `recipients` is the envelope of this attempt. */
export interface WrittenNotice {
  from: string;
  to: string[];
  cc: string[];
  subject: string;
  messageId: string;
  /** Where the contact of the order is sealed, with a place-holder for each part of it: see `contact.ts`. */
  text: string;
  /** Of the text as it was sent, keyed with the key of the contact. Absent where `text` is what was sent. */
  textHash?: string;
  recipients: string[];
}

type NoticeIntent = Line<{
  kind: 'intent';
  step: 'notify-partner';
  operation: 'send-partner-notice';
  after: WrittenNotice;
}>;
/** `outcome` is the worst of all recipients' outcomes. */
type NoticeOutcome = Line<{
  kind: 'outcome';
  step: 'notify-partner';
  operation: 'send-partner-notice';
  after: { messageId?: string; recipients: RecipientOutcome[] };
  outcome: RecipientOutcome['outcome'];
}>;
type NoticeByHand = Line<{
  kind: 'outcome';
  step: 'notify-partner';
  operation: 'send-partner-notice';
  after: ByHand<'notify-partner'>;
  outcome: 'by-hand';
}>;

/**
 * Who tells Ö-Ticket of a performance of a series: the mail of the series with that number, or the case itself. The newest
 * line counts, and nobody else sends.
 */
type NoticeClaim = Line<{
  kind: 'decision';
  step: 'notify-partner';
  operation: 'claim-notice';
  after: { by: 'series'; number: number } | { by: 'item' };
}>;

type HouseMailIntent = Line<{
  kind: 'intent';
  step: StepName;
  operation: 'alert-house';
  after: { to: string[]; subject: string; messageId: string };
}>;
type HouseMailOutcome = Line<{
  kind: 'outcome';
  step: StepName;
  operation: 'alert-house';
  after: RecipientOutcome | null;
  outcome: RecipientOutcome['outcome'] | null;
}>;

/** The abort's claim, in one commit with the claim's row. Its step is the one that it blocks. */
type AbortLine = Line<{
  kind: 'decision';
  step: 'set-storno';
  operation: 'abort';
  after: { reason: string } & Keyed;
  outcome: 'accepted';
}>;
type ResumeLine = Line<{
  kind: 'decision';
  step: 'check';
  operation: 'resume';
  after: { reason: string } & Keyed;
  outcome: 'accepted';
}>;
/** Who was asked to say yes to what. The originals are those that count from here on. */
type ApprovalRequestLine = Line<{
  kind: 'decision';
  step: 'check';
  operation: 'request-approval';
  after: { planHash: string; expiresAt: Instant } & Originals;
  outcome: 'requested';
}>;
/** The plan as it was read once more after the approval, right before the first write. */
type RecheckLine = Line<{
  kind: 'evidence';
  step: 'check';
  operation: 'recheck-plan';
  after: { planHash: string };
  outcome: 'unchanged';
}>;
/** Nobody has decided in time, or what was approved cannot be carried out any more. */
type ApprovalEndLine = Line<{
  kind: 'decision';
  step: 'check';
  operation: 'end-approval';
  after: { planHash: string; refusal: CodedText };
  outcome: 'expired' | 'refused';
}>;
type ApprovalLine = Each<
  ApprovalAction,
  {
    kind: 'decision';
    step: StepName;
    after: { reason: string; planHash: string } & Keyed;
    outcome: 'accepted';
  }
>;
type SkipLine = Line<{
  kind: 'decision';
  step: StepName;
  operation: 'skip-wait';
  after: { reason: string; savedAt: Instant; titlesVisibleAtPartner?: boolean } & Keyed;
  outcome: 'accepted';
}>;
type ChoiceLine = Line<{
  kind: 'decision';
  step: StepName;
  operation: 'decide';
  after: { reason: string; attentionId: string; code?: FailureCode } & Keyed;
  outcome: Choice;
}>;
/** The actions of which only the reason is written down. */
export type PlainDecision = Exclude<
  Action,
  'abort' | 'resume' | 'skip-wait' | 'decide' | 'confirm-step' | ApprovalAction
>;
type PlainDecisionLine = Each<
  PlainDecision,
  {
    kind: 'decision';
    step: StepName;
    after: { reason: string } & Keyed;
    outcome: 'accepted';
  }
>;

/**
 * `stornoSeenAt`: when a completed case last saw the event as Storno. Lines from before lack it. `refusal`: why a case
 * that was opened never began.
 */
type EndLine = Line<{
  kind: 'end';
  step: 'report';
  operation: 'close';
  after: { stornoSeenAt: Instant | null } | { refusal: CodedText } | null;
  outcome: CaseEnd;
}>;

/** Appended by the server itself: no step waits for it. */
type TickLine = Line<{
  kind: 'task';
  step: 'report';
  operation: 'tick-task';
  after: { id: string; done: boolean; note?: string };
}>;

/** The content of any line. */
export type LineContent =
  | OpeningLine
  | RefusalLine
  | SaveIntent
  | TaskIntent<'mark-titles', SaveOperation>
  | SaveOutcome
  | SaveByHand
  | StornoIntent
  | TaskIntent<'set-storno', 'set-storno'>
  | StornoOutcome
  | StornoByHand
  | StornoConfirmation
  | StornoAdoption
  | EventLook
  | EventGone
  | EventLookByHand
  | TaskIntent<'verify-channel', 'read-channel'>
  | ChannelLook
  | ChannelProof
  | ChannelByHand
  | RightIntent
  | TaskIntent<'grant-right', 'grant-right'>
  | RightOutcome
  | RightByHand
  | NoticeIntent
  | NoticeOutcome
  | NoticeByHand
  | NoticeClaim
  | HouseMailIntent
  | HouseMailOutcome
  | AbortLine
  | ResumeLine
  | ApprovalRequestLine
  | RecheckLine
  | ApprovalEndLine
  | ApprovalLine
  | SkipLine
  | ChoiceLine
  | PlainDecisionLine
  | EndLine
  | TickLine;

/** Does not compile when an effect or action has a row but no kind of line. */
type None<T extends never> = T;
type _Unwritten = None<Exclude<Operation, LineContent['operation']>>;
