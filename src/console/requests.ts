import type { FastifyRequest } from 'fastify';
import { caseParams } from '../api/schemas';
import { parseAs } from '../api/validation';
import { requireHouse } from '../cases/caller';
import type { Right } from '../domain/rights';
import { Problem } from '../cases/problems';
import type { WantedCase } from '../cases/which-case';
import { isCaseId } from '../domain/input';
import type { ConsoleDependencies } from './dependencies';

/**
 * The case that the address names, for what is to be done there. Throws a `Problem` for a malformed address, for a house in
 * which the caller has no role, whose existence is not revealed, and for a role that does not suffice.
 */
export function requireCase(
  { houses }: Pick<ConsoleDependencies, 'houses'>,
  { params, caller }: Pick<FastifyRequest, 'params' | 'caller'>,
  what: Right = 'see',
): WantedCase {
  const wanted = parseAs(caseParams, params);
  requireHouse(houses, caller, wanted.house, what);
  const { caseId } = params as { caseId?: string };
  if (caseId !== undefined && !isCaseId(caseId)) throw new Problem('not-found');
  return { ...wanted, caseId };
}

/** A path of this console; whatever could lead elsewhere leads to the overview. */
export function ownPath(text: string | undefined): string {
  return text !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : '/';
}
