import type { FastifyRequest } from 'fastify';
import { caseParams } from '../api/schemas';
import { parseAs } from '../api/validation';
import { visibleHouses } from '../cases/caller';
import { requireHouse } from '../cases/orders';
import { Problem } from '../cases/problems';
import type { ConsoleDependencies } from './dependencies';

/** A case as addresses name it: the newest one of an event. */
export type Case = { house: string; eventNumber: string };

/** The case that the address names. Throws a `Problem` for a malformed address or an unknown house. */
export function requireCase({ houses }: ConsoleDependencies, { params }: FastifyRequest): Case {
  const wanted = parseAs(caseParams, params);
  requireHouse(houses, wanted.house);
  return wanted;
}

/** Throws `house-not-found` for a house that the caller may not act for: its existence is not revealed. */
export function requireVisible(
  { houses }: ConsoleDependencies,
  caller: FastifyRequest['caller'],
  house: string | undefined,
): void {
  if (house === undefined) return;
  if (!visibleHouses(houses, caller).some(({ key }) => key === house)) throw new Problem('house-not-found');
}
