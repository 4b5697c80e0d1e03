import { timingSafeEqual } from 'node:crypto';
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
}

/** No log-in, which only a rehearsal allows: the caller may give any name, and Absage believes it. */
export const logInByName: LogIn = {
  by: 'name',
  identify({ name }) {
    const actor = name ?? 'rehearsal';
    return { id: `rehearsal:${actor}`, actor, houses: 'all' };
  },
};

/**
 * The token identifies the caller. The comparison takes the same time for no token, a wrong one and any right one: it
 * compares the hash of the presented token with every known hash.
 */
export function logInByToken(tokens: readonly ApiToken[], hashToken: (token: string) => Buffer): LogIn {
  const known = tokens.map(({ sha256, actor, houses }) => ({
    hash: Buffer.from(sha256, 'hex'),
    caller: { id: `token:${actor}`, actor, houses },
  }));
  return {
    by: 'token',
    identify({ token }) {
      const presented = hashToken(token ?? '');
      let found: Caller | null = null;
      for (const { hash, caller } of known) if (timingSafeEqual(hash, presented)) found = caller;
      return token === null ? null : found;
    },
  };
}
