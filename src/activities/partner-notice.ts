import { Context } from '@temporalio/activity';
import { setTimeout } from 'node:timers/promises';
import { actorOf } from '../domain/actor';
import { lookHoldsMs, type Opening } from '../domain/case';
import { toMs } from '../domain/clock';
import { isSealed, placesOf } from '../domain/contact';
import { KnownFailure, type FailureCode } from '../domain/failures';
import { effectKeys, headOf, type JournalEntry } from '../domain/journal';
import type { RecipientOutcome, WrittenNotice } from '../domain/line-content';
import { endOf, grantedRight, isWaived, lastHead, lastMarking, openingOf } from '../domain/lines';
import {
  findEvidence,
  findStorno,
  isProofVoid,
  knownStorno,
  lastLook,
  lastShown,
  stornoSeenAt,
} from '../domain/storno-lines';
import {
  isVouchedFor,
  lastNoticeAt,
  nextNoticeKey,
  noticeByHand,
  noticeClaims,
  recipientStates,
  unfinishedNotice,
} from '../domain/mail-lines';
import { findMarker } from '../domain/marker';
import { wasMarkedBefore } from '../domain/on-sale';
import { hasReason } from '../domain/memo';
import { performanceOf, textsNow } from '../domain/performance';
import { STORNO_WORD } from '../domain/status';
import type { Contact, Instant, JournalHead } from '../domain/types';
import { contactOf, hashText, openContact } from '../journal/contact';
import type { Journal } from '../journal/port';
import { LONGEST_CONVERSATION_MS, type OutgoingMail, type PartnerNoticeFacts } from '../mail/port';
import { asStep, type ActivityDependencies, type StepInput } from './activity';
import { readOpenCase, requireHouse, requireWritten } from './reading';
import { attempting, MAIL_MAY_LAST_MS } from './writes';

export interface NoticeResult {
  /** `null`: an operator decided that Absage sends no mail. */
  acceptedAt: Instant | null;
  /** An operator, not a server, said that the mail arrived. */
  isConfirmed?: boolean;
  head: JournalHead;
}

export interface NoticeInput extends StepInput {
  /**
   * When the newest look at the event was begun, on Temporal's clock; `null`: it was not looked at. A run that was begun
   * before there were looks names nothing.
   */
  lookedAtMs?: number | null;
}

/** With the time since the attempt began, before anything was asked: its process may freeze at any call. */
type Begun = NoticeInput & { sinceBeginMs: () => number };

/** Step 4, the mail to Ö-Ticket: at most once for each recipient. */
export function createPartnerNoticeActivities({ journal, mail, houses, trust }: ActivityDependencies) {
  /**
   * Sends the notice to each recipient who has not got it yet. The journal holds the line "sending" before the
   * connection is made. A "sending" without an outcome (crash, lost connection) is in doubt, and is never sent again
   * automatically. It counts as in doubt only once the sending must be over, because until then its own outcome may
   * still arrive. Once this activity runs, it ignores cancellation.
   *
   * A sending goes by a look at the event that was made right before it. Where there is none, nothing is sent, and the run
   * looks first: that is so for each later attempt.
   */
  const sendPartnerNotice = (input: NoticeInput) => send({ ...input, sinceBeginMs: startWatch() });

  const send = asStep(trust, async ({ sinceBeginMs, ...input }: Begun): Promise<NoticeResult> => {
    const { ref } = input;
    const { entries, opening } = await readWhatIsOver(input);
    if (isWaived(entries, 'notify-partner')) return { acceptedAt: null, head: lastHead(entries) };
    const byHand = noticeByHand(entries);
    if (byHand) return { acceptedAt: byHand.after.sentAt, isConfirmed: true, head: lastHead(entries) };
    if (endOf(entries)) return { acceptedAt: lastNoticeAt(entries), head: lastHead(entries) };
    // In a series the case sends only what it has claimed for itself. The run joins the mail of the series first.
    if (opening.input.series && noticeClaims(entries).at(-1)?.after.by !== 'item') throw lookNeeded();
    const house = requireHouse(houses, ref.house);

    const line = { ...actorOf(input), step: 'notify-partner', operation: 'send-partner-notice' } as const;
    const unfinished = unfinishedNotice(entries);
    if (unfinished) {
      const entry = await journal.append(ref, {
        ...line,
        kind: 'outcome',
        effectKey: effectKeys.outcomeOf(unfinished.effectKey),
        after: { recipients: unfinished.after.recipients.map(inDoubt) },
        outcome: 'in-doubt',
      });
      throw mailFailure('mail-in-doubt', 'a sending was begun and has no outcome', entry);
    }
    const states = recipientStates(entries);
    if ([...states.values()].includes('in-doubt')) {
      throw new KnownFailure('mail-in-doubt', 'the server was lost after it had asked for the text');
    }

    // The status was changed since the proof: the run has to look, and then to wait and prove anew.
    if (isProofVoid(entries)) throw lookNeeded();
    const known = await readContact(journal, entries, opening);
    const facts = collectFacts(opening, entries, ref.caseId, known.contact ?? house.boxOffice);
    const message = mail.composePartnerNotice(house, facts);
    const recipients = [...new Set([...message.to, ...message.cc])].filter(
      (address) => states.get(address) !== 'accepted',
    );
    if (recipients.length === 0) {
      const acceptedAt = lastNoticeAt(entries) ?? new Date().toISOString();
      return { acceptedAt, isConfirmed: isVouchedFor(entries), head: lastHead(entries) };
    }

    if (isLookNeeded(input, opening, entries, sinceBeginMs())) throw lookNeeded();
    const effectKey = nextNoticeKey(entries);
    const after = {
      ...describe(message, recipients),
      ...textToKeep(
        message.text,
        known,
        (contact) => mail.composePartnerNotice(house, { ...facts, contact }).text,
      ),
    };
    const about = { ref, step: 'notify-partner', mayLastMs: MAIL_MAY_LAST_MS } as const;
    const { worst, entry } = await attempting(journal, about, async (attempt) => {
      const elapsedMs = startWatch();
      const sending = { ...line, kind: 'intent', effectKey, after } as const;
      const intent = await journal.appendNewUnlessEnded(ref, sending, attempt);
      // An attempt that was frozen past its own time-out wakes up here. The newer attempt sends, or has sent.
      if (!intent) throw new KnownFailure('mail-server-unavailable', 'another attempt is under way');
      // An attempt frozen right here may since have been judged in doubt, and an operator may have had the mail sent
      // again.
      const isLate = elapsedMs() > CONNECT_WITHIN_MS;
      const outcomes = isLate ? recipients.map(notSent) : await mail.send(message, recipients);
      const worst = worstOf(outcomes);
      const entry = await insist(() =>
        attempt.end({
          ...line,
          kind: 'outcome',
          effectKey: effectKeys.outcomeOf(effectKey),
          after: { messageId: message.messageId, recipients: outcomes },
          outcome: worst.outcome,
        }),
      );
      return { worst, entry };
    });
    throwUnlessAccepted(worst, entry);
    return { acceptedAt: entry.at, head: headOf(entry) };
  });

  /** Reads the lines of the case once no sending can be under way any more. */
  async function readWhatIsOver(input: StepInput) {
    const known = await readOpenCase(journal, input);
    const underWayMs = stillUnderWayMs(known.entries);
    if (underWayMs === 0) return known;
    await setTimeout(underWayMs);
    return readOpenCase(journal, input);
  }

  return { sendPartnerNotice };
}

/** Nothing is sent, and the run looks at the event first. */
function lookNeeded(): KnownFailure {
  return new KnownFailure('mail-server-unavailable', 'the event is looked at again first', {
    isLookNeeded: true,
  });
}

/**
 * Whether the event may have changed since it was looked at. A later attempt leaves the sending to the run, which looks
 * first; in a guided house nobody but the clerk can look.
 */
function isLookNeeded(
  { lookedAtMs }: NoticeInput,
  { backend, input }: Opening,
  entries: readonly JournalEntry[],
  sinceBeginMs: number,
): boolean {
  if (lookedAtMs === undefined) return false;
  const { attempt, currentAttemptScheduledTimestampMs } = Context.current().info;
  if (attempt > 1) return true;
  if (backend === 'guided') return false;
  if (lookedAtMs === null || stornoSeenAt(entries) === null) return true;
  // The run may have been told of a look that nobody has made.
  const noted = lastLook(entries);
  const holdsMs = lookHoldsMs(input.policy) + CLOCKS_DIFFER_MS;
  if (noted === null || Date.now() - toMs(noted.at) > holdsMs) return true;
  const leftMs = lookHoldsMs(input.policy) - (currentAttemptScheduledTimestampMs - lookedAtMs);
  return leftMs < lookHoldsMs(input.policy) / 2 || sinceBeginMs > leftMs / 2 - CONNECT_WITHIN_MS;
}

/** So far apart may the clocks of two workers be: of the one that has noted the look, and of the one that sends by it. */
export const CLOCKS_DIFFER_MS = 5 * 60_000;

/**
 * After this time a begun sending no longer connects: its process may have been frozen. A running attempt heartbeats
 * every second, and after three seconds without one another attempt may take over and judge this sending.
 */
export const CONNECT_WITHIN_MS = 2_000;

/**
 * Measures elapsed time in milliseconds: the larger of two clocks. The process's own clock cannot be set; the machine's
 * clock goes on while the machine sleeps. Setting the machine's clock can make the result too large, never too small.
 */
export function startWatch(): () => number {
  const [uptimeMs, timeMs] = [performance.now(), Date.now()];
  return () => Math.max(performance.now() - uptimeMs, Math.abs(Date.now() - timeMs));
}

/**
 * How long a sending without an outcome may still be under way, in milliseconds: its worker may be alive but out of
 * contact. If this worker's clock is behind that worker's, it waits the whole time.
 */
function stillUnderWayMs(entries: readonly JournalEntry[]): number {
  const unfinished = unfinishedNotice(entries);
  if (!unfinished) return 0;
  const agoMs = Math.max(0, Date.now() - Date.parse(unfinished.at));
  return Math.max(0, CONNECT_WITHIN_MS + LONGEST_CONVERSATION_MS - agoMs);
}

/** How long the answer's line is retried. Without that line the mail would stay in doubt for good. */
const JOURNALLING_PATIENCE_MS = 90_000;

export async function insist<T>(write: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + JOURNALLING_PATIENCE_MS;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await setTimeout(1_000);
    }
  }
}

/** Whom Ö-Ticket is to call back, where the order names somebody; `key`: what the lines hold that sealed with. */
interface KnownContact {
  contact: Contact | undefined;
  key: string | null;
}

async function readContact(
  journal: Journal,
  entries: readonly JournalEntry[],
  opening: Opening,
): Promise<KnownContact> {
  const state = await contactOf(journal, entries);
  const { contact } = (openingOf(openContact(entries, state)) ?? opening).input.order;
  if (isSealed(contact)) throw new KnownFailure('journal-behind', 'the key of the contact is not there');
  return { contact, key: state !== null && 'key' in state ? state.key : null };
}

/** The text that the line keeps of a mail. `compose`: the same mail, with something else in the place of the contact. */
export function textToKeep(
  sent: string,
  known: Partial<KnownContact> | null,
  compose: (places: Contact) => string,
): Pick<WrittenNotice, 'text' | 'textHash'> {
  if (!known?.contact || !known.key) return { text: sent };
  return { text: compose(placesOf(known.contact)), textHash: hashText(known.key, sent) };
}

export function collectFacts(
  opening: Opening,
  entries: readonly JournalEntry[],
  caseId: string,
  contact: Contact,
): PartnerNoticeFacts {
  const { order } = opening.input;
  const storno = requireWritten(knownStorno(entries), 'the Storno');
  const seen = requireWritten(findEvidence(entries), 'that Ö-Ticket has the Storno');
  const right = grantedRight(entries);
  requireWritten(right ?? isWaived(entries, 'grant-right'), 'the right');
  const { title, externalMemo } = textsNow(opening, entries);
  return {
    // As the last look showed it: a place or a date that was corrected in Jet is the one that Ö-Ticket has to hear.
    ...performanceOf(opening, lastShown(entries)),
    caseId,
    isSimulator: opening.isSimulator,
    eventNumber: order.eventNumber,
    marker: opening.marker,
    reason: order.reason,
    contact,
    markedAt: lastMarking(entries)?.after.savedAt ?? null,
    wasMarkedBefore: wasMarkedBefore(opening),
    standingMarker: findMarker(title, opening.input.policy.marker),
    isReasonInMemo: externalMemo !== undefined && hasReason(externalMemo, order.reason),
    wasStornoAlready: findStorno(entries)?.operation === 'adopt-storno',
    stornoAt: storno.savedAt,
    seenInChannelAt: seen.after.readAt,
    isTransferVouchedFor: seen.outcome === 'adopted',
    isStornoShown: seen.after.status === STORNO_WORD,
    rightValidUntil: right?.after.validUntil ?? null,
    isRightWaived: !right,
  };
}

export function describe(
  { from, to, cc, subject, messageId }: OutgoingMail,
  recipients: string[],
): Omit<WrittenNotice, 'text' | 'textHash'> {
  return { from, to, cc, subject, messageId, recipients };
}

export function notSent(address: string): RecipientOutcome {
  return { address, outcome: 'not-sent', reply: 'begun too long ago, not connected' };
}

export function inDoubt(address: string): RecipientOutcome {
  return { address, outcome: 'in-doubt', reply: 'no outcome was written down' };
}

/** Worst first. A doubt forbids trying again, a refusal needs an operator, a mail that was not taken is tried again. */
const BY_WEIGHT = ['in-doubt', 'refused', 'not-sent', 'accepted'] as const;

export function worstOf(outcomes: readonly RecipientOutcome[]): RecipientOutcome {
  const worst = BY_WEIGHT.map((weight) => outcomes.find(({ outcome }) => outcome === weight)).find(Boolean);
  if (!worst) throw new KnownFailure('internal', 'a mail without recipients');
  return worst;
}

const FAILURES_BY_OUTCOME = {
  'in-doubt': 'mail-in-doubt',
  refused: 'mail-refused',
  'not-sent': 'mail-server-unavailable',
} as const;

function throwUnlessAccepted({ outcome, reply }: RecipientOutcome, entry: JournalEntry): void {
  if (outcome !== 'accepted') throw mailFailure(FAILURES_BY_OUTCOME[outcome], reply, entry);
}

/** Carries the journal's head, so that the next attempt notices the missing mail if the journal is set back. */
function mailFailure(code: FailureCode, detail: string, entry: JournalEntry): KnownFailure {
  return new KnownFailure(code, detail, { head: headOf(entry) });
}
