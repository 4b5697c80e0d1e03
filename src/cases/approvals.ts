import { isSomebodyElse } from '../domain/approval';
import { toMs } from '../domain/clock';
import { stripMarker } from '../domain/marker';
import { isOwnOrder } from '../domain/series-approval';
import { soonestOf } from '../domain/series-approval-notice';
import { seriesStateOf } from '../domain/series-lines';
import type { House, Instant } from '../domain/types';
import { housesFor, type Caller } from './caller';
import type { CaseSources } from './sources';

/** A case that waits for a second person, as the list of those shows it. */
export interface WaitingApproval {
  house: string;
  eventNumber: string;
  caseId: string;
  title: string;
  startsAt: Instant;
  venue: string;
  requestedBy: string;
  expiresAt: Instant;
  /** The caller ordered it, so somebody else has to decide. */
  isOwn: boolean;
}

type Sources = Pick<CaseSources, 'journal' | 'houses'>;

/** The cases in whose houses the caller may approve, the one that has to be decided first first. */
export async function listApprovals(
  { journal, houses }: Sources,
  caller: Caller,
): Promise<WaitingApproval[]> {
  const asking = new Map(housesFor(houses, caller, 'approve').map((house) => [house.key, house]));
  const requests = await journal.openRequests([...asking.keys()]);
  const rows = requests.map((request) => {
    const { house, eventNumber, caseId, actor: requestedBy, after } = request;
    const { event, expiresAt } = after;
    const { startsAt, venue } = event;
    const title = stripMarker(event.title.before ?? '', asking.get(house)!.marker);
    // Absage asks on behalf of whoever ordered the case.
    const isOwn = !isSomebodyElse({ actor: caller.actor, actorId: caller.id }, request);
    return { house, eventNumber, caseId, title, startsAt, venue, requestedBy, expiresAt, isOwn };
  });
  return rows.sort((one, other) => toMs(one.expiresAt) - toMs(other.expiresAt));
}

/** A house's performances of a series that wait for a second person, as that list shows them. */
export interface WaitingSeries {
  seriesId: string;
  house: string;
  title: string;
  count: number;
  /** When the soonest of them begins. */
  startsAt: Instant;
  requestedBy: string;
  expiresAt: Instant;
  /** The caller ordered some of them. */
  isOwn: boolean;
}

/** The same for series: one for each house, in which the caller may approve. */
export async function listSeriesApprovals(
  { journal, houses }: Sources,
  caller: Caller,
): Promise<WaitingSeries[]> {
  const waiting = await Promise.all(
    (await openSeriesRequests(journal, housesFor(houses, caller, 'approve-series'))).map(async (request) => {
      const { caseId: seriesId, actor: requestedBy, after } = request;
      const state = seriesStateOf(await journal.seriesLines(seriesId));
      const approval = { request, decision: null };
      const startsAt = state && soonestOf(state, approval);
      if (!state || !startsAt) return [];
      const { house, items, expiresAt } = after;
      const isOwn = isOwnOrder(state, approval, { actor: caller.actor, actorId: caller.id });
      const { title } = state.order.after;
      const count = Object.keys(items).length;
      return [{ seriesId, house, title, count, startsAt, requestedBy, expiresAt, isOwn }];
    }),
  );
  return waiting.flat().sort((one, other) => toMs(one.expiresAt) - toMs(other.expiresAt));
}

async function openSeriesRequests(journal: Sources['journal'], houses: readonly House[]) {
  const keys = new Set(houses.map(({ key }) => key));
  return (await journal.openSeriesRequests()).filter(({ after }) => keys.has(after.house));
}

/** How many wait for a decision; `null`: the caller may approve nowhere, or nobody asks for it there. */
export async function countApprovals({ journal, houses }: Sources, caller: Caller): Promise<number | null> {
  const asking = housesFor(houses, caller, 'approve').filter(({ approval }) => approval.needed !== 'never');
  if (asking.length === 0) return null;
  const [cases, series] = await Promise.all([
    journal.openRequests(asking.map(({ key }) => key)),
    openSeriesRequests(journal, asking),
  ]);
  return cases.length + series.length;
}
