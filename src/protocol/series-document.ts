import type { Approval } from '../domain/case';
import type { SeriesItemState, SeriesNoticeOutcome } from '../domain/series-vocabulary';
import type { SeriesLine } from '../domain/series-lines';
import type { SeriesTask } from '../domain/series-tasks';
import type { CancellationMarker, Instant, JournalHead } from '../domain/types';
import type { ProtocolHouse, ProtocolProof } from './document';

/** As the version of a case's Protokoll. */
export const SERIES_PROTOCOL_SCHEMA = 'absage/series-protocol/1';

/** One performance: how its case ended, and the line that its own Protokoll ends with. */
export interface SeriesProtocolItem {
  house: string;
  eventNumber: string;
  caseId: string;
  /** Without marker. */
  title: string;
  startsAt: Instant;
  state: SeriesItemState;
  /** Why it was refused. */
  refusal: string | null;
  /** `null`: the case has not ended, or was refused. */
  endLine: JournalHead | null;
  /** `null`: it has no line, as it never began. */
  lastLine: (JournalHead & { at: Instant }) | null;
}

export interface SeriesProtocolNotice {
  house: string;
  number: number;
  messageId: string;
  begunAt: Instant;
  acceptedAt: Instant | null;
  outcome: SeriesNoticeOutcome;
  to: string[];
  subject: string;
  text: string;
  eventNumbers: string[];
}

export interface SeriesProtocolDecision {
  at: Instant;
  actor: string;
  operation: string;
  reason: string;
  /** As the house calls them: `FSP 104233`. Empty: it is about all. */
  about: string[];
  line: number;
}

/** What a house was asked to approve, and what was said to it. */
export interface SeriesProtocolApproval {
  house: string;
  number: number;
  eventNumbers: string[];
  requestedBy: string;
  requestedAt: Instant;
  expiresAt: Instant;
  /** `null`: nobody has decided. */
  decision: ApprovalAnswer | null;
}

type ApprovalAnswer = NonNullable<Approval['decision']> & { line: number };

export interface SeriesProtocolContent {
  schema: typeof SERIES_PROTOCOL_SCHEMA;
  language: 'de-AT';
  rehearsal: boolean;
  realJet?: true;
  seriesId: string;
  title: string;
  /** Those that are shown. */
  houses: Omit<ProtocolHouse, 'connectOnlineUser'>[];
  /** Houses are left out that the reader may not see, and so are the lines of the series. Absent otherwise. */
  excerpt?: true;
  /** The time of the newest line that it was made of. */
  asOf: Instant;
  outcome: {
    state: 'completed' | 'aborted' | 'refused' | 'open';
    endedAt: Instant | null;
    refusal: string | null;
  };
  order: { marker: CancellationMarker; reason: string; orderedBy: string; orderedAt: Instant };
  items: SeriesProtocolItem[];
  notices: SeriesProtocolNotice[];
  decisions: SeriesProtocolDecision[];
  /** Absent: nobody was asked. */
  approvals?: SeriesProtocolApproval[];
  /** The to-do list of each house. */
  tasks: SeriesTask[];
  /** Every line of the series itself, exactly as the journal holds it. Absent in an excerpt. */
  journal?: SeriesLine[];
  /** Absent in a document that nobody has signed. */
  proof?: ProtocolProof;
}

/** As `ProtocolDocument`, of a whole series. */
export type SeriesProtocolDocument = SeriesProtocolContent & { sha256: string; signature?: string };
