import type { CodedText } from './case';
import type { RecipientOutcome } from './line-content';
import type { ItemOrder, SeriesItem } from './series';
import { approvalHindrance, approvalsIn, refusalBy, type ApprovalHindrance } from './series-approval';
import {
  linesWith,
  type SeriesApproval,
  type SeriesLine,
  type SeriesLineOf,
  type SeriesState,
} from './series-line';
import type { Instant } from './types';

export * from './series-line';

/*
 * The chain of a series, beside those of its cases: what was ordered, what was decided about all of it, and the mails that
 * tell of several performances at once. `lines` are those of one series, oldest first.
 */

/** `null`: these are not the lines of a series. */
export function seriesStateOf(lines: readonly SeriesLine[]): SeriesState | null {
  const [order] = linesWith(lines, 'order-series');
  if (!order) return null;
  const lastPause = lines.findLast(
    ({ operation }) => operation === 'pause-series' || operation === 'continue-series',
  );
  const approvals = approvalsIn(lines);
  return {
    order,
    items: itemsOf(order, lines),
    plan: linesWith(lines, 'plan-series').at(-1) ?? null,
    isPaused: lastPause?.operation === 'pause-series',
    abort: linesWith(lines, 'abort-series').at(-1) ?? null,
    skipped: new Set(linesWith(lines, 'skip-items').flatMap(({ after }) => after.items)),
    refused: new Map([
      ...linesWith(lines, 'refuse-item').map(({ after }) => [after.caseId, after.refusal] as const),
      ...approvals.flatMap(notGranted),
    ]),
    approvals,
    end: endIn(lines),
  };
}

/** `null`: it goes on, also because somebody has tried a performance again after its end. */
export function endIn(lines: readonly SeriesLine[]): SeriesState['end'] {
  const end = linesWith(lines, 'end-series').at(-1) ?? null;
  return end && linesWith(lines, 'retry-items').some(({ seq }) => seq > end.seq) ? null : end;
}

/** The lines that say how far the mails to Ö-Ticket are, and whether the series has ended. */
export const OF_NOTICES = [
  'send-series-notice',
  'note-series-notice',
  'release-series-notice',
  'decide-series-notice',
  'retry-items',
  'end-series',
] as const satisfies SeriesLine['operation'][];

function notGranted(approval: SeriesApproval): (readonly [string, CodedText])[] {
  const refused = refusalBy(approval);
  return refused ? Object.keys(approval.request.after.items).map((caseId) => [caseId, refused] as const) : [];
}

function itemsOf(order: SeriesLineOf<'order-series'>, lines: readonly SeriesLine[]): ItemOrder[] {
  const { items, orderedAt } = order.after;
  const byCase = new Map<string, ItemOrder>(
    items.map((item) => [item.caseId, { item, by: order, orderedAt }]),
  );
  for (const line of lines) {
    if (line.operation === 'resume-series')
      for (const [key, { item }] of byCase)
        byCase.set(key, { item, by: line, orderedAt: line.after.orderedAt });
    if (line.operation !== 'retry-items') continue;
    for (const { instead, caseId } of line.after.items) {
      const earlier = [...byCase].find(([, { item }]) => item.caseId === instead);
      if (!earlier) continue;
      const [key, { item }] = earlier;
      byCase.set(key, { item: { ...item, caseId }, by: line, orderedAt: line.after.orderedAt });
    }
  }
  return [...byCase.values()];
}

export type ItemHindrance =
  'not-in-series' | 'skipped-in-series' | 'series-aborted' | 'wait' | ApprovalHindrance;

/**
 * Why the case of a performance may not be opened; `wait`: not now. `null`: it may. `planHash`: what it would be opened with;
 * absent while that is not known.
 */
export function itemHindrance(
  state: SeriesState,
  { caseId, planHash }: Pick<SeriesItem, 'caseId'> & { planHash?: string },
): ItemHindrance | null {
  const { items, skipped, abort, isPaused, plan, end } = state;
  if (!items.some(({ item }) => item.caseId === caseId)) return 'not-in-series';
  if (skipped.has(caseId)) return 'skipped-in-series';
  if (abort || end) return 'series-aborted';
  if (isPaused || plan === null) return 'wait';
  return approvalHindrance(state, caseId, planHash);
}

/** How far a mail is. `free`: it was certainly not sent, and its performances may be told of by another one. */
export type NoticeStanding =
  | { kind: 'none' | 'sending' }
  | { kind: 'free'; at: Instant }
  | { kind: 'in-doubt' | 'refused'; at: Instant }
  | { kind: 'sent'; at: Instant; isVouchedFor: boolean; messageId: string; recipients: RecipientOutcome[] };

export function noticeStanding(lines: readonly SeriesLine[], house: string, number: number): NoticeStanding {
  const isIts = ({ after }: { after: { house: string; number: number } }) =>
    after.house === house && after.number === number;
  const released = linesWith(lines, 'release-series-notice').find(isIts);
  if (released) return { kind: 'free', at: released.at };
  const outcome = linesWith(lines, 'note-series-notice').find(isIts);
  if (!outcome) return { kind: linesWith(lines, 'send-series-notice').some(isIts) ? 'sending' : 'none' };
  const { messageId, recipients } = outcome.after;
  if (outcome.outcome === 'accepted')
    return { kind: 'sent', at: outcome.at, isVouchedFor: false, messageId, recipients };
  if (outcome.outcome === 'not-sent') return { kind: 'free', at: outcome.at };
  const decided = linesWith(lines, 'decide-series-notice').find(isIts);
  if (decided?.outcome === 'treat-as-sent')
    return { kind: 'sent', at: decided.at, isVouchedFor: true, messageId, recipients };
  if (decided) return { kind: 'free', at: decided.at };
  return { kind: outcome.outcome, at: outcome.at };
}

/**
 * How far a mail is for a performance that was claimed for it. One that was begun without it, because another attempt was sooner or
 * because nobody had seen it as Storno by then, does not tell of it.
 */
export function itemStanding(
  lines: readonly SeriesLine[],
  { house, caseId }: { house: string; caseId: string },
  number: number,
): NoticeStanding {
  const begun = noticesOf(lines).find(({ after }) => after.house === house && after.number === number);
  if (begun && !begun.after.items.includes(caseId)) return { kind: 'free', at: begun.at };
  return noticeStanding(lines, house, number);
}

/** The attempts at one mail to a house, oldest first. `occasion`: what it is about. */
export function houseMails(
  lines: readonly SeriesLine[],
  house: string,
  occasion: string,
): SeriesLineOf<'tell-house'>[] {
  return linesWith(lines, 'tell-house').filter(
    ({ after }) => after.house === house && after.occasion === occasion,
  );
}

/** How far the newest attempt at a mail to a house is. `sending`: it has no outcome, so it may have arrived. */
export type HouseMailStanding =
  | { kind: 'open' }
  | { kind: 'sending'; attempt: SeriesLineOf<'tell-house'> }
  | { kind: 'accepted' | 'refused' | 'in-doubt' };

export function houseMailStanding(
  lines: readonly SeriesLine[],
  house: string,
  occasion: string,
): HouseMailStanding {
  const attempt = houseMails(lines, house, occasion).at(-1);
  if (!attempt) return { kind: 'open' };
  const noted = linesWith(lines, 'note-house').find(
    ({ effectKey }) => effectKey === `${attempt.effectKey}/outcome`,
  );
  if (!noted) return { kind: 'sending', attempt };
  return { kind: noted.outcome === 'not-sent' ? 'open' : noted.outcome };
}

/** Whether it is known what became of a mail to a house, and it need not be sent: one in doubt is not sent again. */
export function isHouseTold(lines: readonly SeriesLine[], house: string, occasion: string): boolean {
  const { kind } = houseMailStanding(lines, house, occasion);
  return kind !== 'open' && kind !== 'sending';
}

/** The mails to Ö-Ticket that were begun, oldest first. */
export function noticesOf(lines: readonly SeriesLine[]): SeriesLineOf<'send-series-notice'>[] {
  return linesWith(lines, 'send-series-notice');
}

/** The number of the next mail of a house. */
export function nextNoticeNumber(lines: readonly SeriesLine[], house: string): number {
  const numbers = lines.flatMap((line) =>
    (line.operation === 'send-series-notice' || line.operation === 'release-series-notice') &&
    line.after.house === house
      ? [line.after.number]
      : [],
  );
  return Math.max(0, ...numbers) + 1;
}
