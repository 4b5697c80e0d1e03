import type { SealedFor } from '../domain/seal';
import type { House, TaskContact } from '../domain/types';
import { Problem } from './problems';

/** A caller, and the houses that they may act for. */
export interface Caller {
  /** Identifies the caller, whatever name is shown: `token:<its name in the file>`, or `rehearsal:<name>` without a log-in. */
  id: string;
  /** The displayed name, which stands in every line of the journal. */
  actor: string;
  houses: 'all' | ReadonlySet<string>;
}

/** On whose behalf a request is sealed. Until callers have roles, each one leads in its houses. */
export function sealedFor({ id }: Caller): SealedFor {
  return { actorId: id, role: 'lead' };
}

/** The houses that a list without a house filter may show; `undefined`: all of them. */
export function allowedHouses({ houses }: Caller): readonly string[] | undefined {
  return houses === 'all' ? undefined : [...houses];
}

/** The houses that the caller may act for, as they stand in the settings. */
export function visibleHouses(houses: ReadonlyMap<string, House>, caller: Caller): House[] {
  return [...houses.values()].filter(({ key }) => mayActFor(caller, key));
}

/**
 * The one check of authority, which every use case makes first. A house that the caller may not act for gets the same
 * answer as a house that does not exist, so that callers cannot find out which other houses there are.
 */
export function requireHouse(houses: ReadonlyMap<string, House>, caller: Caller, key: string): House {
  const house = houses.get(key);
  if (!house || !mayActFor(caller, key)) throw new Problem('house-not-found');
  return house;
}

export function mayActFor({ houses }: Caller, key: string): boolean {
  return houses === 'all' || houses.has(key);
}

/** Whom a text may ask to call: who looks after Jet, and Ö-Ticket. */
export function contactsOfHouse({ contacts: { ticketingTeam, partner } }: House): TaskContact[] {
  return [ticketingTeam, partner].filter((contact) => contact !== null);
}
