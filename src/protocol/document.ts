import type { CodedText } from '../domain/case';
import type { CaseEnd } from '../domain/vocabulary';
import type { StepName } from '../domain/vocabulary';
import type { CancellationMarker, Instant, LocalDate } from '../domain/types';
import type { JournalEntry } from '../domain/journal';

/*
 * The Protokoll as a value: everything that its pages show, with instants as they are and labels in German. HTML and
 * PDF are made from it alone, and it is made from the journal's lines alone.
 */

/**
 * Rises with every change of what `buildProtocol` makes of the same lines, words included: an older protocol must not
 * look forged because a sentence was improved since. Kept documents in the tests say when it is time.
 */
export const PROTOCOL_SCHEMA = 'absage/protocol/1';

/** What of a house stands in its protocols; it is not in the journal. */
export interface ProtocolHouse {
  key: string;
  name: string;
  company: string;
  connectOnlineUser: string;
}

export interface ProtocolOutcome {
  /** `open`: no line says that the case has ended. It goes on, or it was interrupted: only Temporal knows. */
  state: CaseEnd | 'open';
  headline: string;
  summary: string;
  endedAt: Instant | null;
  /** From the first attempt to set Storno on, nothing can be undone. */
  pointOfNoReturnPassed: boolean;
}

export interface ProtocolEvent {
  title: string;
  production: string | null;
  startsAt: Instant;
  venue: string;
  location: string;
  organiser: string;
  /** The word of the mask before anything was done. */
  statusBefore: string;
}

/** One of the three texts of step 1. `found`: as it was last read back, `null` where nobody has read it. */
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
  /** A marker that was there already is kept. `null`: nothing was opened. */
  usedMarker: CancellationMarker | null;
  reason: string;
  contact: { name: string; phone: string; email: string | null } | null;
  /** `guided`: a person does the steps in Jet. */
  backend: 'gateway' | 'guided' | null;
  syncIntervalMs: number;
}

export interface ProtocolStep {
  name: StepName;
  label: string;
  /** `unclear`: it was begun, and no line says what became of it. */
  state: 'done' | 'by-hand' | 'waived' | 'skipped' | 'not-needed' | 'unclear' | 'open';
  at: Instant | null;
  detail: string;
}

/** One wait, on the clock that it was held by: Jet's, or in a guided house Absage's. */
export interface ProtocolWait {
  step: StepName;
  label: string;
  plannedMs: number;
  /** The save that it counts from. */
  from: Instant;
  /** The first thing that was done after it; `null`: nothing was. */
  until: Instant | null;
  actualMs: number | null;
  /** Somebody has ended it early. */
  skipped: { actor: string; at: Instant; reason: string } | null;
  note: string | null;
}

/** One write and its reading back, or one mail, from announcement to outcome. */
export interface ProtocolAct {
  operation: string;
  label: string;
  step: StepName;
  /** `person`: done by hand and confirmed. */
  hands: 'absage' | 'person';
  actor: string;
  /** When it was written down that it will be tried: always before it is. */
  announcedAt: Instant | null;
  /** When Jet says that it was saved. */
  savedAt: Instant | null;
  /** When its outcome was written down, after reading back. */
  confirmedAt: Instant | null;
  outcome: string | null;
  outcomeText: string;
  /** What should stand there, and what was read. */
  fields: { label: string; before: string | null; wanted: string | null; found: string | null }[];
  /** The lines that say so. */
  lines: number[];
}

export interface ProtocolDecision {
  at: Instant;
  actor: string;
  label: string;
  step: StepName;
  stepLabel: string;
  reason: string | null;
  /** The question that it answers, where it was one. */
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
  /** The server's words. */
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
  /** A person has sent it, or says when it was sent. */
  byHand: { actor: string; sentAt: Instant; reason: string | null; line: number } | null;
}

export interface ProtocolHouseMail {
  at: Instant;
  subject: string;
  to: string[];
  outcomeText: string;
  line: number;
}

export interface ProtocolContent {
  schema: typeof PROTOCOL_SCHEMA;
  language: 'de-AT';
  rehearsal: boolean;
  /** A rehearsal with a real Jet: what was written there was written. Absent otherwise. */
  realJet?: true;
  house: ProtocolHouse;
  eventNumber: string;
  caseId: string;
  /** Of the last line: what came later is not in here. */
  asOf: Instant;
  outcome: ProtocolOutcome;
  event: ProtocolEvent | null;
  texts: ProtocolText[];
  order: ProtocolOrder;
  refusal: CodedText | null;
  warnings: CodedText[];
  steps: ProtocolStep[];
  waits: ProtocolWait[];
  /** From the first save of the marker to the save of the Storno. `null`: one of them was not saved here. */
  onSaleWithMarkerMs: number | null;
  acts: ProtocolAct[];
  decisions: ProtocolDecision[];
  /** Connect Online showed Storno before anything was done; `null`: nobody has looked. */
  channelShowedStornoBefore: boolean | null;
  evidence: ProtocolEvidence[];
  right: ProtocolRight | null;
  notice: ProtocolNotice | null;
  houseMails: ProtocolHouseMail[];
  toDo: string[];
  /** Every line of the case, as it is kept. */
  journal: JournalEntry[];
}

/** `sha256` is that of the canonical JSON of all the other members. */
export type ProtocolDocument = ProtocolContent & { sha256: string };
