import type { House } from '../../src/domain/types';
import type {
  HouseNoticeFacts,
  MailPort,
  OutgoingMail,
  PartnerNoticeFacts,
  RecipientOutcome,
} from '../../src/mail/port';

/** Takes every mail, or answers as a test says. The real one is tested against real servers. */
export class FakeMail implements MailPort {
  readonly sent: OutgoingMail[] = [];
  /** Mails to the house itself. */
  readonly alerts: OutgoingMail[] = [];
  readonly answers: RecipientOutcome['outcome'][] = [];

  composePartnerNotice(house: House, facts: PartnerNoticeFacts): OutgoingMail {
    const { from, to, cc } = house.partnerNotice;
    return {
      from,
      replyTo: from,
      to: [to],
      cc,
      subject: `Absage: ${facts.title}`,
      text: JSON.stringify(facts),
      messageId: `<cancellation.${facts.eventNumber}.${facts.caseId}@example>`,
    };
  }

  composeHouseNotice(house: House, { kind, noticeId, title, text }: HouseNoticeFacts): OutgoingMail {
    const { from } = house.partnerNotice;
    return {
      from,
      replyTo: from,
      to: [house.alerts.to],
      cc: [],
      subject: `${kind}: ${title}`,
      text,
      messageId: `<${noticeId}@example>`,
    };
  }

  send(mail: OutgoingMail, recipients: readonly string[] = mail.to): Promise<RecipientOutcome[]> {
    if (mail.messageId.startsWith('<a')) {
      this.alerts.push(mail);
      return Promise.resolve(recipients.map((address) => ({ address, outcome: 'accepted', reply: '250' })));
    }
    const outcome = this.answers.shift() ?? 'accepted';
    if (outcome === 'accepted') this.sent.push(mail);
    return Promise.resolve(recipients.map((address) => ({ address, outcome, reply: outcome })));
  }
}
