import { setTimeout } from 'node:timers/promises';
import type { Opening } from '../domain/case';
import { KnownFailure, type FailureCode } from '../domain/failures';
import { effectKeys, headOf, type JournalEntry } from '../domain/journal';
import type { RecipientOutcome, WrittenNotice } from '../domain/line-content';
import {
  findEvidence,
  findStorno,
  grantedRight,
  isWaived,
  lastHead,
  lastMarking,
  stornoOf,
} from '../domain/lines';
import {
  isVouchedFor,
  lastAcceptance,
  nextNoticeKey,
  noticeByHand,
  recipientStates,
  unfinishedNotice,
} from '../domain/mail-lines';
import { stripMarker } from '../domain/marker';
import type { House, Instant, JournalHead } from '../domain/types';
import { LONGEST_CONVERSATION_MS, type OutgoingMail, type PartnerNoticeFacts } from '../mail/port';
import { asActivity, type ActivityDependencies, type StepInput } from './activity';
import { readOpenCase } from './reading';

export interface NoticeResult {
  /** `null`: a person has decided that no mail is sent from here. */
  acceptedAt: Instant | null;
  /** No server has said so, but a person. */
  isConfirmed?: boolean;
  head: JournalHead;
}

/** Step 4, the mail to Ö-Ticket: at most once for each recipient. */
export function createPartnerNoticeActivities({ journal, mail, houses }: ActivityDependencies) {
  /**
   * Sends the notice to whoever has not got it yet. "Sending" is on the disk before the connection is made; a
   * "sending" without an outcome (a crash, a lost connection) is in doubt and never sent again by itself. In doubt is
   * only what must be over: until then its own outcome may come. Once it runs, it ignores cancellation.
   */
  const sendPartnerNotice = asActivity(async (input: StepInput): Promise<NoticeResult> => {
    const { ref, actor } = input;
    const { entries, opening } = await readWhatIsOver(input);
    if (isWaived(entries, 'notify-partner')) return { acceptedAt: null, head: lastHead(entries) };
    const byHand = noticeByHand(entries);
    if (byHand) return { acceptedAt: byHand.after.sentAt, isConfirmed: true, head: lastHead(entries) };
    const house = houses.get(ref.house);
    if (!house) throw new KnownFailure('house-not-configured', `house ${ref.house}`);

    const line = { actor, step: 'notify-partner', operation: 'send-partner-notice' } as const;
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

    const message = mail.composePartnerNotice(house, collectFacts(house, opening, entries, ref.caseId));
    const recipients = [...new Set([...message.to, ...message.cc])].filter(
      (address) => states.get(address) !== 'accepted',
    );
    if (recipients.length === 0) {
      const acceptedAt = lastAcceptance(entries) ?? new Date().toISOString();
      return { acceptedAt, isConfirmed: isVouchedFor(entries), head: lastHead(entries) };
    }

    const effectKey = nextNoticeKey(entries);
    const elapsedMs = startWatch();
    const intent = await journal.appendNew(ref, {
      ...line,
      kind: 'intent',
      effectKey,
      after: describe(message, recipients),
    });
    // An attempt that slept through its own time-out wakes up here: the newer one sends.
    if (!intent) throw new KnownFailure('mail-server-unavailable', 'another attempt is under way');
    // And one that slept right here may have been judged as in doubt, and sent again by a person's word.
    const isLate = elapsedMs() > CONNECT_WITHIN_MS;
    const outcomes = isLate ? recipients.map(notSent) : await mail.send(message, recipients);
    const worst = worstOf(outcomes);
    const entry = await insist(() =>
      journal.append(ref, {
        ...line,
        kind: 'outcome',
        effectKey: effectKeys.outcomeOf(effectKey),
        after: { messageId: message.messageId, recipients: outcomes },
        outcome: worst.outcome,
      }),
    );
    throwUnlessAccepted(worst, entry);
    return { acceptedAt: entry.at, head: headOf(entry) };
  });

  /** The lines of the case, once no sending is under way any more. */
  async function readWhatIsOver(input: StepInput) {
    const known = await readOpenCase(journal, input);
    const underWayMs = stillUnderWayMs(known.entries);
    if (underWayMs === 0) return known;
    await setTimeout(underWayMs);
    return readOpenCase(journal, input);
  }

  return { sendPartnerNotice };
}

/**
 * After this a begun sending does not connect any more: its process may have been stopped, and an attempt that does
 * not beat for three seconds, beating each second, is another one's to judge.
 */
const CONNECT_WITHIN_MS = 2_000;

/**
 * How long it has been, in milliseconds: by the process's own clock, which nobody sets, or by the machine's, which goes
 * on while the machine sleeps; the one that says more. Whoever sets the machine's clock may make it too much, never too
 * little.
 */
function startWatch(): () => number {
  const [uptimeMs, timeMs] = [performance.now(), Date.now()];
  return () => Math.max(performance.now() - uptimeMs, Math.abs(Date.now() - timeMs));
}

/**
 * How long a sending without an outcome may still be under way, in milliseconds: its worker may live and only be
 * unheard. Where this clock is behind that worker's, the whole time is waited.
 */
function stillUnderWayMs(entries: readonly JournalEntry[]): number {
  const unfinished = unfinishedNotice(entries);
  if (!unfinished) return 0;
  const agoMs = Math.max(0, Date.now() - Date.parse(unfinished.at));
  return Math.max(0, CONNECT_WITHIN_MS + LONGEST_CONVERSATION_MS - agoMs);
}

/** How long the journalling of an answer is tried: losing it would leave the mail in doubt for good. */
const JOURNALLING_PATIENCE_MS = 90_000;

async function insist<T>(write: () => Promise<T>): Promise<T> {
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

function collectFacts(
  house: House,
  opening: Opening,
  entries: readonly JournalEntry[],
  caseId: string,
): PartnerNoticeFacts {
  const { order, policy } = opening.input;
  const storno = findStorno(entries);
  const seen = findEvidence(entries);
  const right = grantedRight(entries);
  if (!storno || !seen || !(right || isWaived(entries, 'grant-right'))) {
    throw new KnownFailure('journal-behind', 'the mail comes after Storno, evidence and right');
  }
  return {
    caseId,
    eventNumber: order.eventNumber,
    marker: opening.marker,
    title: stripMarker(opening.event.title.before ?? '', policy.marker),
    startsAt: opening.event.startsAt,
    venue: opening.event.venue,
    location: opening.event.location,
    organiser: opening.event.organiser,
    reason: order.reason,
    contact: order.contact ?? house.boxOffice,
    markedAt: lastMarking(entries)?.after.savedAt ?? null,
    stornoAt: stornoOf(storno).savedAt,
    seenInChannelAt: seen.after.readAt,
    rightValidUntil: right?.after.validUntil ?? null,
    isRightWaived: !right,
  };
}

function describe(
  { from, to, cc, subject, messageId, text }: OutgoingMail,
  recipients: string[],
): WrittenNotice {
  return { from, to, cc, subject, messageId, text, recipients };
}

function notSent(address: string): RecipientOutcome {
  return { address, outcome: 'not-sent', reply: 'begun too long ago, not connected' };
}

function inDoubt(address: string): RecipientOutcome {
  return { address, outcome: 'in-doubt', reply: 'no outcome was written down' };
}

/** Doubt weighs most: it forbids trying again. A refusal needs a person; a mail not taken is tried again. */
const BY_WEIGHT = ['in-doubt', 'refused', 'not-sent', 'accepted'] as const;

function worstOf(outcomes: readonly RecipientOutcome[]): RecipientOutcome {
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

/** With the journal's head: should the journal be set back, the next attempt notices that a mail is missing. */
function mailFailure(code: FailureCode, detail: string, entry: JournalEntry): KnownFailure {
  return new KnownFailure(code, detail, { head: headOf(entry) });
}
