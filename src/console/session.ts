import csrfProtection from '@fastify/csrf-protection';
import secureSession from '@fastify/secure-session';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Caller } from '../cases/caller';
import type { LogIn } from '../cases/log-in';

declare module '@fastify/secure-session' {
  interface SessionData {
    /** Production: what the person has logged in with. It is looked up at every request, so that a token that is taken back is worth nothing at once. */
    token: string;
    /** Rehearsal: what the person says they are called. */
    name: string;
    /** Where the person wanted to go when they were asked to log in. */
    wanted: string;
  }
}

/** One working day, in seconds. */
const SESSION_SECONDS = 12 * 3_600;

export interface SessionSettings {
  /** 32 bytes: a session outlives a restart as long as they stay the same. */
  sessionKey: Buffer;
  /** The console is reached by https only. */
  isSecure: boolean;
  logIn: LogIn;
}

/**
 * Who uses the pages: kept in a cookie that only this server can open. Every form carries a secret of the session, so
 * that no page of somebody else can send one.
 */
export async function registerSession(app: FastifyInstance, settings: SessionSettings): Promise<void> {
  await app.register(secureSession, {
    key: settings.sessionKey,
    cookieName: 'absage_session',
    expiry: SESSION_SECONDS,
    cookie: {
      path: '/',
      httpOnly: true,
      // A link in a mail must arrive; what acts carries the secret besides.
      sameSite: 'lax',
      secure: settings.isSecure,
      maxAge: SESSION_SECONDS,
    },
  });
  await app.register(csrfProtection, {
    sessionPlugin: '@fastify/secure-session',
    getToken: ({ body }: FastifyRequest) => (body as { _csrf?: string } | null)?._csrf,
  });
}

/** Who asks, by their session; `null`: somebody who has to log in first. */
export function identifyBySession({ logIn }: SessionSettings): (request: FastifyRequest) => Caller | null {
  return ({ session }) =>
    logIn.identify({ token: session.get('token') ?? null, name: session.get('name') ?? null });
}

/** Forgets who asked before, so that nothing of an old session lives on in a new one. */
export function startSession(
  { session }: FastifyRequest,
  as: { token: string } | { name: string } | null,
): void {
  session.regenerate();
  if (as && 'token' in as) session.set('token', as.token);
  if (as && 'name' in as) session.set('name', as.name);
}
