import { isSomebodyElse } from '../domain/approval';
import { toMs } from '../domain/clock';
import { openingLine } from '../domain/lines';
import { stripMarker } from '../domain/marker';
import type { Instant } from '../domain/types';
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
  const keys = housesFor(houses, caller, 'approve').map(({ key }) => key);
  const requests = await journal.openRequests(keys);
  const rows = requests.map(async ({ house, eventNumber, caseId, actor, after }) => {
    const opening = openingLine(await journal.entries(caseId));
    const { event, expiresAt } = after;
    const style = opening?.after.input.policy.marker;
    return {
      ...{ house, eventNumber, caseId, expiresAt, requestedBy: actor },
      title: style ? stripMarker(event.title.before ?? '', style) : (event.title.before ?? ''),
      startsAt: event.startsAt,
      venue: event.venue,
      isOwn: !isSomebodyElse({ actor: caller.actor, actorId: caller.id }, opening),
    };
  });
  return (await Promise.all(rows)).sort((one, other) => toMs(one.expiresAt) - toMs(other.expiresAt));
}

/** How many wait for a decision; `null`: the caller may approve nowhere, or nobody asks for it there. */
export async function countApprovals({ journal, houses }: Sources, caller: Caller): Promise<number | null> {
  const asking = housesFor(houses, caller, 'approve').filter(({ approval }) => approval.needed !== 'never');
  if (asking.length === 0) return null;
  return (await journal.openRequests(asking.map(({ key }) => key))).length;
}
