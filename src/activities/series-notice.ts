import { setTimeout } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { ABSAGE } from '../domain/actor';
import { lookHoldsMs, type CasePolicy, type Opening } from '../domain/case';
import { toInstant, toMs } from '../domain/clock';
import { KnownFailure } from '../domain/failures';
import { effectKeys, headOf, type EntryOf, type JournalEntry } from '../domain/journal';
import { endOf, grantedRight, isWaived, lastHead, openingOf } from '../domain/lines';
import { noticeByHand, noticeClaims, recipientStates, toldBySeries } from '../domain/mail-lines';
import {
  endIn,
  itemStanding,
  linesWith,
  nextNoticeNumber,
  noticeStanding,
  noticesOf,
  OF_NOTICES,
  seriesKeys,
  seriesStateOf,
  type SeriesLine,
  type SeriesLineOf,
} from '../domain/series-lines';
import { isProofVoid, lastLook } from '../domain/storno-lines';
import type { CaseRef, Contact, Instant, JournalHead } from '../domain/types';
import { contactOfSeries } from '../journal/contact';
import type { WriteAttempt } from '../journal/port';
import { LONGEST_CONVERSATION_MS, type PartnerNoticeFacts } from '../mail/port';
import { asStep, type ActivityDependencies, type StepInput } from './activity';
import {
  CLOCKS_DIFFER_MS,
  collectFacts,
  CONNECT_WITHIN_MS,
  describe,
  inDoubt,
  insist,
  notSent,
  startWatch,
  textToKeep,
  worstOf,
} from './partner-notice';
import { readEventThenLines, readOpenCase, requireHouse, requireWritten } from './reading';
import { asSeriesActivity, NOTICE_AFTER_MS, type SeriesStep } from './series';
import { noteStorno } from './still-storno';
import { attempting, MAIL_MAY_LAST_MS } from './writes';

/*
 * One mail to Ö-Ticket for each house of a series. A performance belongs to a mail by a line of its own chain, written before
 * the connection is made; a mail is sent, or given up, by one line of the series' chain. So no performance is ever in two.
 */

/** What a case of a series learns about its mail. */
export type JoinedNotice =
  /** The mail of the series has told of it. */
  | { kind: 'told'; acceptedAt: Instant; isConfirmed: boolean; head: JournalHead }
  /** The case sends its own. */
  | { kind: 'own'; head: JournalHead };

/** What became of a mail of the series. `nothing`: none of the performances could be told of now. */
export interface SentSeriesNotice {
  kind: 'sent' | 'not-sent' | 'in-doubt' | 'refused' | 'nothing';
}

/** `items`: what was seen as Storno right now; none, where a mail that was begun is to be judged. */
export interface SeriesNoticeInput extends SeriesStep {
  house: string;
  items: CaseRef[];
  lookedAtMs: number;
}

/** With the time since the attempt began. */
type BegunSeriesNotice = SeriesNoticeInput & { sinceBeginMs: () => number };

export function createSeriesNoticeActivities(deps: ActivityDependencies) {
  const { journal, series, mail, jet, houses, trust } = deps;
  const afterMs = deps.seriesNoticeAfterMs ?? NOTICE_AFTER_MS;

  /**
   * In Jet's queue: looks at a few performances right before Ö-Ticket is told of them. Resolves to those that are Storno; each
   * other one stays behind, and its own case asks for a person.
   */
  const lookAtItems = asSeriesActivity(
    trust,
    async ({ seriesId, items }: SeriesStep & { items: CaseRef[] }): Promise<{ seen: CaseRef[] }> => {
      const seen: CaseRef[] = [];
      for (const ref of items) if (await isStillStorno(seriesId, ref)) seen.push(ref);
      return { seen };
    },
  );

  async function isStillStorno(seriesId: string, ref: CaseRef): Promise<boolean> {
    const input: StepInput = { ref, ...ABSAGE, head: null };
    const { entries, opening } = await readItem(seriesId, ref);
    if (!opening || endOf(entries) || isProofVoid(entries)) return false;
    if (opening.backend === 'guided') return true;
    try {
      const { event, entries: now } = await readEventThenLines({ jet, journal }, input, 'notify-partner');
      if (isProofVoid(now)) return false;
      await noteStorno(journal, input, 'notify-partner', event, now);
      return true;
    } catch (error) {
      if (error instanceof KnownFailure && error.code === 'status-changed-after-storno') return false;
      throw error;
    }
  }

  /** The lines of a case, with its opening where it belongs to the series. */
  async function readItem(
    seriesId: string,
    { caseId }: CaseRef,
  ): Promise<{ entries: JournalEntry[]; opening: Opening | null }> {
    const entries = await journal.entries(caseId);
    const opening = openingOf(entries);
    return { entries, opening: opening?.input.series?.id === seriesId ? opening : null };
  }

  /**
   * Sends one mail about these performances. Each of them is claimed first; whoever has claimed it otherwise meanwhile, has
   * ended, or was not seen as Storno right now is left out. A mail that was begun and has no outcome is judged instead.
   * `lookedAtMs`: when the first of them began to be looked at, by Temporal's clock.
   */
  const sendSeriesNotice = (input: SeriesNoticeInput) => send({ ...input, sinceBeginMs: startWatch() });

  const send = asSeriesActivity(trust, async (input: BegunSeriesNotice): Promise<SentSeriesNotice> => {
    const ref = { caseId: input.seriesId, house: input.house, eventNumber: '' };
    const about = { ref, step: 'notify-partner', mayLastMs: MAIL_MAY_LAST_MS } as const;
    try {
      return await attempting(journal, about, (attempt) => claimAndSend(input, attempt));
    } catch (error) {
      // Nothing was begun, and it is tried again for as long as it takes.
      if (error instanceof KnownFailure && error.code === 'writes-off') throw waits(error.detail);
      throw error;
    }
  });

  const claimAndSend = async (
    { seriesId, house: key, items, lookedAtMs, sinceBeginMs }: BegunSeriesNotice,
    attempt: WriteAttempt,
  ): Promise<SentSeriesNotice> => {
    const lines = await series.seriesLines(seriesId);
    const begun = noticesOf(lines).find(
      ({ after }) => after.house === key && noticeStanding(lines, key, after.number).kind === 'sending',
    );
    if (begun) return judge(seriesId, begun);
    const house = requireHouse(houses, key);
    const state = requireWritten(seriesStateOf(lines), 'the order of the series');
    const number = nextNoticeNumber(lines, key);
    const told: { ref: CaseRef; facts: PartnerNoticeFacts }[] = [];
    const contact = await contactOfSeries(journal, state.order);
    for (const ref of items) {
      const facts = await claim(seriesId, ref, number, lines, contact?.contact ?? house.boxOffice, attempt);
      if (facts) told.push({ ref, facts });
    }
    if (told.length === 0) return { kind: 'nothing' };

    const facts = {
      seriesId,
      number,
      isSimulator: told.every((each) => each.facts.isSimulator === true),
      items: told.map((each) => each.facts),
    };
    const message = mail.composeSeriesNotice(house, facts);
    const caseIds = told.map(({ ref }) => ref.caseId);
    const recipients = [...new Set([...message.to, ...message.cc])].filter(
      (address) => !isToldOf(lines, key, address, caseIds),
    );
    const kept = textToKeep(message.text, contact, (places) => {
      const items = facts.items.map((each) => ({ ...each, contact: places }));
      return mail.composeSeriesNotice(house, { ...facts, items }).text;
    });
    const policy = requireWritten(state.order.after.policies[key], 'the policy of the house');
    if (house.backend === 'gateway' && isLookTooOld(policy, lookedAtMs, sinceBeginMs()))
      return { kind: 'nothing' };
    const elapsedMs = startWatch();
    const effectKey = seriesKeys.notice(key, number);
    const sending = {
      ...ABSAGE,
      operation: 'send-series-notice',
      effectKey,
      after: { house: key, number, items: caseIds, ...describe(message, recipients), ...kept },
      outcome: null,
    } as const;
    const intent = await series.appendNewToSeries(seriesId, sending, attempt);
    // Another attempt sends it, or one of its performances has given it up.
    if (!intent) return { kind: 'nothing' };
    const isLate = elapsedMs() > CONNECT_WITHIN_MS;
    const outcomes = isLate ? recipients.map(notSent) : await mail.send(message, recipients);
    const { outcome } = worstFor(outcomes, message.to);
    await insist(() =>
      series.appendToSeries(seriesId, {
        ...ABSAGE,
        operation: 'note-series-notice',
        effectKey: seriesKeys.noticeOutcome(key, number),
        after: { house: key, number, messageId: message.messageId, recipients: outcomes },
        outcome,
      }),
    );
    return { kind: outcome === 'accepted' ? 'sent' : outcome };
  };

  /** Claims a performance for a mail. Resolves to what the mail says of it; `null`: the mail does not tell of it. */
  async function claim(
    seriesId: string,
    ref: CaseRef,
    number: number,
    lines: readonly SeriesLine[],
    contact: Contact,
    attempt: WriteAttempt,
  ): Promise<PartnerNoticeFacts | null> {
    const { entries, opening } = await readItem(seriesId, ref);
    if (!opening || !mayBeTold(entries) || !isSeen(opening, entries)) return null;
    const claims = noticeClaims(entries);
    const newest = claims.at(-1);
    if (newest?.after.by === 'item') return null;
    const isIts = newest?.after.by === 'series' && newest.after.number === number;
    if (newest && !isIts && itemStanding(lines, ref, newest.after.number).kind !== 'free') return null;
    if (!isIts) {
      const claimed = await journal.appendNewUnlessEnded(
        ref,
        claimLine(claims.length, { by: 'series', number }),
        attempt,
      );
      if (!claimed) return null;
    }
    try {
      return collectFacts(opening, entries, ref.caseId, contact);
    } catch (error) {
      // One performance of which something is missing keeps no other one from being told of; its own case says what it is.
      if (error instanceof KnownFailure) return null;
      throw error;
    }
  }

  /** The conversation must be over by then. Its own outcome may still arrive; without one the mail is in doubt. */
  async function judge(
    seriesId: string,
    { at, after: { house, number, messageId, recipients } }: SeriesLineOf<'send-series-notice'>,
  ): Promise<SentSeriesNotice> {
    const leftMs = CONNECT_WITHIN_MS + LONGEST_CONVERSATION_MS - Math.max(0, Date.now() - toMs(at));
    if (leftMs > 0) await setTimeout(leftMs);
    const line = await series.appendToSeries(seriesId, {
      ...ABSAGE,
      operation: 'note-series-notice',
      effectKey: seriesKeys.noticeOutcome(house, number),
      after: { house, number, messageId, recipients: recipients.map(inDoubt) },
      outcome: 'in-doubt',
    });
    return { kind: line.outcome === 'accepted' ? 'sent' : (line.outcome as SentSeriesNotice['kind']) };
  }

  /**
   * A case of a series has come to its mail, and waits for the one of its house. It sends its own when the series has ended, or
   * when a mail would have been due for as long again and none came: then the series has no run any more.
   */
  const joinSeriesNotice = asStep(trust, async (input: StepInput): Promise<JoinedNotice> => {
    const { ref } = input;
    const { entries, opening } = await readOpenCase(journal, input);
    const { id } = requireWritten(opening.input.series, 'that the case belongs to a series');
    const own = (head = lastHead(entries)) => ({ kind: 'own', head }) as const;
    const told = toldBySeries(entries);
    if (told) return { kind: 'told', acceptedAt: told.at, isConfirmed: false, head: lastHead(entries) };
    // What stands in the way of a mail of the series stands in the way of its own, too: that one says what it is.
    if (!mayBeTold(entries) || isLookLost(entries)) return own();
    // All cases ask at each poll: the order of a large series would be read each time.
    const lines = await series.seriesLines(id, OF_NOTICES);
    const claims = noticeClaims(entries);
    const newest = claims.at(-1);
    if (newest?.after.by === 'item') return own();
    const isOver = endIn(lines) !== null;
    if (newest?.after.by === 'series') {
      const { number } = newest.after;
      const standing = itemStanding(lines, ref, number);
      if (standing.kind === 'sent') return noteTold(input, number, standing);
      const isGivenUp = standing.kind === 'none' && (isOver || agoMs(newest.at) > afterMs);
      if (isGivenUp && !(await release(id, ref, number)))
        throw waits('the mail of the series is sent after all');
      if (standing.kind !== 'free' && !isGivenUp) throw waits(`the mail of the series is ${standing.kind}`);
    }
    if (!isOver && (await isMailToCome(id, ref, entries))) throw waits('the mail of the series is not due');
    const about = { ref, step: 'notify-partner', mayLastMs: 0 } as const;
    const claimed = await attempting(journal, about, (attempt) =>
      journal.appendNewUnlessEnded(ref, claimLine(claims.length, { by: 'item' }), attempt),
    );
    if (!claimed) throw waits('another mail has just claimed it');
    return own(headOf(claimed));
  });

  /** No mail with that number will be sent. `false`: it is being sent. */
  async function release(seriesId: string, { caseId, house }: CaseRef, number: number): Promise<boolean> {
    const line = await series.appendToSeries(seriesId, {
      ...ABSAGE,
      operation: 'release-series-notice',
      effectKey: seriesKeys.notice(house, number),
      after: { house, number, caseId },
      outcome: null,
    });
    return line.operation === 'release-series-notice';
  }

  async function noteTold(
    { ref }: StepInput,
    number: number,
    { messageId, recipients, isVouchedFor, at }: Extract<ReturnType<typeof noticeStanding>, { kind: 'sent' }>,
  ): Promise<JoinedNotice> {
    const line = await journal.append(ref, {
      ...ABSAGE,
      kind: 'outcome',
      step: 'notify-partner',
      operation: 'send-partner-notice',
      effectKey: effectKeys.seriesNotice(number),
      after: {
        messageId,
        // A copy that was not taken is nothing that this case could mend.
        recipients: recipients
          .filter(({ outcome }) => isVouchedFor || outcome === 'accepted')
          .map((each) => ({ ...each, outcome: 'accepted' as const })),
      },
      outcome: 'accepted',
    });
    return { kind: 'told', acceptedAt: at, isConfirmed: isVouchedFor, head: headOf(line) };
  }

  /** Whether the newest of the house's performances came to its mail so lately that the series may still send one. */
  async function isMailToCome(
    seriesId: string,
    { house, caseId }: CaseRef,
    entries: readonly JournalEntry[],
  ): Promise<boolean> {
    const isRecent = (at: Instant) => agoMs(at) <= 2 * afterMs;
    // All of them ask at each poll: the others are read only when this one has waited for long enough itself.
    if (isRecent(grantedRight(entries)?.at ?? entries.at(-1)?.at ?? toInstant(Date.now()))) return true;
    const state = requireWritten(
      seriesStateOf(await series.seriesLines(seriesId)),
      `the order of series ${seriesId}`,
    );
    const others = state.items.filter(({ item }) => item.house === house && item.caseId !== caseId);
    const marks = await series.caseMarks(others.map(({ item }) => item.caseId));
    return [...marks.values()].some(({ readyAt }) => readyAt !== null && isRecent(readyAt));
  }

  return { lookAtItems, sendSeriesNotice, joinSeriesNotice };
}

/** Who sends. `earlier`: so many have claimed it before. */
function claimLine(earlier: number, after: EntryOf<'claim-notice'>['after']) {
  return {
    ...ABSAGE,
    kind: 'decision',
    step: 'notify-partner',
    operation: 'claim-notice',
    effectKey: effectKeys.noticeClaim(earlier + 1),
    after,
  } as const;
}

/** The case is as far as the mail, and nobody has told Ö-Ticket of it, nor decided that nobody will. */
function mayBeTold(entries: readonly JournalEntry[]): boolean {
  const isRightDone = grantedRight(entries) !== null || isWaived(entries, 'grant-right');
  return (
    isRightDone &&
    endOf(entries) === null &&
    !isProofVoid(entries) &&
    !isWaived(entries, 'notify-partner') &&
    noticeByHand(entries) === null &&
    recipientStates(entries).size === 0
  );
}

function isLookLost(entries: readonly JournalEntry[]): boolean {
  const outcome = lastLook(entries)?.outcome;
  return outcome === 'gone' || outcome === 'not-storno';
}

/** Somebody has noted it as Storno. In a guided house nobody but the clerk can look. */
function isSeen({ backend, input }: Opening, entries: readonly JournalEntry[]): boolean {
  if (backend === 'guided') return true;
  const look = lastLook(entries);
  const isStorno = look?.outcome === 'storno' || look?.outcome === 'storno-again';
  return isStorno && agoMs(look.at) < lookHoldsMs(input.policy) + CLOCKS_DIFFER_MS;
}

/**
 * How long ago the looks were is told by Temporal's clock and by this process's own pace, as for a single case: the clocks of two
 * workers may differ. Only the first attempt comes right after them.
 */
function isLookTooOld(policy: CasePolicy, lookedAtMs: number, sinceBeginMs: number): boolean {
  const { attempt, currentAttemptScheduledTimestampMs } = Context.current().info;
  const holdsMs = lookHoldsMs(policy);
  const leftMs = holdsMs - (currentAttemptScheduledTimestampMs - lookedAtMs);
  return attempt > 1 || leftMs < holdsMs / 2 || sinceBeginMs > leftMs / 2 - CONNECT_WITHIN_MS;
}

/** Earlier mails, which did not reach everybody, have told this recipient of all of that already. */
function isToldOf(
  lines: readonly SeriesLine[],
  house: string,
  address: string,
  caseIds: readonly string[],
): boolean {
  const reached = noticesOf(lines).filter(({ after }) => {
    const outcome = linesWith(lines, 'note-series-notice').find(
      (noted) => noted.after.house === house && noted.after.number === after.number,
    );
    const isTaken = outcome?.after.recipients.some(
      (each) => each.address === address && each.outcome === 'accepted',
    );
    return after.house === house && isTaken === true;
  });
  return caseIds.every((caseId) => reached.some(({ after }) => after.items.includes(caseId)));
}

/** What a person at Ö-Ticket gets counts: a copy that was not taken is no reason to send it to them again. */
function worstFor(
  outcomes: Awaited<ReturnType<ActivityDependencies['mail']['send']>>,
  to: readonly string[],
) {
  return worstOf(outcomes.filter(({ address }) => to.includes(address)));
}

function agoMs(at: Instant): number {
  return Date.now() - toMs(at);
}

/** Nothing has failed: the case asks again after a poll, and nobody is told of it. */
function waits(detail: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'SeriesNoticeWaits',
    message: detail,
    category: ApplicationFailureCategory.BENIGN,
  });
}
