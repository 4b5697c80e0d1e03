import { isAsciiMailbox, mailboxKey, toAsciiMailbox } from '../domain/mailbox';
import { composeHouseNotice, composeSeriesHouseNotice } from './house-notice-text';
import { composePartnerNotice, composeSeriesNotice } from './partner-notice-text';
import type { MailPort, OutgoingMail } from './port';

export interface ComposerOptions {
  /** The only recipient of every mail of a rehearsal; `null`, for the mail catcher: each mail's own recipients. */
  rehearsalTo: string | null;
  isRehearsal: boolean;
  /** The console's address, without a slash at its end. Where it is absent, mails to the house name the command. */
  publicUrl?: string;
}

/** The mails as they are sent, without a way to send them: so the server can show one before the order. */
export function createComposer(
  options: ComposerOptions,
): Pick<
  MailPort,
  'composePartnerNotice' | 'composeSeriesNotice' | 'composeHouseNotice' | 'composeSeriesHouseNotice'
> {
  const only = onlyRecipient(options);
  const ready = (composed: OutgoingMail): OutgoingMail => {
    const mail = redirected(composed, only);
    requireValid(mail, [...mail.to, ...mail.cc]);
    return mail;
  };
  return {
    composePartnerNotice: (house, facts) => ready(composePartnerNotice(house, facts, options)),
    composeSeriesNotice: (house, facts) => ready(composeSeriesNotice(house, facts, options)),
    composeSeriesHouseNotice: (house, facts) => ready(composeSeriesHouseNotice(house, facts, options)),
    composeHouseNotice: (house, facts) => ready(composeHouseNotice(house, facts, options)),
  };
}

/** Whoever gets every mail of a rehearsal; `null`: each mail goes to its own recipients. */
export function onlyRecipient({ isRehearsal, rehearsalTo }: ComposerOptions): string | null {
  return isRehearsal && rehearsalTo !== null ? toAsciiMailbox(rehearsalTo) : null;
}

export function redirected(mail: OutgoingMail, only: string | null): OutgoingMail {
  return only === null ? mail : { ...mail, to: [only], cc: [] };
}

/** An invalid mail is a defect of ours: no mail is better than a mail to a wrong recipient. */
export function requireValid(
  { from, replyTo, to, cc, messageId, subject }: OutgoingMail,
  envelope: string[],
): void {
  const recipients = new Set([...to, ...cc].map(mailboxKey));
  const isValid =
    envelope.length > 0 &&
    [from, replyTo, ...to, ...cc].map(toAsciiMailbox).every(isAsciiMailbox) &&
    envelope.every((address) => recipients.has(mailboxKey(address))) &&
    /^<[\x21-\x3b\x3d\x3f\x41-\x7e]+@[a-z0-9._-]+>$/i.test(messageId) &&
    !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(subject);
  if (!isValid) throw new TypeError('the mail is not valid: address, message id or subject');
}
