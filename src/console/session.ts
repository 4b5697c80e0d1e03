import csrfProtection from '@fastify/csrf-protection';
import secureSession from '@fastify/secure-session';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Caller } from '../cases/caller';
import type { LogIn } from '../cases/log-in';

declare module '@fastify/secure-session' {
  interface SessionData {
    /** Production: the token of the log-in. Every request looks it up, so a withdrawn token is refused at once. */
    token: string;
    /** Rehearsal: the name that the person gave. */
    name: string;
    /** The page that the person asked for before the log-in. */
    wanted: string;
  }
}

/** One working day, in seconds. */
const SESSION_SECONDS = 12 * 3_600;

export interface SessionSettings {
  /** 32 bytes. Sessions survive a restart as long as the key stays the same. */
  sessionKey: Buffer;
  /** The console is reached by https only, so its cookie is sent by https only. */
  isSecure: boolean;
  logIn: LogIn;
}

/**
 * Keeps the session in a cookie that only this server can open. Every form carries a secret of the session, so that no
 * other site can send a form in the person's name.
 */
export async function registerSession(app: FastifyInstance, settings: SessionSettings): Promise<void> {
  await app.register(secureSession, {
    key: settings.sessionKey,
    cookieName: 'absage_session',
    expiry: SESSION_SECONDS,
    cookie: {
      path: '/',
      httpOnly: true,
      // With `strict`, a link in a mail would arrive without the session. Forms carry the secret besides.
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

/** Finds the caller of a request by its session; `null`: the person has to log in first. */
export function identifyBySession({ logIn }: SessionSettings): (request: FastifyRequest) => Caller | null {
  return ({ session }) =>
    logIn.identify({ token: session.get('token') ?? null, name: session.get('name') ?? null });
}

/**
 * Begins a new session, so that nothing of the old one is carried over but the name of the browser. After a failed log-in
 * (`as` is null) the page that the person asked for is still wanted.
 */
export function startSession(
  { session }: FastifyRequest,
  as: { token: string } | { name: string } | null,
): void {
  session.regenerate(as === null ? ['browser', 'wanted'] : ['browser']);
  if (as && 'token' in as) session.set('token', as.token);
  if (as && 'name' in as) session.set('name', as.name);
}
