import type { House } from '../domain/types';
import { mayDo, type Caller } from './caller';
import { decisionFault } from './decision-fault';
import type { Sessions } from './sessions';
import type { CaseSources } from './sources';

/** Who could say yes in a house in place of the caller. Absage knows people only while they are logged in. */
export interface Approvers {
  /** The names of those who are logged in now. */
  loggedIn: string[];
  /** Where a request for an approval is mailed. */
  mailedTo: readonly string[];
}

type Sources = Pick<CaseSources, 'houses' | 'arePeopleKnown'> & { sessions: Pick<Sessions, 'list'> };

/** `null`: it is none of the caller's business, because they order nothing there. */
export async function findApprovers(
  { houses, sessions, arePeopleKnown = false }: Sources,
  caller: Caller,
  house: House['key'],
): Promise<Approvers | null> {
  if (!mayDo(caller, house, 'order')) return null;
  const others = (await sessions.list()).filter(
    ({ caller: other }) =>
      other.id !== caller.id &&
      mayDo(other, house, 'approve') &&
      decisionFault(other, 'approve', { arePeopleKnown }) === null,
  );
  const names = new Map(others.map(({ caller: { id, actor } }) => [id, actor]));
  return { loggedIn: [...names.values()], mailedTo: houses.get(house)?.approval.to ?? [] };
}
