/**
 * The words of the procedure, as types.
 *
 * | in the masks of Jet                        | here                        |
 * |--------------------------------------------|-----------------------------|
 * | Veranstaltung (VA)                         | `JetEvent`, `eventNumber`   |
 * | Veranstalter, Hauskürzel                   | `organiser`, `house`        |
 * | Titel, Titel (Kundensicht)                 | `title`, `customerTitle`    |
 * | Externer Memotext                          | `externalMemo`              |
 * | Zusatz                                     | `CancellationMarker`        |
 * | Update-Intervall zum Ö-Ticket              | `syncInterval`              |
 * | Connect Online Veranstaltungsinformationen | `ChannelEventInfo`          |
 * | Connect Online Kassierer                   | `connectOnlineUser`         |
 * | Erweiterte Stornoberechtigung              | `ExtendedCancellationRight` |
 * | Absage (the whole case)                    | `cancellation`              |
 * | Absage-Mail an Ö-Ticket                    | `partnerNotice`             |
 * | Logbuch                                    | `journal`                   |
 *
 * Temporal's own cancel is never called a cancellation here, but "workflow cancel".
 */

/** The two additions that the procedure knows. `VERSCHOBEN` belongs to another procedure. */
export type CancellationMarker = 'ENTFÄLLT' | 'ABGESAGT';

/**
 * The status of an event in Jet, in code. `UNKNOWN` stands for every word of the mask that we do not know:
 * read leniently, act strictly.
 */
export type JetStatus = 'ON_SALE' | 'PROVISIONED' | 'CLOSED' | 'CANCELLED' | 'UNKNOWN';

/** Whether a value is an instant: ISO 8601 with offset, e.g. `2026-12-12T19:30:00.000+01:00`. */
export type Instant = string;

/** A calendar day in Europe/Vienna, `2026-12-12`. */
export type LocalDate = string;

/** The three texts that step 1 of the procedure saves together. */
export interface Announcement {
  title: string;
  /** `null`: the house does not use the field; it stays unused. */
  customerTitle: string | null;
  externalMemo: string | null;
}

/** Longest value of each text, in UTF-16 code units. */
export type MaskLimits = Record<keyof Announcement, number>;

/** An event as its mask shows it, read at `readAt` on the gateway's clock. */
export interface JetEvent extends Announcement {
  eventNumber: string;
  house: string;
  status: JetStatus;
  /** The word that the mask shows, e.g. `Verkaufsfreigabe`. */
  statusText: string;
  startsAt: Instant;
  venue: string;
  location: string;
  organiser: string;
  production: string | null;
  /** Has an Ö-Ticket Verkaufsart. */
  soldViaPartner: boolean;
  limits: MaskLimits;
  /** Opaque; changes with every save. */
  version: string;
  /** Last save, gateway's clock. */
  savedAt: Instant;
  /** This read, gateway's clock. */
  readAt: Instant;
}

/** What Ö-Ticket was last told, as Connect Online Veranstaltungsinformationen shows it. */
export interface ChannelEventInfo {
  eventNumber: string;
  /** The raw word, e.g. `Storno`. */
  status: string;
  title: string | null;
  /** When this row was last transferred; `null` where the installation does not show it. */
  transferredAt: Instant | null;
  readAt: Instant;
}

/** Erweiterte Stornoberechtigung of one user for one event. `validUntil` is inclusive; `null` is unlimited. */
export interface ExtendedCancellationRight {
  user: string;
  eventNumber: string;
  validFrom: LocalDate | null;
  validUntil: LocalDate | null;
}

/** A person whom Ö-Ticket can call back. */
export interface Contact {
  name: string;
  phone: string;
  email?: string;
}

/**
 * Takes the place of a contact in a line of the journal: encrypted with a key of its case, which can be erased where a line
 * can not. Only the key opens it.
 */
export interface SealedContact {
  sealed: string;
}

/** What a clerk sees in the mask: a guided house's order carries it, because nobody else can look. */
export interface SeenEvent extends Announcement {
  /** The raw word of the mask. */
  status: string;
  startsAt: Instant;
  venue: string;
  location: string;
  organiser: string;
  production?: string | null;
}

/** What somebody asks for: this event, this marker, this reason. Normalised: texts trimmed, NFC, LF. */
export interface Order {
  house: string;
  eventNumber: string;
  marker: CancellationMarker;
  reason: string;
  /** What the caller believes the event to be. It must match what Jet shows, or nothing is written. */
  expected: { title: string; startsAt: Instant };
  /** Guided houses only; `expected` is then taken from it. */
  seen?: SeenEvent;
  contact?: Contact;
  rightValidUntil?: LocalDate;
  planHash?: string;
  allowPastEvent?: boolean;
}

/** An order as a line of the journal holds it. */
export type WrittenOrder = Omit<Order, 'contact'> & { contact?: Contact | SealedContact };

/** How a house writes the marker. */
export interface MarkerStyle {
  position: 'suffix' | 'prefix';
  separator: string;
}

/** Which case something belongs to. */
export interface CaseRef {
  caseId: string;
  house: string;
  eventNumber: string;
}

/** The last journal line of a case that a run has seen: an activity notices when that line is no longer there. */
export interface JournalHead {
  seq: number;
  hash: string;
}

/** Whom to call. */
export interface TaskContact {
  name: string;
  phone: string;
}

/** One entry of a house's to-do list. It is no step of the procedure, and nothing waits for it. */
export interface HouseTask {
  /** Unique within the list. */
  id: string;
  text: string;
  contact: TaskContact | null;
}

/** One house of the group, from the houses file. */
export interface House {
  key: string;
  name: string;
  backend: 'gateway' | 'guided';
  marker: MarkerStyle;
  connectOnlineUser: string;
  /** How much the masks of Jet hold, where no gateway says it; `null`: a gateway says it, or nobody knows. */
  maskLimits: MaskLimits | null;
  rightReserveMonths: number;
  boxOffice: { name: string; email: string; phone: string };
  partnerNotice: { to: string; from: string; cc: string[] };
  alerts: { to: string };
  /**
   * Which cases a second person has to approve, how long a request stands (in milliseconds), and whom it is mailed to;
   * empty: to the address for alerts.
   */
  approval: { needed: 'never' | 'always' | 'series'; expiresMs: number; to: string[] };
  /** How long the contacts of its cases are kept after the end, in months. */
  retention: { contactMonths: number };
  company: { name: string; legalForm: string; seat: string; registerNumber: string; court: string };
  /** Whom to call when a text says so; `null`: the house has not said it. */
  contacts: { partner: TaskContact | null; ticketingTeam: TaskContact | null };
  /** The house's own entries of the to-do list. */
  tasks: HouseTask[];
}

/** A run, as Temporal's server names it. */
export interface WorkflowRun {
  workflowId: string;
  runId: string;
}

/** A run, and every run that a reset has made of it, as Temporal's server knows them. */
export interface RunChain {
  firstRunId: string;
  /** When its first run was started, on Temporal's clock. */
  startedAt: Instant;
}
