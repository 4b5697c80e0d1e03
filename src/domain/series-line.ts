import type { ActionKey } from './action-key';
import type { Actor } from './actor';
import type { CodedText, EventSummary } from './case';
import type { RecipientOutcome, WrittenNotice } from './line-content';
import type { ItemOrder, WrittenSeries } from './series';
import type { SeriesApprovalAction } from './series-vocabulary';
import type { Instant } from './types';

/* The lines of a series as they are written. What they mean, `series-lines.ts` and `series-approval.ts` say. */

/** The end of the key of a request. What decides it has the same key without that. */
export const REQUEST = '/request';

/** Stands for the house, the kind and the step of a line of a series. */
export const SERIES = 'series';

interface Reasoned {
  reason: string;
  key?: ActionKey;
}

type Content =
  | {
      operation: 'order-series';
      after: WrittenSeries;
      /** Orders for the same thing have the same. */ outcome: string;
    }
  /** By case: the plan that its check has to find. `outcome`: `ok`, or why nothing begins. */
  | {
      operation: 'plan-series';
      after: { planHash: string; items: Record<string, string>; refusal?: CodedText };
      outcome: string;
    }
  /** What one performance would become, where its house wants somebody to approve it. `outcome`: `ok`, or why it cannot. */
  | { operation: 'plan-item'; after: ItemPlan; outcome: string }
  /** A house is asked for an approval of these plans, by case. */
  | {
      operation: 'request-series-approval';
      after: HouseRequest & { planHash: string; items: Record<string, string>; expiresAt: Instant };
      outcome: 'requested';
    }
  | { operation: 'approve-series'; after: Word & { planHash: string }; outcome: 'accepted' }
  | { operation: 'reject-series'; after: Word; outcome: 'accepted' }
  | { operation: 'override-series'; after: Word; outcome: 'accepted' }
  /** Nobody has decided in time, or there is nothing left to be decided. */
  | { operation: 'end-series-approval'; after: HouseRequest; outcome: 'expired' | 'withdrawn' }
  | { operation: 'pause-series'; after: Reasoned; outcome: 'accepted' }
  | { operation: 'continue-series'; after: Reasoned; outcome: 'accepted' }
  | { operation: 'abort-series'; after: Reasoned; outcome: 'accepted' }
  /** By case. */
  | { operation: 'skip-items'; after: Reasoned & { items: string[] }; outcome: 'accepted' }
  /** A performance that failed becomes a new case: `instead` of this one. */
  | {
      operation: 'retry-items';
      after: Reasoned & { orderedAt: Instant; items: { instead: string; caseId: string }[] };
      outcome: 'accepted';
    }
  | { operation: 'resume-series'; after: Reasoned & { orderedAt: Instant }; outcome: 'accepted' }
  /** Temporal has no place for the case: another run holds the event. */
  | { operation: 'refuse-item'; after: { caseId: string; refusal: CodedText }; outcome: string }
  /** A mail that tells of several performances of a house is about to be sent; or it never will be, and they are free again. */
  | { operation: 'send-series-notice'; after: SeriesNotice; outcome: null }
  | {
      operation: 'note-series-notice';
      after: { house: string; number: number; messageId: string; recipients: RecipientOutcome[] };
      outcome: RecipientOutcome['outcome'];
    }
  | {
      operation: 'release-series-notice';
      after: { house: string; number: number; caseId: string };
      outcome: null;
    }
  /** What holds of a mail in doubt. */
  | {
      operation: 'decide-series-notice';
      after: Reasoned & { house: string; number: number };
      outcome: 'treat-as-sent' | 'send-again';
    }
  /** A house has ticked an entry of its list in all of its performances: also in those that begin later. */
  | {
      operation: 'tick-task';
      after: { house: string; id: string; done: boolean; note?: string };
      outcome: null;
    }
  /** A case has something to say to its house, which is told of the same trouble once. */
  | { operation: 'want-alert'; after: WantedAlert; outcome: null }
  /** A house is about to be told of its series. */
  | { operation: 'tell-house'; after: SeriesHouseMail; outcome: null }
  | { operation: 'note-house'; after: { house: string; reply: string }; outcome: RecipientOutcome['outcome'] }
  | { operation: 'end-series'; after: { refusal?: CodedText }; outcome: SeriesEnd };

/** Names a request for an approval: those of one house count from 1. */
interface HouseRequest {
  house: string;
  number: number;
}

/** What somebody has said to a request. `updateId`: by which request of theirs, which may come again. */
type Word = Reasoned & HouseRequest & { updateId: string };

/** One performance as whoever approves it sees it. */
export interface ItemPlan {
  caseId: string;
  planHash: string;
  /** `null`: there is no such event. */
  event: EventSummary | null;
  warnings: CodedText[];
  refusal?: CodedText;
}

/** A mail to Ö-Ticket about several performances of one house. */
export interface SeriesNotice extends WrittenNotice {
  house: string;
  /** Counts the mails of the series to this house from 1. Each is sent once. */
  number: number;
  /** By case. */
  items: string[];
}

/** What a case of a series has to say to its house. */
export interface WantedAlert {
  house: string;
  kind: 'attention' | 'all-clear';
  /** What is wrong, or was. */
  code: string;
  caseId: string;
  /** Day, title and number. */
  what: string;
  text: string;
  /** As buttons name them. */
  actions: string[];
}

/** A mail to a house about its series. */
export interface SeriesHouseMail {
  house: string;
  kind: 'begun' | 'ended' | 'interrupted' | 'approval' | 'overridden' | WantedAlert['kind'];
  /** Of which cases it tells: the effect keys of what they wanted to say. */
  wants?: string[];
  /** A house is told once of it. */
  occasion: string;
  to: string[];
  subject: string;
  messageId: string;
}

/** How a series ended. `completed`: every performance has come to its own end. */
export type SeriesEnd = 'completed' | 'aborted' | 'refused';

/** A line of a series. It belongs to no house and to no event. */
export type SeriesLine = Content &
  Actor & {
    caseId: string;
    house: '';
    eventNumber: '';
    seq: number;
    at: Instant;
    kind: typeof SERIES;
    step: typeof SERIES;
    effectKey: string;
    before: null;
    previousHash: string;
    hash: string;
    signature?: string;
  };

export type SeriesLineOf<O extends SeriesLine['operation']> = Extract<SeriesLine, { operation: O }>;

/** A line to be written. One with an effect key that is there is not written again. */
export type NewSeriesLine = Content & Actor & { effectKey: string };

/** As in a case, the same thing gets the same key in every attempt. */
export const seriesKeys = {
  order: 'order',
  plan: 'plan',
  planItem: (caseId: string) => `plan-item/${caseId}`,
  /** The requests to a house count from 1, and each is decided once, however. */
  approval: (house: string, number: number) => `approval/${house}/${number}`,
  approvalRequest: (house: string, number: number) => `approval/${house}/${number}${REQUEST}`,
  /** A series can end again, after performances that had failed were tried once more. */
  end: (nth: number) => (nth === 1 ? 'end' : `end/${nth}`),
  /** By the update, or by the request. */
  decision: (operation: string, id: string) => `${operation}/${id}`,
  refusal: (caseId: string) => `refuse-item/${caseId}`,
  /** A mail is sent, or given up: never both. */
  notice: (house: string, number: number) => `notice/${house}/${number}`,
  noticeOutcome: (house: string, number: number) => `notice/${house}/${number}/outcome`,
  /** The attempts at one mail to a house count from 1. */
  houseMail: (occasion: string, house: string, attempt: number) =>
    `tell-house/${occasion}/${house}/${attempt}`,
  tick: (house: string, id: string, nth: number) => `tick/${house}/${id}/${nth}`,
  /** By situation: there is one of each kind about it. */
  wantedAlert: (kind: string, attentionId: string) => `want-alert/${kind}/${attentionId}`,
  /** Counts the mails of that kind to a house from 1. */
  alert: (house: string, nth: number) => `tell-house/alert/${house}/${nth}`,
  noticeDecision: (house: string, number: number) => `notice/${house}/${number}/decision`,
} as const;

export function linesWith<O extends SeriesLine['operation']>(
  lines: readonly SeriesLine[],
  operation: O,
): SeriesLineOf<O>[] {
  return lines.filter((line): line is SeriesLineOf<O> => line.operation === operation);
}

/** What was decided about a series so far. */
export interface SeriesState {
  order: SeriesLineOf<'order-series'>;
  /** Those that count now, the soonest performance first: a new case takes the place of the one that failed. */
  items: ItemOrder[];
  plan: SeriesLineOf<'plan-series'> | null;
  isPaused: boolean;
  /** The abort that was accepted. */
  abort: SeriesLineOf<'abort-series'> | null;
  /** By case. */
  skipped: ReadonlySet<string>;
  refused: ReadonlyMap<string, CodedText>;
  /** What houses were asked for, oldest first. */
  approvals: SeriesApproval[];
  end: SeriesLineOf<'end-series'> | null;
}

export type RequestLine = SeriesLineOf<'request-series-approval'>;
export type DecisionLine = SeriesLineOf<SeriesApprovalAction | 'end-series-approval'>;

/** What a house was asked for, and what became of it; `null`: nobody has decided yet. */
export interface SeriesApproval {
  request: RequestLine;
  decision: DecisionLine | null;
}
