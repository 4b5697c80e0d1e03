import type { ChainRow } from '../domain/case-chain';
import type { CodedText } from '../domain/case';
import type { ContactState } from '../domain/contact';
import type { Ending } from '../domain/ending';
import type { StatusLoss } from '../domain/lost-status';
import type { MarkerGap } from '../domain/on-sale';
import type { ShownTask } from '../domain/house-tasks';
import type { KeyLine } from '../domain/installation';
import type { Performance } from '../domain/performance';
import type { StepName } from '../domain/vocabulary';
import type { CancellationMarker, Instant, LocalDate } from '../domain/types';
import type { JournalEntry } from '../domain/journal';

/*
 * The Protokoll as a value: everything that its pages show, with plain instants and German labels. HTML and PDF are
 * made from this value alone, and the value is made from the journal's lines alone.
 */

/**
 * Rises with every change of what `buildProtocol` makes of the same lines, words included: otherwise an improved
 * sentence would make an older protocol look forged. The kept documents in the tests show when it has to rise.
 */
export const PROTOCOL_SCHEMA = 'absage/protocol/5';

/** Versions of which most documents say the same as one of this version. Those that do are as good as one. */
export const EARLIER_SCHEMAS: readonly string[] = [
  'absage/protocol/1',
  'absage/protocol/2',
  'absage/protocol/3',
  'absage/protocol/4',
];

/** The house's data in its protocols, which the journal does not hold. */
export interface ProtocolHouse {
  key: string;
  name: string;
  company: string;
  connectOnlineUser: string;
}

export interface ProtocolOutcome {
  state: Ending;
  headline: string;
  summary: string;
  endedAt: Instant | null;
  /** Whether an attempt to set Storno was made: from the first one on, nothing can be undone. */
  pointOfNoReturnPassed: boolean;
}

export interface ProtocolEvent {
  title: string;
  production: string | null;
  startsAt: Instant;
  venue: string;
  location: string;
  organiser: string;
  /** The word of the mask before Absage did anything. */
  statusBefore: string;
}

/** The performance as it was read last, and what was changed since the order, in sentences. */
export type ProtocolPerformance = Performance & { readAt: Instant; texts: string[] };

/** A time after the Storno in which the event was something else. */
export type ProtocolStatusLoss = StatusLoss & { isOnSale: boolean; text: string };

/** What somebody else did in Jet, as a line shows it. */
export interface ProtocolOutsideAct {
  readAt: Instant;
  text: string;
  line: number;
}

/** One of the three texts of step 1. `found` is the text last read back, or `null` where it was not read back. */
export interface ProtocolText {
  field: 'title' | 'customerTitle' | 'externalMemo';
  label: string;
  before: string | null;
  planned: string | null;
  found: { text: string | null; at: Instant; seq: number } | null;
}

export interface ProtocolOrder {
  orderedBy: string;
  orderedAt: Instant;
  wantedMarker: CancellationMarker;
  /** The marker that the titles carry: one that was there already is kept. `null`: the case was refused. */
  usedMarker: CancellationMarker | null;
  reason: string;
  /** `null`: the order names none, or it cannot be read any more. */
  contact: { name: string; phone: string; email: string | null } | null;
  /** `guided`: a clerk does the steps in Jet. */
  backend: 'gateway' | 'guided' | null;
  syncIntervalMs: number;
}

export interface ProtocolStep {
  name: StepName;
  label: string;
  /** `unclear`: the step was begun, and no line records its outcome. */
  state: 'done' | 'by-hand' | 'waived' | 'skipped' | 'not-needed' | 'unclear' | 'open';
  at: Instant | null;
  detail: string;
}

/** One wait, on the clock that measured it: Jet's, or in a guided house Absage's. */
export interface ProtocolWait {
  step: StepName;
  label: string;
  plannedMs: number;
  /** The save from which the wait counts. */
  from: Instant;
  /** The first act after the wait, or the save that made it begin anew; `null`: there was none. */
  until: Instant | null;
  actualMs: number | null;
  /** Set where a person ended the wait early. */
  skipped: { actor: string; at: Instant; reason: string } | null;
  note: string | null;
}

/** One write with its reading back, or one mail, from its announcement to its outcome. */
export interface ProtocolAct {
  operation: string;
  label: string;
  step: StepName;
  /** `person`: a person did it by hand and confirmed it. */
  hands: 'absage' | 'person';
  actor: string;
  /** When the journal recorded the intent, which is always before the attempt. */
  announcedAt: Instant | null;
  /** When it was saved, by Jet's clock. */
  savedAt: Instant | null;
  /** When the journal recorded the outcome, after reading back. */
  confirmedAt: Instant | null;
  outcome: string | null;
  outcomeText: string;
  /** For each field: the text before, the wanted text, and the text that was read back. */
  fields: { label: string; before: string | null; wanted: string | null; found: string | null }[];
  /** The numbers of the lines that record it. */
  lines: number[];
}

export interface ProtocolDecision {
  at: Instant;
  actor: string;
  label: string;
  step: StepName;
  stepLabel: string;
  reason: string | null;
  /** The question that the decision answers, where there was one. */
  question: string | null;
  answer: string | null;
  line: number;
}

export interface ProtocolEvidence {
  readAt: Instant;
  status: string | null;
  title: string | null;
  transferredAt: Instant | null;
  outcome: string;
  outcomeText: string;
  actor: string;
  line: number;
}

export interface ProtocolRight {
  user: string;
  planned: { validFrom: LocalDate; validUntil: LocalDate } | null;
  /** `null` for an open end. */
  granted: { validFrom: LocalDate | null; validUntil: LocalDate | null } | null;
  text: string;
}

export interface ProtocolRecipient {
  address: string;
  outcome: string;
  outcomeText: string;
  /** The mail server's words. */
  reply: string;
}

export interface ProtocolNotice {
  text: string;
  mail: {
    messageId: string;
    from: string;
    to: string[];
    cc: string[];
    subject: string;
    text: string;
  } | null;
  attempts: { begunAt: Instant; endedAt: Instant | null; recipients: ProtocolRecipient[]; lines: number[] }[];
  /** Set where a person sent the mail, or confirmed when it was sent. */
  byHand: { actor: string; sentAt: Instant; reason: string | null; line: number } | null;
}

export interface ProtocolHouseMail {
  at: Instant;
  subject: string;
  to: string[];
  outcomeText: string;
  line: number;
}

/** What proves the lines to a reader who has nothing but the document. It comes from the journal, beside the lines. */
export interface ProtocolProof {
  /** The case's row of the chain over the cases; `null`: the chain does not know the case. */
  caseRow: ChainRow | null;
  /** The lines of the installation that name its keys, the first one first. */
  signingKeys: KeyLine[];
}

/** `lost`: the lines hold a contact that no key opens, and no line says that it was erased. */
export type ProtocolContact = NonNullable<ContactState> | { lost: true };

export interface ProtocolContent {
  schema: typeof PROTOCOL_SCHEMA;
  language: 'de-AT';
  rehearsal: boolean;
  /** A rehearsal whose gateway did not say that it was a simulator, so that its writes were real. Absent otherwise. */
  realJet?: true;
  house: ProtocolHouse;
  eventNumber: string;
  caseId: string;
  /** The series that the case belongs to. Absent where it was ordered by itself. */
  series?: { id: string };
  /** The time of the last line: later lines are not part of the document. */
  asOf: Instant;
  outcome: ProtocolOutcome;
  event: ProtocolEvent | null;
  texts: ProtocolText[];
  order: ProtocolOrder;
  refusal: CodedText | null;
  warnings: CodedText[];
  steps: ProtocolStep[];
  waits: ProtocolWait[];
  /**
   * From the first save of the marker to the save of the Storno, without the gaps. `null`: this case did not save both.
   */
  onSaleWithMarkerMs: number | null;
  /** The title carried the marker before this case saved anything, so that it was longer. Absent otherwise. */
  markedBefore?: true;
  /** Where somebody took the marker off meanwhile. Absent otherwise. */
  markerGaps?: MarkerGap[];
  /** Where the performance is no longer as it was ordered. Absent otherwise. */
  performanceNow?: ProtocolPerformance;
  /** Where the event was not Storno all the time after its Storno. Absent otherwise. */
  statusLosses?: ProtocolStatusLoss[];
  /** What others did in Jet while the case went on. Absent where they did nothing. */
  outsideActs?: ProtocolOutsideAct[];
  acts: ProtocolAct[];
  decisions: ProtocolDecision[];
  /** Whether Connect Online showed Storno before Absage did anything; `null`: it was not read. */
  channelShowedStornoBefore: boolean | null;
  evidence: ProtocolEvidence[];
  right: ProtocolRight | null;
  notice: ProtocolNotice | null;
  houseMails: ProtocolHouseMail[];
  toDo: string[];
  /** The house's to-do list, ticked as far as it is. Absent in a case that has none. */
  tasks?: ShownTask[];
  /**
   * What opens the contact that the lines hold sealed, so that whoever has this document can prove that it is that, or when
   * it was erased. Absent where no contact is sealed.
   */
  contact?: ProtocolContact;
  /** Every line of the case, exactly as the journal holds it. */
  journal: JournalEntry[];
  /** Absent in a document that nobody has signed, as those of before. */
  proof?: ProtocolProof;
}

/**
 * `sha256` is the digest of the canonical JSON of all other members but `signature`, and that is of `sha256`, by the
 * installation. So it vouches for every word.
 */
export type ProtocolDocument = ProtocolContent & { sha256: string; signature?: string };
