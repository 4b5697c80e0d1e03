import type { House } from '../domain/types';

/** Who asks, and for which houses they may act. */
export interface Caller {
  /** Stands in every line of the journal. */
  actor: string;
  houses: 'all' | ReadonlySet<string>;
}

/** The houses that a list without a house may show; `undefined`: all of them. */
export function allowedHouses({ houses }: Caller): readonly string[] | undefined {
  return houses === 'all' ? undefined : [...houses];
}

/** The houses that somebody may act for, as they stand in the settings. */
export function visibleHouses(houses: ReadonlyMap<string, House>, { houses: allowed }: Caller): House[] {
  return [...houses.values()].filter(({ key }) => allowed === 'all' || allowed.has(key));
}
