import { errors } from 'jose';
import * as client from 'openid-client';
import { IssuerAway, LogInRefused } from '../cases/identity-provider';

/** The issuer speaks of itself or of our own account there, not of the person. */
const NOT_OF_THE_PERSON = [
  'invalid_client',
  'unauthorized_client',
  'temporarily_unavailable',
  'server_error',
  'slow_down',
];

/** What was sent does not prove what it has to. */
const CHECK_FAILED = /^OAUTH_(JWT|JSON|INVALID_RESPONSE|KEY_SELECTION|PARSE_ERROR)/;

/**
 * Does the work, and rejects with an `IssuerAway` or a `LogInRefused`. Only a clear no refuses: whatever else goes wrong is
 * the issuer's trouble, and nobody loses a log-in by it. `failedCheck`: what an answer means that does not prove itself. The messages of the libraries are dropped, because they may quote tokens.
 */
export async function asOurs<T>(
  work: () => Promise<T>,
  failedCheck: 'refuses' | 'proves nothing' = 'refuses',
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toOurs(error, failedCheck === 'refuses');
  }
}

function toOurs(error: unknown, doesCheckRefuse: boolean): Error {
  if (error instanceof LogInRefused || error instanceof IssuerAway) return error;
  if (error instanceof client.AuthorizationResponseError) return bySaying(error.error, 400);
  if (error instanceof client.ResponseBodyError) return bySaying(error.error, error.status);
  if (error instanceof errors.JWKSTimeout) return new IssuerAway('timeout');
  if (error instanceof errors.JOSEError && !isOfKeySet(error)) return new LogInRefused(error.code);
  const { code = 'unknown' } = error as { code?: string };
  return CHECK_FAILED.test(code) && doesCheckRefuse ? new LogInRefused(code) : new IssuerAway(code);
}

function bySaying(error: string, status: number): Error {
  const code = /^[\w.-]{1,60}$/.test(error) ? error : 'unknown';
  const isOfPerson = status < 500 && status !== 429 && !NOT_OF_THE_PERSON.includes(code);
  return isOfPerson ? new LogInRefused(code) : new IssuerAway(code);
}

/** The place of the keys gave no keys: jose says that with its most general error. */
const isOfKeySet = ({ code }: errors.JOSEError) => code === 'ERR_JOSE_GENERIC' || code === 'ERR_JWKS_INVALID';
