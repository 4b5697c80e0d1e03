import type { RecipientOutcome } from '../domain/line-content';
import type { Contact, House, Instant, LocalDate } from '../domain/types';

/** What the notice to Ö-Ticket says, as facts. */
export interface PartnerNoticeFacts {
  caseId: string;
  eventNumber: string;
  marker: 'ENTFÄLLT' | 'ABGESAGT';
  /** Title without marker. */
  title: string;
  startsAt: Instant;
  venue: string;
  location: string;
  organiser: string;
  reason: string;
  contact: Contact;
  /** When the marker was saved. `null`: the event was Storno before, the titles were left as they were. */
  markedAt: Instant | null;
  stornoAt: Instant;
  seenInChannelAt: Instant;
  rightValidUntil: LocalDate | null;
  /** A person has decided to do without step 3 here. */
  isRightWaived?: boolean;
}

/** What a mail to the house itself says. */
export interface HouseNoticeFacts {
  /** `attention`: a person is needed; `all-clear`: the cause has gone by itself; else how the case has ended. */
  kind: 'attention' | 'all-clear' | 'completed' | 'aborted';
  /** Unique, and the same for every attempt. */
  noticeId: string;
  house: string;
  eventNumber: string;
  /** Title without marker. */
  title: string;
  startsAt: Instant;
  venue: string;
  /** What happened and what is safe. */
  text: string;
  /** What a person can do, or has to do after the end, one line each. */
  actions: string[];
}

/** One plain-text mail, ready to be sent. Each address is one plain mailbox. */
export interface OutgoingMail {
  from: string;
  replyTo: string;
  to: string[];
  cc: string[];
  subject: string;
  text: string;
  /** With angle brackets. The same for every attempt of one notice. */
  messageId: string;
}

/** After this a conversation is over, whatever the server does, in milliseconds. */
export const LONGEST_CONVERSATION_MS = 60_000;

export interface MailPort {
  /**
   * Pure: the same facts and house give the same mail. Rehearsal marks the subject with `[PROBE] `. Throws where
   * no valid mail can come of them, so that nothing is noted as being sent that never could be.
   */
  composePartnerNotice(house: House, facts: PartnerNoticeFacts): OutgoingMail;
  /** Pure, as above: a mail to the house's own address for alerts. */
  composeHouseNotice(house: House, facts: HouseNoticeFacts): OutgoingMail;
  /**
   * One SMTP conversation, of at most `LONGEST_CONVERSATION_MS`. Resolves to an outcome for each recipient, whatever
   * happens: it rejects only for a mail that is not valid (a defect, before any connection). `recipients`: the
   * envelope, a part of To and Cc, when an earlier attempt has reached the others; the headers stay the same.
   * `withinMs`: for a mail that is not worth waiting for longer; what is not over by then is `not-sent` or `in-doubt`.
   */
  send(
    mail: OutgoingMail,
    recipients?: readonly string[],
    limits?: { withinMs?: number },
  ): Promise<RecipientOutcome[]>;
}
