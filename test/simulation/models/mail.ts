import type { House } from '../../../src/domain/types';
import type {
  HouseNoticeFacts,
  OutgoingMail,
  PartnerNoticeFacts,
  SeriesHouseFacts,
  SeriesNoticeFacts,
} from '../../../src/mail/port';
import type { RecipientOutcome } from '../../../src/domain/line-content';

type Outcome = RecipientOutcome['outcome'];

/** One recipient in one conversation: what the server did, and the answer that reached the sender. */
export interface Delivery {
  at: number;
  messageId: string;
  isToHouse: boolean;
  recipient: string;
  wasAccepted: boolean;
  heard: Outcome;
}

/** A mail server in memory that knows which mails it really took. */
export class ModelMail {
  readonly deliveries: Delivery[] = [];
  /** The texts of the mails to the house. */
  readonly composed: string[] = [];
  private readonly houseAddresses = new Set<string>();

  constructor(private readonly now: () => number) {}

  composePartnerNotice({ partnerNotice: { from, to, cc } }: House, facts: PartnerNoticeFacts): OutgoingMail {
    const messageId = `<cancellation.${facts.eventNumber}.${facts.caseId}@example>`;
    return {
      from,
      replyTo: from,
      to: [to],
      cc,
      subject: `Absage: ${facts.title}`,
      text: [facts.reason, JSON.stringify(facts)].join('\n'),
      messageId,
    };
  }

  composeSeriesNotice(
    { key, partnerNotice: { from, to, cc } }: House,
    facts: SeriesNoticeFacts,
  ): OutgoingMail {
    const messageId = `<series.${facts.seriesId}.${key}.${facts.number}@example>`;
    const text = JSON.stringify(facts);
    return { from, replyTo: from, to: [to], cc, subject: 'Absage: mehrere Vorstellungen', text, messageId };
  }

  composeSeriesHouseNotice(house: House, { noticeId, kind, items }: SeriesHouseFacts): OutgoingMail {
    const { from } = house.partnerNotice;
    this.houseAddresses.add(`<${noticeId}@example>`);
    const text = JSON.stringify(items);
    const messageId = `<${noticeId}@example>`;
    return { from, replyTo: from, to: [house.alerts.to], cc: [], subject: kind, text, messageId };
  }

  composeHouseNotice(house: House, { noticeId, kind, text }: HouseNoticeFacts): OutgoingMail {
    const { from } = house.partnerNotice;
    this.houseAddresses.add(`<${noticeId}@example>`);
    this.composed.push(text);
    return {
      from,
      replyTo: from,
      to: [house.alerts.to],
      cc: [],
      subject: kind,
      text,
      messageId: `<${noticeId}@example>`,
    };
  }

  /** `answer`: for each recipient, what the server does and what the sender gets to know of it. */
  take(
    mail: OutgoingMail,
    recipients: readonly string[],
    answer: (recipient: string) => { wasAccepted: boolean; heard: Outcome },
  ): RecipientOutcome[] {
    return recipients.map((recipient) => {
      const { wasAccepted, heard } = answer(recipient);
      const { messageId } = mail;
      const isToHouse = this.houseAddresses.has(messageId);
      this.deliveries.push({ at: this.now(), messageId, isToHouse, recipient, wasAccepted, heard });
      return { address: recipient, outcome: heard, reply: heard };
    });
  }
}
