import { timingSafeEqual } from 'node:crypto';
import { toMs } from '../domain/clock';
import { NO_NAME } from '../domain/names';
import { addUp } from '../domain/roles';
import type { ApiToken } from '../settings/tokens';
import type { Caller } from './caller';

/** What a request or a session says about its caller. */
export interface Credentials {
  token: string | null;
  name: string | null;
}

/** How an installation recognises its callers. `server.ts` chooses one; API and console only ask it. */
export interface LogIn {
  /** The credential that counts. */
  readonly by: 'token' | 'name';
  /** `null`: these credentials belong to no caller. Never throws. */
  identify(credentials: Credentials): Caller | null;
  /** What a token is known by, where it must not be kept itself. */
  hashOf(token: string): string;
  /** The caller whose token has this SHA-256 now; `null`: it has been taken back, or has expired. */
  identifyHash(sha256: string): Caller | null;
}

/** Whoever tries Absage out may try everything. */
const EVERYTHING = addUp([
  { role: 'lead', houses: 'all' },
  { role: 'admin', houses: 'all' },
]);

/** No log-in, which only a rehearsal allows: the caller may give any name, and Absage believes it. */
export const logInByName: LogIn = {
  by: 'name',
  identify({ name }) {
    const actor = name ?? NO_NAME;
    return { id: `rehearsal:${actor}`, actor, kind: 'rehearsal', grants: EVERYTHING };
  },
  hashOf: () => '',
  identifyHash: () => null,
};

/**
 * The token identifies the caller. The comparison takes the same time for no token, a wrong one and any right one: it
 * compares the hash of the presented token with every known hash. `tokens` is gone through anew each time, because they
 * may change; one that has expired is none.
 */
export function logInByToken(
  tokens: Iterable<ApiToken>,
  hashToken: (token: string) => Buffer,
  nowMs: () => number = Date.now,
): LogIn {
  const find = (presented: Buffer): Caller | null => {
    let found: ApiToken | null = null;
    for (const token of tokens)
      if (timingSafeEqual(Buffer.from(token.sha256, 'hex'), presented)) found = token;
    if (!found || (found.expires !== undefined && toMs(found.expires) <= nowMs())) return null;
    return toCaller(found);
  };
  return {
    by: 'token',
    identify({ token }) {
      const found = find(hashToken(token ?? ''));
      return token === null ? null : found;
    },
    hashOf: (token) => hashToken(token).toString('hex'),
    identifyHash: (sha256) => find(Buffer.from(sha256, 'hex')),
  };
}

function toCaller({ name, actor, role, houses }: ApiToken): Caller {
  return { id: `token:${name ?? actor}`, actor, kind: 'program', grants: addUp([{ role, houses }]) };
}
