import type { JournalEntry } from '../domain/journal';
import type { ProtocolHouseMail, ProtocolNotice, ProtocolRecipient } from './document';
import { isWaiver, textOf, type CaseLines } from '../domain/lines';
import { outcomeText } from './wording';

const OPERATION = 'send-partner-notice';

interface SentMail {
  messageId: string;
  from: string;
  to: string[];
  cc: string[];
  subject: string;
  text: string;
  recipients: string[];
}

interface Reply {
  address: string;
  outcome: string;
  reply: string;
}

/** Step 4: the mail, each attempt with the server's answer to each recipient, and what people said of it. */
export function noticeOf({ entries }: CaseLines): ProtocolNotice | null {
  const intents = entries.filter(({ kind, operation }) => kind === 'intent' && operation === OPERATION);
  const byHand = entries.find(({ operation, outcome }) => operation === OPERATION && outcome === 'by-hand');
  const waiver = entries.find(isWaiver('notify-partner'));
  const [intent] = intents;
  if (!intent && !byHand && !waiver) return null;
  return {
    text: noticeText(entries),
    mail: intent ? mailOf(intent.after as SentMail) : null,
    attempts: intents.map((each) => toAttempt(each, entries)),
    byHand: byHand
      ? {
          actor: byHand.actor,
          sentAt: textOf(byHand.after, 'sentAt') ?? byHand.at,
          reason: textOf(byHand.after, 'reason'),
          line: byHand.seq,
        }
      : null,
  };
}

function mailOf({ messageId, from, to, cc, subject, text }: SentMail): ProtocolNotice['mail'] {
  return { messageId, from, to, cc, subject, text };
}

function toAttempt(
  intent: JournalEntry,
  entries: readonly JournalEntry[],
): ProtocolNotice['attempts'][number] {
  const outcome = entries.find(({ effectKey }) => effectKey === `${intent.effectKey}/outcome`);
  const recipients = outcome
    ? (outcome.after as { recipients: Reply[] }).recipients
    : (intent.after as SentMail).recipients.map((address) => ({ address, outcome: 'in-doubt', reply: '' }));
  return {
    begunAt: intent.at,
    endedAt: outcome?.at ?? null,
    recipients: recipients.map(toRecipient),
    lines: [intent.seq, ...(outcome ? [outcome.seq] : [])],
  };
}

function toRecipient({ address, outcome, reply }: Reply): ProtocolRecipient {
  return { address, outcome, outcomeText: outcomeText(outcome), reply };
}

/** What is known of the mail in the end. `accepted` is the server's word, and no more than that. */
export type NoticeState = 'none' | 'accepted' | 'confirmed' | 'waived' | 'in-doubt' | 'refused' | 'not-sent';

export function noticeState(entries: readonly JournalEntry[]): NoticeState {
  const lines = entries.filter(({ step }) => step === 'notify-partner');
  if (lines.some(({ operation, outcome }) => operation === OPERATION && outcome === 'by-hand'))
    return 'confirmed';
  if (lines.some(isWaiver('notify-partner'))) return 'waived';
  const states = new Map<string, string>();
  let isVouchedFor = false;
  for (const { kind, operation, effectKey, outcome, after } of lines) {
    if (operation === OPERATION && kind === 'intent') {
      const isOpen = !entries.some((other) => other.effectKey === `${effectKey}/outcome`);
      if (isOpen) for (const address of (after as SentMail).recipients) states.set(address, 'in-doubt');
    }
    if (operation === OPERATION && kind === 'outcome') {
      for (const { address, outcome: state } of (after as { recipients: Reply[] }).recipients)
        states.set(address, state);
    }
    // A decision speaks of what was in doubt before it.
    if (operation === 'decide' && outcome === 'treat-as-sent') {
      isVouchedFor = true;
      for (const [address, state] of states) if (state === 'in-doubt') states.set(address, 'accepted');
    }
  }
  const known = [...states.values()];
  for (const state of ['in-doubt', 'refused', 'not-sent'] as const) if (known.includes(state)) return state;
  if (known.length === 0) return 'none';
  return isVouchedFor ? 'confirmed' : 'accepted';
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
  return NOTICE_TEXTS[noticeState(entries)];
}

/** What the house itself was told while the case ran. */
export function houseMailsOf({ entries }: CaseLines): ProtocolHouseMail[] {
  return entries
    .filter(({ kind, operation }) => kind === 'intent' && operation === 'alert-house')
    .map((intent) => {
      const outcome = entries.find(({ effectKey }) => effectKey === `${intent.effectKey}/outcome`);
      const { to, subject } = intent.after as Pick<SentMail, 'to' | 'subject'>;
      return {
        at: intent.at,
        subject,
        to,
        outcomeText: outcomeText(outcome?.outcome ?? 'in-doubt'),
        line: intent.seq,
      };
    });
}
