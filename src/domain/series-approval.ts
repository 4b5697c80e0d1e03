import type { Actor } from './actor';
import { arePersons, CLOCKS_DIFFER_MS, expiryOf, isSomebodyElse } from './approval';
import type { Approval, CodedText } from './case';
import { toInstant, toMs } from './clock';
import { refusal } from './refusals';
import type { ItemOrder } from './series';
import {
  REQUEST,
  type RequestLine,
  type DecisionLine,
  type SeriesApproval,
  type SeriesLine,
  type SeriesLineOf,
  type SeriesState,
} from './series-line';
import type { SeriesApprovalAction } from './series-vocabulary';
import type { House, Instant } from './types';
import { ACTION_TEXTS } from './wording';

/*
 * Four eyes in a series: each house that wants them is asked once for all its performances, by a line of the series' chain
 * that names the plan of each. A performance that is tried again, or whose approver has taken up the series since, is asked for
 * anew. The rules of who decides and until when are those of a single case.
 */

/** How a request ends by what a person says to it. */
const DECIDED_BY = {
  'approve-series': 'approved',
  'reject-series': 'rejected',
  'override-series': 'overridden',
} as const;

/** Oldest first. */
export function approvalsIn(lines: readonly SeriesLine[]): SeriesApproval[] {
  const requests = lines.filter((line): line is RequestLine => line.operation === 'request-series-approval');
  return requests.map((request) => ({
    request,
    decision: lines.find((line): line is DecisionLine => isDecisionOn(line, request)) ?? null,
  }));
}

function isDecisionOn(line: SeriesLine, { effectKey }: RequestLine): boolean {
  return line.operation !== 'request-series-approval' && effectKey === `${line.effectKey}${REQUEST}`;
}

/** Whether a request was granted, by whatever person. */
export function isGranted({ decision }: SeriesApproval): boolean {
  return decision?.operation === 'approve-series' || decision?.operation === 'override-series';
}

/** Whether there was nothing left to be decided: nobody has said anything. */
export function isWithdrawn({ decision }: SeriesApproval): boolean {
  return decision?.operation === 'end-series-approval' && decision.outcome === 'withdrawn';
}

/** Why the performances of a request are not cancelled; `null`: nobody has said so. */
export function refusalBy({ decision }: SeriesApproval): CodedText | null {
  if (decision?.operation === 'reject-series') return refusal('rejected');
  const isExpired = decision?.operation === 'end-series-approval' && decision.outcome === 'expired';
  return isExpired ? refusal('approval-expired') : null;
}

type Known = Pick<SeriesState, 'order' | 'items' | 'approvals'>;

/** Whether a performance begins only when somebody has approved it. */
export function needsApproval({ order }: Pick<Known, 'order'>, house: House['key']): boolean {
  return order.after.policies[house]?.approval !== undefined;
}

/** How far the approval of one performance is. */
export type ApprovalStanding =
  | { kind: 'not-needed' }
  /** Nobody was asked, or what was said does not hold any more. */
  | { kind: 'to-ask' }
  | { kind: 'asked' | 'granted'; approval: SeriesApproval; planHash: string }
  | { kind: 'refused'; refusal: CodedText };

export function approvalStanding(known: Known, caseId: string): ApprovalStanding {
  const order = known.items.find(({ item }) => item.caseId === caseId);
  if (order && !needsApproval(known, order.item.house)) return { kind: 'not-needed' };
  const approval = known.approvals.findLast(({ request }) => caseId in request.after.items);
  const planHash = approval?.request.after.items[caseId];
  if (!order || !approval || planHash === undefined) return { kind: 'to-ask' };
  const { decision } = approval;
  if (decision === null) return { kind: 'asked', approval, planHash };
  const refused = refusalBy(approval);
  if (refused) return { kind: 'refused', refusal: refused };
  const isBySomebodyElse =
    decision.operation === 'override-series' ||
    (decision.operation === 'approve-series' && isElse(decision, orderersOf(known, [order])));
  return isBySomebodyElse ? { kind: 'granted', approval, planHash } : { kind: 'to-ask' };
}

/** Whoever ordered the series, and whoever has taken up, or tried again, these performances since. */
function orderersOf({ order }: Pick<Known, 'order'>, items: readonly ItemOrder[]): Actor[] {
  return [order, ...items.map(({ by }) => by)];
}

function isElse(by: Actor, orderers: readonly Actor[]): boolean {
  return orderers.every((orderer) => isSomebodyElse(by, orderer));
}

export type ApprovalHindrance = 'not-approved' | 'rejected' | 'approval-expired' | 'plan-changed';

/** Why a performance may not begin with this plan; `planHash`: absent while it is not read yet. `null`: it may. */
export function approvalHindrance(
  known: Known,
  caseId: string,
  planHash: string | undefined,
): ApprovalHindrance | null {
  const standing = approvalStanding(known, caseId);
  switch (standing.kind) {
    case 'not-needed':
      return null;
    case 'refused':
      return standing.refusal.code === 'rejected' ? 'rejected' : 'approval-expired';
    case 'granted':
      return planHash === undefined || planHash === standing.planHash ? null : 'plan-changed';
    case 'to-ask':
    case 'asked':
      return 'not-approved';
  }
}

/** The performances of a request that wait for its decision. `waiting`: those that have not begun, by case. */
function askedFor(
  { items }: Pick<Known, 'items'>,
  { request }: SeriesApproval,
  waiting: readonly string[],
): ItemOrder[] {
  return items.filter(({ item: { caseId } }) => caseId in request.after.items && waiting.includes(caseId));
}

/** The request that a house is to decide about; `null`: none. */
export function openApproval(
  known: Known & Pick<SeriesState, 'abort' | 'end'>,
  house: House['key'],
  waiting: readonly string[],
): SeriesApproval | null {
  if (known.abort || known.end) return null;
  const open = known.approvals.find(
    ({ request, decision }) => decision === null && request.after.house === house,
  );
  return open && askedFor(known, open, waiting).length > 0 ? open : null;
}

/** A word about a request. */
export interface ApprovalWord {
  house: House['key'];
  /** Of the plan that was seen; only an approval is about a plan. */
  planHash?: string;
  by: Actor;
  at: Instant;
}

/** Why a word does not count. `code`: as a caller is told. */
export interface ApprovalFault {
  code: 'action-not-possible' | 'plan-changed' | 'own-order';
  text: string;
}

export const NOTHING_TO_APPROVE = 'In diesem Haus wartet im Moment nichts auf eine Freigabe.';

/** Why that word does not count now; `null`: it does. The one rule: for what is offered, asked, and written down. */
export function approvalFault(
  action: SeriesApprovalAction,
  known: Known & Pick<SeriesState, 'abort' | 'end'>,
  waiting: readonly string[],
  { house, planHash, by, at }: ApprovalWord,
): ApprovalFault | null {
  const open = openApproval(known, house, waiting);
  if (!open) return { code: 'action-not-possible', text: NOTHING_TO_APPROVE };
  if (action === 'reject-series') return null;
  const { after } = open.request;
  if (toMs(after.expiresAt) + CLOCKS_DIFFER_MS < toMs(at))
    return { code: 'action-not-possible', text: ACTION_TEXTS.approvalOver };
  if (action === 'override-series') return null;
  if (planHash !== after.planHash) return { code: 'plan-changed', text: ACTION_TEXTS.anotherPlan };
  return isElse(by, orderersOf(known, askedFor(known, open, waiting)))
    ? null
    : { code: 'own-order', text: ACTION_TEXTS.ownOrder };
}

/** What there is to do about the approval of a house. */
export type ApprovalStep =
  /** These performances have to be read first, by case. */
  | { kind: 'plan'; caseIds: string[] }
  /** One that cannot be cancelled anyway: nobody is asked for it. */
  | { kind: 'refuse'; caseId: string; refusal: CodedText }
  /** `items`: the plan of each, by case. */
  | { kind: 'ask'; number: number; items: ItemOrder[]; plans: Record<string, string>; expiresAt: Instant }
  | { kind: 'end'; approval: SeriesApproval; outcome: 'expired' | 'withdrawn' };

/** `null`: nothing, or somebody has to decide. `waiting`: the performances that have not begun, by case. */
export function nextApprovalStep(
  lines: readonly SeriesLine[],
  state: SeriesState,
  waiting: readonly string[],
  house: House['key'],
  now: Instant,
): ApprovalStep | null {
  const rule = state.order.after.policies[house]?.approval;
  if (!rule) return null;
  const undecided = state.approvals.find(
    ({ request, decision }) => decision === null && request.after.house === house,
  );
  if (undecided) {
    if (!openApproval(state, house, waiting))
      return { kind: 'end', approval: undecided, outcome: 'withdrawn' };
    const isOver = toMs(undecided.request.after.expiresAt) - CLOCKS_DIFFER_MS <= toMs(now);
    return isOver ? { kind: 'end', approval: undecided, outcome: 'expired' } : null;
  }
  if (state.abort || state.end || state.plan?.outcome !== 'ok') return null;
  const toAsk = state.items.filter(
    ({ item }) =>
      item.house === house &&
      waiting.includes(item.caseId) &&
      approvalStanding(state, item.caseId).kind === 'to-ask',
  );
  if (toAsk.length === 0) return null;
  const plans = plansOf(lines);
  const unread = toAsk.filter(({ item }) => !plans.has(item.caseId));
  if (unread.length > 0) return { kind: 'plan', caseIds: unread.map(({ item }) => item.caseId) };
  for (const { item } of toAsk) {
    const refused = plans.get(item.caseId)?.refusal;
    if (refused) return { kind: 'refuse', caseId: item.caseId, refusal: refused };
  }
  const { allowPastEvent = false } = state.order.after;
  const startsAt = toInstant(Math.max(...toAsk.map(({ item }) => toMs(item.expected.startsAt))));
  return {
    kind: 'ask',
    number: state.approvals.filter(({ request }) => request.after.house === house).length + 1,
    items: toAsk,
    plans: Object.fromEntries(
      toAsk.map(({ item: { caseId } }) => [caseId, plans.get(caseId)?.planHash ?? '']),
    ),
    // A performance that has begun meanwhile is refused by its own check: the others do not fall with it.
    expiresAt: expiryOf(now, rule.expiresMs, { startsAt, allowPastEvent }),
  };
}

/** What each performance was planned as, by case, where somebody is asked for it. */
export function plansOf(lines: readonly SeriesLine[]) {
  const planned = lines.filter((line): line is SeriesLineOf<'plan-item'> => line.operation === 'plan-item');
  return new Map(planned.map(({ after }) => [after.caseId, after]));
}

/** A request with what became of it, as that of a single case. */
export function toApproval({ request, decision }: SeriesApproval, orderers: readonly Actor[]): Approval {
  const { actor: requestedBy, at: requestedAt, after } = request;
  return {
    planHash: after.planHash,
    requestedBy,
    requestedAt,
    expiresAt: after.expiresAt,
    changes: [],
    decision: decision && {
      kind: decision.operation === 'end-series-approval' ? 'expired' : DECIDED_BY[decision.operation],
      by: decision.actor,
      at: decision.at,
      reason: 'reason' in decision.after ? decision.after.reason : null,
      arePersons: arePersons(decision.actorId, ...orderers.map(({ actorId }) => actorId)),
    },
  };
}

/** The approval that a performance begins with, as its own first line keeps it; `null`: none is needed, or it is not there. */
export function approvedInSeries(known: Known, caseId: string): Approval | null {
  const standing = approvalStanding(known, caseId);
  const order = known.items.find(({ item }) => item.caseId === caseId);
  if (standing.kind !== 'granted' || !order) return null;
  const { approval, planHash } = standing;
  return { ...toApproval(approval, orderersOf(known, [order])), planHash };
}

/** Whoever has ordered some of the performances of a request. */
export function orderersOfRequest(
  known: Pick<Known, 'order' | 'items'>,
  { request }: SeriesApproval,
): Actor[] {
  return orderersOf(
    known,
    known.items.filter(({ item }) => item.caseId in request.after.items),
  );
}

/** Whether somebody has ordered some of these performances, or nobody has proven that they have not. */
export function isOwnOrder(
  known: Pick<Known, 'order' | 'items'>,
  approval: SeriesApproval,
  by: Actor,
): boolean {
  return !isElse(by, orderersOfRequest(known, approval));
}
