import type { FastifyRequest } from 'fastify';
import { caseParams } from '../api/schemas';
import { parseAs } from '../api/validation';
import { requireHouse } from '../cases/caller';
import { Problem } from '../cases/problems';
import type { WantedCase } from '../cases/which-case';
import { isCaseId } from '../domain/input';
import type { ConsoleDependencies } from './dependencies';

/**
 * The case that the address names. Throws a `Problem` for a malformed address, and for a house that the caller may not
 * act for: its existence is not revealed.
 */
export function requireCase(
  { houses }: Pick<ConsoleDependencies, 'houses'>,
  { params, caller }: Pick<FastifyRequest, 'params' | 'caller'>,
): WantedCase {
  const wanted = parseAs(caseParams, params);
  requireHouse(houses, caller, wanted.house);
  const { caseId } = params as { caseId?: string };
  if (caseId !== undefined && !isCaseId(caseId)) throw new Problem('not-found');
  return { ...wanted, caseId };
}

/** A path of this console; whatever could lead elsewhere leads to the overview. */
export function ownPath(text: string | undefined): string {
  return text !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : '/';
}
