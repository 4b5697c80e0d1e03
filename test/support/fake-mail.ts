import type { House } from '../../src/domain/types';
import type {
  HouseNoticeFacts,
  MailPort,
  OutgoingMail,
  PartnerNoticeFacts,
  SeriesHouseFacts,
  SeriesNoticeFacts,
} from '../../src/mail/port';
import type { RecipientOutcome } from '../../src/domain/line-content';

type Outcome = RecipientOutcome['outcome'];

const ENDS: readonly string[] = [
  'completed',
  'aborted',
  'closed-by-hand',
  'refused',
] satisfies HouseNoticeFacts['kind'][];

/** Takes every mail, or answers as a test says. The real adapter is tested against real servers. */
export class FakeMail implements MailPort {
  readonly sent: OutgoingMail[] = [];
  /** Mails to the house itself. */
  readonly alerts: OutgoingMail[] = [];
  /** The outcomes of the next mails to Ö-Ticket; without one, a mail is accepted. */
  readonly answers: Outcome[] = [];
  /** The same for the next mails about the given event, so that no other case that is still going on takes them. */
  readonly answersAbout = new Map<string, Outcome[]>();
  /** The same for mails to the house. */
  readonly houseAnswers: Outcome[] = [];
  /** Every attempt to write to Ö-Ticket, by its Message-ID. */
  readonly attempts: string[] = [];
  /** A mail to Ö-Ticket is answered only when this has resolved. */
  held: Promise<void> = Promise.resolve();
  /** The same for those to a house. */
  houseHeld: Promise<void> = Promise.resolve();

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

  composeSeriesNotice(house: House, facts: SeriesNoticeFacts): OutgoingMail {
    const { from, to, cc } = house.partnerNotice;
    return {
      from,
      replyTo: from,
      to: [to],
      cc,
      subject: `Absage: ${facts.items.length} Vorstellungen`,
      text: JSON.stringify(facts),
      messageId: `<series.${facts.seriesId}.${house.key}.${facts.number}@example>`,
    };
  }

  composeSeriesHouseNotice(house: House, facts: SeriesHouseFacts): OutgoingMail {
    const { from } = house.partnerNotice;
    return {
      from,
      replyTo: from,
      to: [...(facts.isAlert || !facts.to?.length ? [house.alerts.to] : []), ...(facts.to ?? [])],
      cc: [],
      subject: `${facts.kind}: ${facts.title}`,
      text: `${facts.text ?? ''} ${JSON.stringify(facts.items)}`,
      messageId: `<house-${facts.noticeId}@example>`,
    };
  }

  composeHouseNotice(
    house: House,
    { kind, noticeId, to, title, text, actions }: HouseNoticeFacts,
  ): OutgoingMail {
    const { from } = house.partnerNotice;
    return {
      from,
      replyTo: from,
      to: to?.length ? [...to] : [house.alerts.to],
      cc: [],
      subject: `${kind}: ${title}`,
      text: [text, ...actions].join('\n'),
      messageId: `<${noticeId}@example>`,
    };
  }

  async send(mail: OutgoingMail, recipients: readonly string[] = mail.to): Promise<RecipientOutcome[]> {
    const isToHouse = !/^<(cancellation|series)\./.test(mail.messageId);
    if (!isToHouse) this.attempts.push(mail.messageId);
    await (isToHouse ? this.houseHeld : this.held);
    const [, eventNumber = ''] = /^<cancellation\.(\d+)\./.exec(mail.messageId) ?? [];
    const given = this.answersAbout.get(eventNumber)?.shift();
    const outcome = given ?? (isToHouse ? this.houseAnswers : this.answers).shift() ?? 'accepted';
    if (outcome === 'accepted') (isToHouse ? this.alerts : this.sent).push(mail);
    return recipients.map((address) => ({ address, outcome, reply: outcome }));
  }

  /** The kinds of the mails to the house while a case was open, in order: `attention`, `all-clear`. */
  get told(): string[] {
    return this.kinds.filter((kind) => !ENDS.includes(kind));
  }

  /** The kinds of the mails that reported an end to the house: `completed`, `aborted`, `closed-by-hand`. */
  get ends(): string[] {
    return this.kinds.filter((kind) => ENDS.includes(kind));
  }

  private get kinds(): string[] {
    return this.alerts.map(({ subject }) => subject.slice(0, subject.indexOf(':')));
  }
}
