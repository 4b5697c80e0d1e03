import type { FastifyRequest } from 'fastify';
import { caseParams } from '../api/schemas';
import { parseAs } from '../api/validation';
import { visibleHouses } from '../cases/caller';
import { requireHouse } from '../cases/orders';
import { Problem } from '../cases/problems';
import type { ConsoleDependencies } from './dependencies';

export type Case = { house: string; eventNumber: string };

export function requireCase({ houses }: ConsoleDependencies, { params }: FastifyRequest): Case {
  const wanted = parseAs(caseParams, params);
  requireHouse(houses, wanted.house);
  return wanted;
}

/** A house that somebody may not act for is one that does not exist. */
export function requireVisible(
  { houses }: ConsoleDependencies,
  caller: FastifyRequest['caller'],
  house: string | undefined,
): void {
  if (house === undefined) return;
  if (!visibleHouses(houses, caller).some(({ key }) => key === house)) throw new Problem('house-not-found');
}
