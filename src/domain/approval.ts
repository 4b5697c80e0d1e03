import { isUnproven, type Actor } from './actor';
import type {
  Approval,
  ApprovalDecision,
  ApprovalRule,
  CodedText,
  EventSummary,
  Opening,
  PlanChange,
} from './case';
import { toInstant, toMs } from './clock';
import { effectKeys, type EntryOf, type JournalEntry } from './journal';
import type { EntryKind } from './line-content';
import { openingLine, requestsOf } from './lines';
import { refusal } from './refusals';
import type { House, Instant } from './types';
import { PLAN_FIELDS, STEPS, type Action, type ApprovalAction, type PlanField } from './vocabulary';

/*
 * Four eyes: before anything is written in Jet, a second person says yes to exactly this plan. What was asked, and what
 * was answered, stands in the lines of the case, so a reset or another run asks nobody twice. `entries` are the lines of
 * one case, oldest first.
 */

type Entries = readonly JournalEntry[];
export type RequestLine = EntryOf<'request-approval'>;
/** How a request ends by what a person says to it. */
export const DECIDED_BY = {
  approve: 'approved',
  reject: 'rejected',
  override: 'overridden',
} as const satisfies Record<ApprovalAction, ApprovalDecision>;

export function isApprovalAction(action: Action): action is ApprovalAction {
  return Object.hasOwn(DECIDED_BY, action);
}

type DecisionLine = EntryOf<'approve' | 'reject' | 'override' | 'end-approval'>;

/** The number of a request within its case, from 1; the decision about it has the same. */
export function numberOf(entries: Entries, request: RequestLine): number {
  return requestsOf(entries).indexOf(request) + 1;
}

/** The one line that decides a request; `null`: nobody has decided yet. */
export function decisionOn(entries: Entries, request: RequestLine): DecisionLine | null {
  const key = effectKeys.approval(numberOf(entries, request));
  return entries.find((entry): entry is DecisionLine => entry.effectKey === key) ?? null;
}

/** The run's timer, and the clocks of those who write and read, need not agree to the millisecond. */
export const CLOCKS_DIFFER_MS = 1_000;

export function isGranted({ operation }: DecisionLine): boolean {
  return operation === 'approve' || operation === 'override';
}

/** The newest request, with what became of it, or that of the series; `null`: nobody was asked. */
export function approvalOf(entries: Entries): Approval | null {
  const [request, earlier] = requestsOf(entries).toReversed();
  if (!request) return openingLine(entries)?.after.approvedInSeries ?? null;
  const decision = decisionOn(entries, request);
  return {
    planHash: request.after.planHash,
    requestedBy: request.actor,
    requestedAt: request.at,
    expiresAt: request.after.expiresAt,
    changes: earlier ? changesBetween(earlier.after.event, request.after.event) : [],
    decision: decision && toDecision(decision, openingLine(entries)),
  };
}

/** Whether people who logged in themselves have ordered and decided. */
export function arePersons(...identities: readonly (string | null | undefined)[]): boolean {
  return identities.every((identity) => identity?.startsWith('oidc:') ?? false);
}

function toDecision(
  { operation, actor: by, actorId, at, after }: DecisionLine,
  opening: Pick<JournalEntry, 'actorId'> | null,
): NonNullable<Approval['decision']> {
  return {
    arePersons: arePersons(actorId, opening?.actorId),
    kind: operation === 'end-approval' ? 'expired' : DECIDED_BY[operation],
    by,
    at,
    reason: 'reason' in after ? after.reason : null,
  };
}

function changesBetween(before: EventSummary, now: EventSummary): PlanChange[] {
  const rows = PLAN_FIELDS.map((field) => ({
    field,
    before: valueOf(before, field),
    now: valueOf(now, field),
  }));
  return rows.filter((row) => row.before !== row.now);
}

function valueOf(event: EventSummary, field: PlanField): string | null {
  const value = event[field];
  return value !== null && typeof value === 'object' ? value.before : value;
}

/** The rule that a new case of a house is bound to; `undefined`: nobody has to approve a single case there. */
export function approvalRuleOf(
  { approval: { needed, expiresMs, to } }: House,
  isOfSeries: boolean,
): ApprovalRule | undefined {
  return needed === 'always' || (needed === 'series' && isOfSeries) ? { expiresMs, to } : undefined;
}

/** Until when a request can be decided: a performance that has begun is not approved any more, unless that was ordered. */
export function expiryOf(
  asked: Instant,
  expiresMs: number,
  { startsAt, allowPastEvent }: { startsAt: Instant; allowPastEvent: boolean },
): Instant {
  const latestMs = toMs(asked) + expiresMs;
  return toInstant(allowPastEvent ? latestMs : Math.min(latestMs, toMs(startsAt)));
}

/** Whether whoever decides is proven to be another one than who ordered. Who is not proven may be the same. */
export function isSomebodyElse({ actorId }: Actor, ordered: Pick<JournalEntry, 'actorId'> | null): boolean {
  const areProven = [actorId, ordered?.actorId].every((id) => id && !isUnproven(id));
  return areProven && actorId !== ordered?.actorId;
}

/** The word by which a case begins without a second person; `null`: it does not. */
export function overrideOf(entries: Entries): EntryOf<'override'> | null {
  const request = requestsOf(entries).at(-1);
  const decision = request && decisionOn(entries, request);
  return decision?.operation === 'override' ? decision : null;
}

/** Why the case ends without having begun, where the lines say it; `null`: they do not. */
export function approvalRefusal(entries: Entries): CodedText | null {
  const line = entries.findLast(({ operation }) => operation === 'reject' || operation === 'end-approval');
  if (line?.operation === 'reject') return refusal('rejected');
  return line?.operation === 'end-approval' ? line.after.refusal : null;
}

/** The lines that a step writes of what it does, or finds done. What people decide says nothing of how far the steps are. */
const OF_STEPS: readonly string[] = ['intent', 'outcome', 'evidence'] satisfies EntryKind[];

/** Whether there is a line of a step after the check: from then on nobody is asked any more. */
export function hasBegunWriting(entries: Entries): boolean {
  return entries.some(
    ({ kind, step, operation }) =>
      STEPS.indexOf(step) > 0 &&
      operation !== 'alert-house' &&
      (OF_STEPS.includes(kind) || operation === 'adopt-storno'),
  );
}

/** When Absage began to work on a case: with its order, or when it was approved. */
export function begunAt(entries: Entries): Instant {
  const checked = entries.findLast(({ operation }) => operation === 'recheck-plan') ?? entries[0];
  if (!checked) throw new Error('a case without lines');
  return checked.at;
}

/** Whether the case waits, or has ended, without anybody's yes: to everybody outside nothing has happened. */
export function isUnapproved({ input: { policy } }: Pick<Opening, 'input'>, entries: Entries): boolean {
  return policy.approval !== undefined && !isApproved(entries) && !hasBegunWriting(entries);
}

/** Whether the newest request was granted, and its plan was then found unchanged: only after that anything is written. */
export function isApproved(entries: Entries): boolean {
  const request = requestsOf(entries).at(-1);
  const checked = entries.findLast(({ operation }) => operation === 'recheck-plan');
  const decision = request && decisionOn(entries, request);
  return Boolean(decision && checked && isGranted(decision) && checked.seq > decision.seq);
}
