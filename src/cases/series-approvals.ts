import type { Approval, CodedText, TextChange } from '../domain/case';
import { saidText, seriesInTimeText } from '../domain/series-approval-notice';
import { stripMarker } from '../domain/marker';
import { itemsIn, seriesActionFault } from '../domain/series-actions';
import {
  approvalFault,
  isOwnOrder,
  isWithdrawn,
  orderersOfRequest,
  plansOf,
  toApproval,
} from '../domain/series-approval';
import type { SeriesApproval } from '../domain/series-line';
import { toInstant } from '../domain/clock';
import { SERIES_APPROVAL_ACTIONS, type SeriesApprovalAction } from '../domain/series-vocabulary';
import type { ApprovalAction } from '../domain/vocabulary';
import type { Instant } from '../domain/types';
import { ACTION_TEXTS } from '../domain/wording';
import { mayDo, requireHouse, type Caller } from './caller';
import { decisionFault } from './decision-fault';
import { Problem } from './problems';
import type { KnownSeries } from './known-series';
import type { CaseSources } from './sources';
import type { DecisionFault } from './view';

/** What a house was asked for, as a caller sees it. */
export interface SeriesApprovalView extends Omit<Approval, 'changes'> {
  house: string;
  /** The requests to one house count from 1: what is tried again is asked for anew. */
  number: number;
  eventNumbers: string[];
  /** By when it is needed for Ö-Ticket to know before the soonest curtain, as a sentence; `null`: nobody has to hurry. */
  inTime: string | null;
  /** What was said to it, as a sentence; `null`: nobody has decided yet. */
  said: string | null;
  /** The caller has ordered some of it, so somebody else has to approve it. */
  isOwn: boolean;
  /** What this caller may say to it now: `approve`, `reject`, `override`. */
  allowedActions: ApprovalAction[];
}

/** One performance as whoever approves it sees it, title with the marker that it gets. */
export interface SeriesApprovalItem {
  eventNumber: string;
  /** Without marker. */
  title: string;
  startsAt: Instant;
  venue: string;
  texts: Record<'title' | 'customerTitle' | 'externalMemo', TextChange> | null;
  warnings: CodedText[];
}

/** The word of a second person, as the action on a single case is called. */
export const WORDS = {
  'approve-series': 'approve',
  'reject-series': 'reject',
  'override-series': 'override',
} as const satisfies Record<SeriesApprovalAction, ApprovalAction>;

type Sources = Pick<CaseSources, 'arePeopleKnown'>;

/** Every request to the houses that the caller may see, oldest first. */
export function approvalViews(
  sources: Sources,
  caller: Caller,
  known: KnownSeries,
  isOpen: boolean,
): SeriesApprovalView[] {
  return known.state.approvals
    .filter((approval) => mayDo(caller, approval.request.after.house, 'see') && !isWithdrawn(approval))
    .map((approval) => approvalView(sources, caller, known, approval, isOpen));
}

function approvalView(
  sources: Sources,
  caller: Caller,
  known: KnownSeries,
  approval: SeriesApproval,
  isOpen: boolean,
): SeriesApprovalView {
  const { state } = known;
  const { house, number, items } = approval.request.after;
  const { changes: _none, ...said } = toApproval(approval, orderersOfRequest(state, approval));
  const policy = state.order.after.policies[house];
  const numbers = new Map(state.items.map(({ item }) => [item.caseId, item.eventNumber]));
  return {
    ...said,
    house,
    number,
    eventNumbers: Object.keys(items).flatMap((caseId) => numbers.get(caseId) ?? []),
    inTime:
      approval.decision === null && policy
        ? seriesInTimeText(state, approval, policy, toInstant(Date.now()))
        : null,
    said: saidText(said),
    isOwn: isOwnOrder(state, approval, { actor: caller.actor, actorId: caller.id }),
    allowedActions:
      isOpen && approval.decision === null ? wordsOf(sources, caller, known, house, said.planHash) : [],
  };
}

function wordsOf(
  sources: Sources,
  caller: Caller,
  known: KnownSeries,
  house: string,
  planHash: string,
): ApprovalAction[] {
  return SERIES_APPROVAL_ACTIONS.filter(
    (action) =>
      mayDo(caller, house, action) && wordFault(sources, caller, known, action, { house, planHash }) === null,
  ).map((action) => WORDS[action]);
}

/** Why a word of this caller does not count; `null`: it does. The run judges the same once more. */
function wordFault(
  sources: Sources,
  caller: Caller,
  { lines, state, marks }: KnownSeries,
  action: SeriesApprovalAction,
  about: { house: string; planHash?: string },
): DecisionFault | { code: 'action-not-possible' | 'plan-changed'; text: string } | null {
  const { arePeopleKnown = false } = sources;
  const notTheirs = decisionFault(caller, WORDS[action], { arePeopleKnown });
  if (notTheirs) return notTheirs;
  const text = seriesActionFault(action, lines, state, marks);
  if (text !== null) return { code: 'action-not-possible', text };
  const by = { actor: caller.actor, actorId: caller.id };
  const word = { ...about, by, at: toInstant(Date.now()) };
  return approvalFault(action, state, itemsIn(state, marks, 'waiting'), word);
}

/** Throws the problem that says why the caller may not say that now. */
export function requireWord(
  sources: CaseSources,
  caller: Caller,
  known: KnownSeries,
  action: SeriesApprovalAction,
  about: { house: string; planHash?: string },
): void {
  const isOfSeries = known.state.items.some(({ item }) => item.house === about.house);
  if (!isOfSeries) throw new Problem('house-not-found');
  requireHouse(sources.houses, caller, about.house, action);
  const fault = wordFault(sources, caller, known, action, about);
  if (fault) throw new Problem(fault.code, fault.text);
  // A role that may be gone is enough for everything but this.
  if (caller.areRolesOld && action !== 'reject-series')
    throw new Problem('action-not-possible', ACTION_TEXTS.rolesAreOld);
}

/** The performances of a request, the soonest first, with all that would be written. */
export function approvalItems(
  { lines, state }: Pick<KnownSeries, 'lines' | 'state'>,
  house: string,
  number: number,
): SeriesApprovalItem[] {
  const approval = state.approvals.find(
    ({ request: { after } }) => after.house === house && after.number === number,
  );
  const plans = plansOf(lines);
  const style = state.order.after.policies[house]?.marker;
  return state.items.flatMap(({ item: { caseId, eventNumber, expected } }) => {
    if (!approval || !(caseId in approval.request.after.items)) return [];
    const plan = plans.get(caseId);
    const event = plan?.event ?? null;
    const title = event?.title.before ?? expected.title;
    return [
      {
        eventNumber,
        title: style ? stripMarker(title, style) : title,
        startsAt: event?.startsAt ?? expected.startsAt,
        venue: event?.venue ?? '',
        texts: event && {
          title: event.title,
          customerTitle: event.customerTitle,
          externalMemo: event.externalMemo,
        },
        warnings: plan?.warnings ?? [],
      },
    ];
  });
}
