import type { FastifyRequest } from 'fastify';
import type { Problem, ProblemCode } from '../cases/problems';

declare module 'fastify' {
  interface FastifyRequest {
    /** The first digits of the hash of what was presented: enough to find a token in the file, too few to be one. */
    presented: string | null;
  }
}

type SecurityEvent = 'log-in' | 'log-out' | 'failed-log-in' | 'session-ended' | ProblemCode;

const DIGITS = 8;

/** What a log may hold of a token's hash. */
export function markOf(sha256: string): string {
  return sha256.slice(0, DIGITS);
}

/** One line in the log: who, from where, and on which route, without anything of what the request holds. */
export function logSecurity(request: FastifyRequest, event: SecurityEvent, who = whoIs(request)): void {
  const { method, routeOptions, ip: from } = request;
  const line = { security: event, who, from, route: `${method} ${routeOptions.url ?? '(none)'}` };
  if (event === 'log-in' || event === 'log-out') request.log.info(line, `security: ${event}`);
  else request.log.warn(line, `security: ${event}`);
}

/** A house that the caller may not act for is not told apart from one that does not exist, here neither. */
export function logRefusal(request: FastifyRequest, { code, status, circumstances }: Problem): void {
  if (circumstances.isForeign) logSecurity(request, 'house-not-found');
  else if ([401, 403, 429].includes(status) || code === 'house-not-found') logSecurity(request, code);
}

function whoIs({ caller, presented }: FastifyRequest): string {
  return caller?.id || (presented ?? 'nobody');
}
