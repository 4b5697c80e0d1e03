import type { JournalEntry } from '../domain/journal';
import type { RecipientOutcome, WrittenNotice } from '../domain/line-content';
import { findWaiver, outcomeOf, type CaseLines } from '../domain/lines';
import {
  houseMailOutcome,
  houseMails,
  noticeAttempts,
  noticeByHand,
  noticeState,
  sendingState,
  repliesOf,
  toldBySeries,
  type NoticeAttempt,
  type NoticeState,
} from '../domain/mail-lines';
import type { ProtocolHouseMail, ProtocolNotice, ProtocolRecipient } from './document';
import { outcomeText } from './wording';

/** Step 4: the mail, each attempt with the server's answer to each recipient, and what people said of it. */
export function noticeOf({ entries }: CaseLines): ProtocolNotice | null {
  const attempts = noticeAttempts(entries);
  const byHand = noticeByHand(entries);
  const told = toldBySeries(entries);
  const [first] = attempts;
  if (!first && !byHand && !told && !findWaiver(entries, 'notify-partner')) return null;
  return {
    text: [...(told ? [ofSeriesText(told.after.messageId)] : []), noticeText(entries)].join(' '),
    mail: first ? mailOf(first.after) : null,
    attempts: [...attempts.map((each) => toAttempt(each, entries)), ...(told ? [toSeriesAttempt(told)] : [])],
    byHand: byHand
      ? {
          actor: byHand.actor,
          sentAt: byHand.after.sentAt,
          reason: byHand.after.reason,
          line: byHand.seq,
        }
      : null,
  };
}

function ofSeriesText(messageId = ''): string {
  return `Eine gemeinsame E-Mail der Serie hat Ö-Ticket davon verständigt (Message-ID ${messageId}). Ihr Text steht im Protokoll der Serie.`;
}

/** When it was sent stands in the lines of the series; here, that it has told of this performance. */
function toSeriesAttempt({ at, seq, after }: NonNullable<ReturnType<typeof toldBySeries>>) {
  return { begunAt: at, endedAt: at, recipients: after.recipients.map(toRecipient), lines: [seq] };
}

function mailOf({ messageId, from, to, cc, subject, text }: WrittenNotice): ProtocolNotice['mail'] {
  return { messageId, from, to, cc, subject, text };
}

function toAttempt(
  attempt: NoticeAttempt,
  entries: readonly JournalEntry[],
): ProtocolNotice['attempts'][number] {
  const outcome = outcomeOf(entries, attempt);
  return {
    begunAt: attempt.at,
    endedAt: outcome?.at ?? null,
    recipients: repliesOf(entries, attempt).map(toRecipient),
    lines: [attempt.seq, ...(outcome ? [outcome.seq] : [])],
  };
}

function toRecipient({ address, outcome, reply }: RecipientOutcome): ProtocolRecipient {
  return { address, outcome, outcomeText: outcomeText(outcome), reply };
}

const NOTICE_TEXTS: Record<NoticeState, string> = {
  none: 'Keine E-Mail gesendet.',
  accepted: 'Vom Mailserver für alle Empfänger angenommen. Das ist noch keine Bestätigung durch Ö-Ticket.',
  confirmed: 'Eine Person hat bestätigt, dass die E-Mail gesendet wurde.',
  waived: 'Eine Person hat entschieden, dass von hier keine E-Mail gesendet wird.',
  'in-doubt': 'Ungewiss, ob die E-Mail angekommen ist: die Verbindung brach ab, als der Text unterwegs war.',
  refused: 'Der Mailserver hat die E-Mail für mindestens eine Adresse abgelehnt.',
  'not-sent': 'Der Mailserver hat die E-Mail noch nicht angenommen.',
};

function noticeText(entries: readonly JournalEntry[]): string {
  const state = noticeState(entries);
  const sending = sendingState(entries);
  // A waiver takes back nothing of what was tried before it.
  const tried = state === 'waived' && sending !== 'none' ? [NOTICE_TEXTS[sending]] : [];
  return [...tried, NOTICE_TEXTS[state]].join(' ');
}

/** The mails to the house itself while the case ran. */
export function houseMailsOf({ entries }: CaseLines): ProtocolHouseMail[] {
  return houseMails(entries).map((attempt) => ({
    at: attempt.at,
    subject: attempt.after.subject,
    to: attempt.after.to,
    outcomeText: outcomeText(houseMailOutcome(entries, attempt) ?? 'in-doubt'),
    line: attempt.seq,
  }));
}
