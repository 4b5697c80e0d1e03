import { ABSAGE, actorOf, type Actor } from '../domain/actor';
import { toInstant } from '../domain/clock';
import { seriesFingerprint, type ItemOrder } from '../domain/series';
import { itemsIn, openApprovals, type Marks, type SeriesRequest } from '../domain/series-actions';
import {
  approvalFault,
  isGranted,
  needsApproval,
  nextApprovalStep,
  type ApprovalStep,
} from '../domain/series-approval';
import type { SeriesApproval } from '../domain/series-line';
import {
  isHouseTold,
  seriesKeys,
  type NewSeriesLine,
  type SeriesHouseMail,
  type SeriesLine,
  type SeriesState,
} from '../domain/series-lines';
import type { SeriesApprovalAction } from '../domain/series-vocabulary';
import type { Instant } from '../domain/types';
import { digest } from '../digest';
import { requireWritten } from './reading';
import type { KnownSeries } from './known-series';

/* What the run of a series does about its approvals, told from its lines. */

/** What there is to do; `plan`: these performances are to be read first, by case. */
export interface ApprovalsDue {
  plan: string[];
}

/** `null`: nothing, or somebody has to decide. */
export function approvalsDue(known: KnownSeries): ApprovalsDue | null {
  const steps = housesOf(known.state).flatMap((house) => stepFor(known, house) ?? []);
  if (steps.length === 0) return null;
  return { plan: steps.flatMap((step) => (step.kind === 'plan' ? step.caseIds : [])) };
}

function stepFor({ lines, state, marks }: KnownSeries, house: string): ApprovalStep | null {
  return nextApprovalStep(lines, state, itemsIn(state, marks, 'waiting'), house, now());
}

/** The line that is to be written about the approval of a house; `null`: none, or something has to be read first. */
export function nextApprovalLine(known: KnownSeries, house: string): NewSeriesLine | null {
  const step = stepFor(known, house);
  return step && lineOf(step, house);
}

/** A mail that a house has not got yet. */
export type UntoldApproval = Pick<SeriesHouseMail, 'house' | 'kind' | 'occasion'> & {
  /** What it is about; absent: that the house's performances begin. */
  approval?: SeriesApproval;
};

/** Whom to ask, and whom to tell that it has begun, after somebody has approved it or without that. */
export function untoldApprovals({ lines, state, marks }: KnownSeries): UntoldApproval[] {
  const asked = openApprovals(state, marks).map((approval) => mailAbout('approval', approval));
  const overridden = state.approvals
    .filter(({ decision }) => decision?.operation === 'override-series')
    .map((approval) => mailAbout('overridden', approval));
  const begun = housesOf(state)
    .filter((house) => needsApproval(state, house) && isBegun(state, house))
    .map((house) => ({ house, kind: 'begun', occasion: 'begun' }) as const);
  return [...asked, ...overridden, ...begun].filter(
    ({ house, occasion }) => !isHouseTold(lines, house, occasion),
  );
}

function mailAbout(kind: 'approval' | 'overridden', approval: SeriesApproval): UntoldApproval {
  const { house, number } = approval.request.after;
  return { house, kind, occasion: `${kind}/${number}`, approval };
}

/** Whether the performances of a house begin: until somebody has approved them, nobody knows whether there is anything to do. */
export function isBegun(state: SeriesState, house: string): boolean {
  const isIts = ({ request }: SeriesApproval) => request.after.house === house;
  return !needsApproval(state, house) || state.approvals.some((each) => isIts(each) && isGranted(each));
}

export function housesOf({ items }: Pick<SeriesState, 'items'>): string[] {
  return [...new Set(items.map(({ item }) => item.house))];
}

function now(): Instant {
  return toInstant(Date.now());
}

/** `null`: it has to be read first. */
function lineOf(step: ApprovalStep, house: string): NewSeriesLine | null {
  switch (step.kind) {
    case 'plan':
      return null;
    case 'refuse':
      return {
        ...ABSAGE,
        operation: 'refuse-item',
        effectKey: seriesKeys.refusal(step.caseId),
        after: { caseId: step.caseId, refusal: step.refusal },
        outcome: step.refusal.code,
      };
    case 'ask': {
      const { number, items, plans, expiresAt } = step;
      return {
        ...askerOf(items),
        operation: 'request-series-approval',
        effectKey: seriesKeys.approvalRequest(house, number),
        after: { house, number, planHash: hashOf(items, plans), items: plans, expiresAt },
        outcome: 'requested',
      };
    }
    case 'end': {
      const { number } = step.approval.request.after;
      return {
        ...ABSAGE,
        operation: 'end-series-approval',
        effectKey: seriesKeys.approval(house, number),
        after: { house, number },
        outcome: step.outcome,
      };
    }
  }
}

/** Absage asks on behalf of whoever ordered them. */
function askerOf([first]: readonly ItemOrder[]): Actor {
  return first ? actorOf(first.by) : ABSAGE;
}

/** What is approved: the plan of each of these performances, and no other one. */
function hashOf(items: readonly ItemOrder[], plans: Readonly<Record<string, string>>): string {
  const planned = items.map(({ item }) => ({ ...item, planHash: plans[item.caseId] ?? '' }));
  return digest(seriesFingerprint(planned));
}

/** Whether this very request has been answered: it comes again after a reset, or with the same key. */
export function isAnswered(lines: readonly SeriesLine[], updateId: string): boolean {
  return lines.some(({ after }) => 'updateId' in after && after.updateId === updateId);
}

/** Why what a second person says does not count, in one sentence; `null`: it does. */
export function wordFault(
  action: SeriesApprovalAction,
  state: SeriesState,
  marks: Marks,
  by: Actor,
  { approval }: SeriesRequest,
): string | null {
  const word = { house: approval?.house ?? '', planHash: approval?.planHash, by, at: now() };
  return approvalFault(action, state, itemsIn(state, marks, 'waiting'), word)?.text ?? null;
}

/** The line of a word that counts. */
export function wordLine(
  action: SeriesApprovalAction,
  by: Actor,
  updateId: string,
  { reason, approval }: SeriesRequest,
  { approvals }: SeriesState,
): NewSeriesLine {
  const { house = '', planHash = '' } = approval ?? {};
  const open = requireWritten(
    approvals.find(({ request, decision }) => decision === null && request.after.house === house),
    'the request to the house',
  );
  const { number } = open.request.after;
  const line = { ...by, effectKey: seriesKeys.approval(house, number), outcome: 'accepted' } as const;
  const said = { house, number, reason, updateId };
  return action === 'approve-series'
    ? { ...line, operation: action, after: { ...said, planHash } }
    : { ...line, operation: action, after: said };
}
