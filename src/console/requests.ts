import type { FastifyRequest } from 'fastify';
import { caseParams } from '../api/schemas';
import { parseAs } from '../api/validation';
import { requireHouse } from '../cases/caller';
import type { ConsoleDependencies } from './dependencies';

/** A case as addresses name it: the newest one of an event. */
export type Case = { house: string; eventNumber: string };

/**
 * The case that the address names. Throws a `Problem` for a malformed address, and for a house that the caller may not
 * act for: its existence is not revealed.
 */
export function requireCase({ houses }: ConsoleDependencies, { params, caller }: FastifyRequest): Case {
  const wanted = parseAs(caseParams, params);
  requireHouse(houses, caller, wanted.house);
  return wanted;
}
