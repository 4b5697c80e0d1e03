import type { EndProof } from '../domain/end-proof';
import type { RecipientOutcome } from '../domain/line-content';
import type { CancellationMarker, Contact, House, Instant, LocalDate } from '../domain/types';

/** The facts that the notice to Ö-Ticket states. */
export interface PartnerNoticeFacts {
  caseId: string;
  /** As the first line of the case has it: what a rehearsal says of itself goes by it. */
  isSimulator?: boolean;
  eventNumber: string;
  marker: CancellationMarker;
  /** Title without marker. */
  title: string;
  startsAt: Instant;
  venue: string;
  location: string;
  organiser: string;
  reason: string;
  contact: Contact;
  /** When the marker was saved. `null`: the titles were left as they were. */
  markedAt: Instant | null;
  /** The title carried the marker before this case saved anything. */
  wasMarkedBefore?: boolean;
  /** The marker that the title carried when it was read last; absent: nobody has read it since. */
  standingMarker?: CancellationMarker | null;
  /** The memo carried the reason when it was read last. */
  isReasonInMemo?: boolean;
  /** Absage found the Storno, and did not set it. */
  wasStornoAlready?: boolean;
  stornoAt: Instant;
  seenInChannelAt: Instant;
  /** A person vouched that Ö-Ticket sells no more, because Connect Online could not prove it. */
  isTransferVouchedFor?: boolean;
  /** Connect Online showed Storno all the same. */
  isStornoShown?: boolean;
  rightValidUntil: LocalDate | null;
  /** A person waived step 3 in this case. */
  isRightWaived?: boolean;
}

/** The facts that one mail to Ö-Ticket about several performances of a house states. */
export interface SeriesNoticeFacts {
  seriesId: string;
  /** Counts the mails of the series to this house from 1. */
  number: number;
  isSimulator?: boolean;
  /** At least one; marker, reason and contact are the same in all of them. The soonest performance first. */
  items: PartnerNoticeFacts[];
}

/** The facts that a mail to the house itself states. */
export interface HouseNoticeFacts {
  /**
   * `ordered`: the case has begun; `approval`: somebody has to approve it first; `refused`: nobody did; `attention`: a person is needed; `all-clear`: the cause went away by itself; otherwise how
   * the case ended.
   */
  kind:
    | 'ordered'
    | 'approval'
    | 'attention'
    | 'all-clear'
    | 'completed'
    | 'aborted'
    | 'closed-by-hand'
    | 'refused';
  /** Whom it goes to; none: to the house's address for alerts. */
  to?: readonly string[];
  /** Unique, and the same for every attempt to send this mail. */
  noticeId: string;
  house: string;
  eventNumber: string;
  caseId: string;
  /** As the first line of the case has it: what a rehearsal says of itself goes by it. */
  isSimulator?: boolean;
  /** Title without marker. */
  title: string;
  startsAt: Instant;
  venue: string;
  /** What happened and what is safe. */
  text: string;
  /** What a person can do, or still has to do after the end; one line each. */
  actions: string[];
  /** Where the case has ended: the line that says so. */
  proof?: EndProof;
}

/** The facts that a mail to a house about its series states. */
export interface SeriesHouseFacts {
  kind: 'begun' | 'ended' | 'interrupted' | 'attention' | 'all-clear' | 'approval' | 'overridden';
  /** To whom; the house's address for alerts where it names nobody. */
  to?: readonly string[];
  /** It goes to the house's address for alerts in any case. */
  isAlert?: boolean;
  /** What it says, where the kind alone does not. */
  text?: string;
  /** Unique, and the same for every attempt to send this mail. */
  noticeId: string;
  seriesId: string;
  title: string;
  isSimulator?: boolean;
  items: {
    /** Day, title and number. */
    what: string;
    /** In German. */
    state: string;
    isCancelled: boolean;
    /** Names the line that ends its case. */
    proof: string | null;
  }[];
}

/** One plain-text mail, ready to be sent. Each address is one plain mailbox. */
export interface OutgoingMail {
  from: string;
  replyTo: string;
  to: string[];
  cc: string[];
  subject: string;
  text: string;
  /** In angle brackets. The same for every attempt to send this notice. */
  messageId: string;
  /** A program's word, not a person's: programs that answer mail are asked not to (RFC 3834). */
  isAutomatic?: true;
}

/** The longest that a conversation lasts, whatever the server does, in milliseconds. */
export const LONGEST_CONVERSATION_MS = 60_000;

export interface MailPort {
  /**
   * Pure: the same facts and house give the same mail. A rehearsal marks the subject with `[PROBE] `. Throws where
   * the facts make no valid mail, so that the journal never announces a mail that cannot be sent.
   */
  composePartnerNotice(house: House, facts: PartnerNoticeFacts): OutgoingMail;
  /** Pure as well: one mail about several performances. */
  composeSeriesNotice(house: House, facts: SeriesNoticeFacts): OutgoingMail;
  /** Pure as well: a mail to the house's own address for alerts. */
  composeHouseNotice(house: House, facts: HouseNoticeFacts): OutgoingMail;
  /** Pure as well: one mail to a house about its series. */
  composeSeriesHouseNotice(house: House, facts: SeriesHouseFacts): OutgoingMail;
  /**
   * Holds one SMTP conversation of at most `LONGEST_CONVERSATION_MS`. Resolves to an outcome for each recipient,
   * whatever happens; rejects only for an invalid mail (a defect, found before any connection).
   *
   * `recipients`: the envelope, where an earlier attempt reached the other addresses of To and Cc; the headers stay
   * the same. `withinMs`: a shorter limit, for a mail that is not worth a longer wait; a conversation that is not over
   * by then ends as `not-sent` or `in-doubt`.
   */
  send(
    mail: OutgoingMail,
    recipients?: readonly string[],
    limits?: { withinMs?: number },
  ): Promise<RecipientOutcome[]>;
}
