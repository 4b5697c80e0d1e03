import { isDeepStrictEqual } from 'node:util';
import { roleMay, whoMay, type Right } from '../domain/rights';
import { roleIn, type Grants } from '../domain/roles';
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

/** Whether the caller may do that. `house`: where; `null` for what concerns no house. */
export function mayDo({ grants }: Caller, house: string | null, what: Right): boolean {
  if (grants.isAdmin && roleMay('admin', what)) return true;
  return house !== null && roleMay(roleIn(grants, house), what);
}

/** Whether what the one may do is what the other may do: a caller's roles can change while a stream is open. */
export function haveSameRights(one: Caller, other: Caller): boolean {
  return isDeepStrictEqual(one.grants, other.grants);
}

/** Whether they may do nothing at all, anywhere. */
export function hasNoRole({ grants: { everywhere, byHouse, isAdmin } }: Caller): boolean {
  return everywhere === null && byHouse.size === 0 && !isAdmin;
}

/** The houses that a list without a house filter may show; `undefined`: all of them. */
export function allowedHouses({ grants: { everywhere, byHouse } }: Caller): readonly string[] | undefined {
  return everywhere === null ? [...byHouse.keys()] : undefined;
}

/** The houses in which the caller may do that, as they stand in the settings. */
export function housesFor(houses: ReadonlyMap<string, House>, caller: Caller, what: Right): House[] {
  return [...houses.values()].filter(({ key }) => mayDo(caller, key, what));
}

/**
 * The one check of authority, which every use case makes first. A house in which the caller has no role gets the same
 * answer as a house that does not exist, so that callers cannot find out which other houses there are. Where their role does
 * not suffice, the problem says whose does.
 */
export function requireHouse(
  houses: ReadonlyMap<string, House>,
  caller: Caller,
  key: string,
  what: Right,
): House {
  const house = houses.get(key);
  if (!house || roleIn(caller.grants, key) === null) throw new Problem('house-not-found');
  if (!mayDo(caller, key, what)) throw new Problem('not-allowed', whoMay(what));
  return house;
}

/** Throws the problem `not-allowed` for whoever does not look after the installation. */
export function requireAdmin(caller: Caller, what: Right): void {
  if (!mayDo(caller, null, what)) throw new Problem('not-allowed', whoMay(what));
}

/** Whom a text may ask to call: who looks after Jet, and Ö-Ticket. */
export function contactsOfHouse({ contacts: { ticketingTeam, partner } }: House): TaskContact[] {
  return [ticketingTeam, partner].filter((contact) => contact !== null);
}
