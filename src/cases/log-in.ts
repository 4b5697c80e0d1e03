import { timingSafeEqual } from 'node:crypto';
import type { ApiToken } from '../settings/tokens';
import type { Caller } from './caller';

/** What a request or a session says about its caller. */
export interface Credentials {
  token: string | null;
  name: string | null;
}

/** How an installation knows its callers. The server's door chooses one; API and console only ask it. */
export interface LogIn {
  /** Which of the credentials counts. */
  readonly by: 'token' | 'name';
  /** `null`: these credentials belong to no caller. Never throws. */
  identify(credentials: Credentials): Caller | null;
}

/** No log-in, which only a rehearsal allows: callers may give any name, and are believed. */
export const logInByName: LogIn = {
  by: 'name',
  identify({ name }) {
    const actor = name ?? 'rehearsal';
    return { id: `rehearsal:${actor}`, actor, houses: 'all' };
  },
};

/**
 * The caller is the one whom the token belongs to. Takes the same time for no token, a wrong one and a right one, and
 * for each of the right ones: the hash of what is presented is compared with every known hash.
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
