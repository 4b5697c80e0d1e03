import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import type { Problem, ProblemCode } from '../cases/problems';
import type { LogInOutcome, Measure } from './measure';

declare module 'fastify' {
  interface FastifyRequest {
    /** The first digits of the hash of what was presented: enough to find a token in the file, too few to be one. */
    presented: string | null;
  }
  interface FastifyInstance {
    measure: Measure | null;
  }
}

/** What is as it should be, and stands there for whoever looks back. */
const IN_ORDER = [
  'log-in',
  'log-out',
  'back-channel-logout',
  'ended-by-admin',
  'issuer-reachable',
  'writes-on',
] as const;

type SecurityEvent =
  | (typeof IN_ORDER)[number]
  | 'failed-log-in'
  | 'failed-back-channel-logout'
  | 'session-ended'
  | 'session-refused'
  | 'role-withdrawn'
  | 'issuer-unreachable'
  | 'writes-off'
  | ProblemCode;

const DIGITS = 8;

/** What a log may hold of a token's hash. */
export function markOf(sha256: string): string {
  return sha256.slice(0, DIGITS);
}

/**
 * One line in the log: who, from where, and on which route, without anything of what the request holds. `reason`: a code, where
 * there is more to say.
 */
export function logSecurity(
  request: FastifyRequest,
  event: SecurityEvent,
  who = whoIs(request),
  reason?: string,
): void {
  const { method, routeOptions, ip: from, server } = request;
  const outcome = logInOutcome(request, event);
  if (outcome) server.measure?.logIn(outcome);
  write(request.log, {
    security: event,
    who,
    from,
    route: `${method} ${routeOptions.url ?? '(none)'}`,
    reason,
  });
}

/** What a log-in has come to, by a person or by a token; `null`: nobody has tried one. */
function logInOutcome({ presented }: FastifyRequest, event: SecurityEvent): LogInOutcome | null {
  if (event === 'log-in') return 'ok';
  if (event === 'failed-log-in') return 'refused';
  if (presented === null) return null;
  if (event === 'unauthorized') return 'refused';
  return event === 'too-many-requests' ? 'slowed' : null;
}

/** The same for what no request has brought about. */
export function logSecurityOf(
  log: Pick<FastifyBaseLogger, 'info' | 'warn'>,
  { event, who, reason }: { event: SecurityEvent; who: string; reason?: string },
): void {
  write(log, { security: event, who, from: null, route: null, reason });
}

interface SecurityLine {
  security: SecurityEvent;
  who: string;
  from: string | null;
  route: string | null;
  reason?: string;
}

function write(log: Pick<FastifyBaseLogger, 'info' | 'warn'>, line: SecurityLine): void {
  const isInOrder = (IN_ORDER as readonly string[]).includes(line.security);
  log[isInOrder ? 'info' : 'warn'](line, `security: ${line.security}`);
}

/** A house that the caller may not act for is not told apart from one that does not exist, here neither. */
export function logRefusal(request: FastifyRequest, { code, status, circumstances }: Problem): void {
  if (circumstances.isForeign) logSecurity(request, 'house-not-found');
  else if ([401, 403, 429].includes(status) || code === 'house-not-found') logSecurity(request, code);
}

function whoIs({ caller, presented }: FastifyRequest): string {
  return caller?.id || (presented ?? 'nobody');
}
