import { roleIn, type Grants, type HouseRole } from '../domain/roles';
import type { SealedFor } from '../domain/seal';
import type { House, TaskContact } from '../domain/types';
import { Problem } from './problems';

/** A caller, and what they may do where. */
export interface Caller {
  /**
   * Identifies the caller, whatever name is shown: `oidc:<issuer>#<sub>` a person, `token:<its name in the file>` a program,
   * `rehearsal:<name>` whoever needs no log-in.
   */
  id: string;
  /** The displayed name, which stands in every line of the journal. */
  actor: string;
  /** How they have proven it. */
  kind: 'person' | 'program' | 'rehearsal';
  grants: Grants;
  /**
   * The issuer of their log-in has not confirmed these roles for more than five minutes, because it does not answer. Nothing is
   * refused for that; what must not be done with a role that may be gone waits.
   */
  areRolesOld?: true;
}

/** On whose behalf a request is sealed, in a house in which the caller has a role. */
export function sealedFor({ id, grants }: Caller, house: string): SealedFor {
  const role = roleIn(grants, house);
  if (role === null) throw new Error('sealed for somebody without a role');
  return { actorId: id, role };
}

/** The caller's role in a house; `null`: none there. */
export function roleOf({ grants }: Caller, house: string): HouseRole | null {
  return roleIn(grants, house);
}

/** Whether they may do nothing at all, anywhere. */
export function hasNoRole({ grants: { everywhere, byHouse, isAdmin } }: Caller): boolean {
  return everywhere === null && byHouse.size === 0 && !isAdmin;
}

/** The houses that a list without a house filter may show; `undefined`: all of them. */
export function allowedHouses({ grants: { everywhere, byHouse } }: Caller): readonly string[] | undefined {
  return everywhere === null ? [...byHouse.keys()] : undefined;
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

/** Throws the problem `not-allowed` for whoever does not look after the installation. */
export function requireAdmin({ grants }: Caller): void {
  if (!grants.isAdmin) throw new Problem('not-allowed', 'Das darf nur, wer die Rolle Betreuung hat.');
}

export function mayActFor(caller: Caller, key: string): boolean {
  return roleOf(caller, key) !== null;
}

/** Whom a text may ask to call: who looks after Jet, and Ö-Ticket. */
export function contactsOfHouse({ contacts: { ticketingTeam, partner } }: House): TaskContact[] {
  return [ticketingTeam, partner].filter((contact) => contact !== null);
}
