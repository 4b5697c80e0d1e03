import { effectKeys, type EntryOf, type JournalEntry } from './journal';
import type { RecipientOutcome, WrittenNotice } from './line-content';
import { findWaiver, outcomeOf } from './lines';
import type { Instant } from './types';

/*
 * What the lines of a case say about mails: above all about the notice to Ö-Ticket (step 4), but also about the mails
 * to the house. The activities use the answers to decide whether they may send. The Protokoll, the view from the
 * journal and the console use them to show what is known. `entries` are the lines of one case, oldest first.
 */

type Entries = readonly JournalEntry[];
type NoticeLine = EntryOf<'send-partner-notice'>;
export type NoticeAttempt = EntryOf<'send-partner-notice', 'intent'>;
type NoticeOutcome = Extract<NoticeLine, { kind: 'outcome' }>;
type NoticeByHand = Extract<NoticeOutcome, { outcome: 'by-hand' }>;
type NoticeReply = Exclude<NoticeOutcome, NoticeByHand>;

function isNotice(entry: JournalEntry): entry is NoticeLine {
  return entry.operation === 'send-partner-notice';
}

/** The attempts to send, oldest first. Each was written down before its connection was made. */
export function noticeAttempts(entries: Entries): NoticeAttempt[] {
  return entries.filter((entry): entry is NoticeAttempt => isNotice(entry) && entry.kind === 'intent');
}

/** The effect key of the next attempt. */
export function nextNoticeKey(entries: Entries): string {
  return effectKeys.notice(noticeAttempts(entries).length + 1);
}

/** The attempt without an outcome: it is under way, or its process has died. */
export function unfinishedNotice(entries: Entries): NoticeAttempt | null {
  return noticeAttempts(entries).find((attempt) => outcomeOf(entries, attempt) === null) ?? null;
}

/** The text of the last attempt, whether it was sent or only tried. */
export function lastWrittenNotice(entries: Entries): { at: Instant; notice: WrittenNotice } | null {
  const attempt = noticeAttempts(entries).at(-1);
  return attempt ? { at: attempt.at, notice: attempt.after } : null;
}

/** In a series: who was to send it, oldest first; the newest line counts. */
export function noticeClaims(entries: Entries): EntryOf<'claim-notice'>[] {
  return entries.filter((entry): entry is EntryOf<'claim-notice'> => entry.operation === 'claim-notice');
}

/** The line that a mail of the series has told of the performance; `null`: none has. */
export function toldBySeries(entries: Entries): NoticeReply | null {
  return (
    entries.find(
      (entry): entry is NoticeReply => isReply(entry) && entry.effectKey.startsWith(effectKeys.seriesNotices),
    ) ?? null
  );
}

/** By which line the mail of the series has claimed what it then told of; `null`: no mail of the series has told of it. */
export function toldClaim(entries: Entries): EntryOf<'claim-notice'> | null {
  const told = toldBySeries(entries);
  const isIts = ({ after }: EntryOf<'claim-notice'>) =>
    after.by === 'series' && effectKeys.seriesNotice(after.number) === told?.effectKey;
  return told && (noticeClaims(entries).findLast(isIts) ?? null);
}

/** The line by which an operator reports that they sent the mail, and when. */
export function noticeByHand(entries: Entries): NoticeByHand | null {
  return (
    entries.find((entry): entry is NoticeByHand => isNotice(entry) && entry.outcome === 'by-hand') ?? null
  );
}

/** The server's answer for each recipient of an attempt. If the attempt has no outcome, each recipient is in doubt. */
export function repliesOf(entries: Entries, attempt: NoticeAttempt): RecipientOutcome[] {
  const outcome = outcomeOf(entries, attempt);
  if (outcome && isReply(outcome)) return outcome.after.recipients;
  return attempt.after.recipients.map((address) => ({ address, outcome: 'in-doubt', reply: '' }));
}

function isReply(entry: JournalEntry): entry is NoticeReply {
  return isNotice(entry) && entry.kind === 'outcome' && entry.outcome !== 'by-hand';
}

/**
 * What is known about one recipient. `to-send-again`: an operator decided that a mail in doubt is sent again, and no
 * attempt has been made since. It is still unknown whether the first one arrived.
 */
export type RecipientState = RecipientOutcome['outcome'] | 'to-send-again';

/**
 * What is known about each recipient: the last outcome, or an operator's decision about a doubt. A decision covers only
 * earlier doubts; a later doubt needs a new one.
 */
export function recipientStates(entries: Entries): ReadonlyMap<string, RecipientState> {
  const states = new Map<string, RecipientState>();
  for (const entry of entries) {
    if (isNotice(entry) && entry.kind === 'intent' && outcomeOf(entries, entry) === null)
      for (const address of entry.after.recipients) states.set(address, 'in-doubt');
    if (isReply(entry))
      for (const { address, outcome } of entry.after.recipients) states.set(address, outcome);
    const decided = decidedState(entry);
    for (const [address, state] of states) if (decided && state === 'in-doubt') states.set(address, decided);
  }
  return states;
}

function decidedState(entry: JournalEntry): RecipientState | null {
  if (entry.operation !== 'decide' || entry.step !== 'notify-partner') return null;
  if (entry.outcome === 'treat-as-sent') return 'accepted';
  return entry.outcome === 'send-again' ? 'to-send-again' : null;
}

/** Whether an operator vouched for the arrival of a mail in doubt. */
export function isVouchedFor(entries: Entries): boolean {
  return entries.some(
    ({ step, operation, outcome }) =>
      step === 'notify-partner' && operation === 'decide' && outcome === 'treat-as-sent',
  );
}

/** What is known about the mail in the end. `accepted` is the server's word, and proves no more than that. */
export type NoticeState = 'none' | 'accepted' | 'confirmed' | 'waived' | 'in-doubt' | 'refused' | 'not-sent';

/** Worst first: the worst state of any recipient is the state of the whole mail. */
const BY_WEIGHT = ['in-doubt', 'to-send-again', 'refused', 'not-sent'] as const;

export function noticeState(entries: Entries): NoticeState {
  const isWaived = !noticeByHand(entries) && findWaiver(entries, 'notify-partner') !== null;
  return isWaived ? 'waived' : sendingState(entries);
}

export type SendingState = Exclude<NoticeState, 'waived'>;

/** What became of the mail that was sent, also where somebody waived it after that. */
export function sendingState(entries: Entries): SendingState {
  if (noticeByHand(entries)) return 'confirmed';
  const known = [...recipientStates(entries).values()];
  if (known.length === 0) return 'none';
  const worst = BY_WEIGHT.find((state) => known.includes(state));
  if (worst) return worst === 'to-send-again' ? 'in-doubt' : worst;
  return isVouchedFor(entries) ? 'confirmed' : 'accepted';
}

/** The last line about the mail other than a begun attempt: an answer, or an operator's decision. */
export function lastNoticeLine(entries: Entries): JournalEntry | null {
  return (
    entries.findLast(
      (entry) =>
        entry.step === 'notify-partner' &&
        entry.kind !== 'intent' &&
        (isNotice(entry) || entry.operation === 'decide' || entry.operation === 'waive-step'),
    ) ?? null
  );
}

/**
 * When the last line about the mail was written, an answer or a decision: of a mail that reached every recipient, the
 * time of the last acceptance. `null`: there is no such line.
 */
export function lastNoticeAt(entries: Entries): Instant | null {
  const last = entries.findLast(
    (entry) => entry.step === 'notify-partner' && (isNotice(entry) || entry.operation === 'decide'),
  );
  return last?.at ?? null;
}

type HouseMailAttempt = EntryOf<'alert-house', 'intent'>;

/** The mails to the house itself that were sent or tried. */
export function houseMails(entries: Entries): HouseMailAttempt[] {
  return entries.filter(
    (entry): entry is HouseMailAttempt => entry.operation === 'alert-house' && entry.kind === 'intent',
  );
}

/** The attempts at one mail to the house about one situation. */
export function houseMailAttempts(entries: Entries, kind: string, attentionId: string): HouseMailAttempt[] {
  const prefix = effectKeys.houseMails(kind, attentionId);
  return houseMails(entries).filter(({ effectKey }) => effectKey.startsWith(prefix));
}

/** The attempts at the mail about the end. */
export function endMailAttempts(entries: Entries): HouseMailAttempt[] {
  return houseMails(entries).filter(({ effectKey }) => /^end-notice(\/\d+)?$/.test(effectKey));
}

/** `null`: no line reports its outcome. */
export function houseMailOutcome(
  entries: Entries,
  attempt: HouseMailAttempt,
): RecipientOutcome['outcome'] | null {
  const outcome = outcomeOf(entries, attempt);
  return outcome?.operation === 'alert-house' && outcome.kind === 'outcome' ? outcome.outcome : null;
}
