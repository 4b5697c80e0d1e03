/*
 * What people and programs may do. A role is given for houses; `admin` alone is given for the installation, and does
 * nothing in a house by itself.
 */

/** From the least to the most: each one may do what the one before may. */
export const HOUSE_ROLES = ['viewer', 'clerk', 'lead'] as const;
export type HouseRole = (typeof HOUSE_ROLES)[number];

export const ROLES = [...HOUSE_ROLES, 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** As people call them. */
export const ROLE_LABELS: Record<Role, string> = {
  viewer: 'Einsicht',
  clerk: 'Kartenbüro',
  lead: 'Leitung',
  admin: 'Betreuung',
};

/** One line of a settings file: a role, and where it counts. */
export interface Grant {
  role: Role;
  houses: 'all' | ReadonlySet<string>;
}

/** The roles of one caller. */
export interface Grants {
  /** The role in every house, also in one that the settings will name later; `null`: none. */
  everywhere: HouseRole | null;
  byHouse: ReadonlyMap<string, HouseRole>;
  isAdmin: boolean;
}

/** Several grants add up: in each house the highest role counts. */
export function addUp(grants: readonly Grant[]): Grants {
  let everywhere: HouseRole | null = null;
  const byHouse = new Map<string, HouseRole>();
  for (const { role, houses } of grants) {
    if (role === 'admin') continue;
    if (houses === 'all') everywhere = higher(everywhere, role);
    else for (const house of houses) byHouse.set(house, higher(byHouse.get(house) ?? null, role));
  }
  return { everywhere, byHouse, isAdmin: grants.some(({ role }) => role === 'admin') };
}

/** The role in a house; `null`: none there. */
export function roleIn({ everywhere, byHouse }: Grants, house: string): HouseRole | null {
  const named = byHouse.get(house);
  return named === undefined ? everywhere : higher(everywhere, named);
}

/** Whether a role may do what needs the other one. */
export function suffices(role: Role | null, needed: HouseRole): boolean {
  return (HOUSE_ROLES as readonly (Role | null)[]).indexOf(role) >= HOUSE_ROLES.indexOf(needed);
}

function higher(one: HouseRole | null, other: HouseRole): HouseRole {
  return one !== null && suffices(one, other) ? one : other;
}
