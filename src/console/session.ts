import csrfProtection from '@fastify/csrf-protection';
import secureSession from '@fastify/secure-session';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from '../cases/caller';
import type { Identified } from '../cases/identity-provider';
import type { LogIn } from '../cases/log-in';
import type { Session, Sessions } from '../cases/sessions';

declare module '@fastify/secure-session' {
  interface SessionData {
    /** With a log-in: its random id. What it stands for lies in the database. */
    id: string;
    /** Rehearsal without a log-in: the name that the person gave. */
    name: string;
    /** The page that the person asked for before the log-in. */
    wanted: string;
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The log-in of a person; `null`: there is none, or none is asked for. */
    login: Session | null;
  }
  interface FastifyContextConfig {
    /** Open for as long as a page is, so it tells nothing of a person. */
    isStream?: boolean;
    /** A part of a page, shown within it: it leads nobody to the log-in. */
    isFrame?: boolean;
  }
}

/** The address of a page that loads itself again has this parameter: no person has asked for it. */
export const BY_ITSELF = 'selbst';

/** The browser forgets its cookie a day later than any log-in ends: that is told in the database alone. */
const COOKIE_SECONDS = 36 * 3_600;

/** Whoever acts in a rehearsal without having given a name. */
export const UNNAMED = 'Unbekannt';

export interface SessionSettings {
  /** 32 bytes. A browser is known after a restart as long as the key stays the same. */
  sessionKey: Buffer;
  /** The console is reached by https only, so its cookie is sent by https only. */
  isSecure: boolean;
  logIn: LogIn;
  sessions: Sessions;
}

/**
 * Keeps what a browser needs between two pages in a cookie that only this server can open. Of the person it holds the
 * random id of their log-in. Every form carries a secret of the cookie, so that no other site can send a form in the
 * person's name.
 */
export async function registerSession(
  app: FastifyInstance,
  settings: Pick<SessionSettings, 'sessionKey' | 'isSecure'>,
): Promise<void> {
  await app.register(secureSession, {
    key: settings.sessionKey,
    cookieName: 'absage_session',
    expiry: COOKIE_SECONDS,
    cookie: {
      path: '/',
      httpOnly: true,
      // With `strict`, a link in a mail would arrive without the session. Forms carry the secret besides.
      sameSite: 'lax',
      secure: settings.isSecure,
      maxAge: COOKIE_SECONDS,
    },
  });
  await app.register(csrfProtection, {
    sessionPlugin: '@fastify/secure-session',
    getToken: ({ body }: FastifyRequest) => (body as { _csrf?: string } | null)?._csrf,
  });
  app.decorateRequest('login', null);
}

/** Finds out whose log-in a request came with; `null`: the person has to log in first. */
export async function identifyBySession(
  { logIn, sessions }: SessionSettings,
  request: FastifyRequest,
): Promise<Caller | null> {
  const { session } = request;
  if (logIn.by === 'name') {
    const name = session.get('name');
    const caller = logIn.identify({ token: null, name: name ?? null });
    // To Absage they are whoever gives no name to the API; to people that word is no name.
    return caller && { ...caller, actor: name ?? UNNAMED };
  }
  const id = session.get('id');
  request.login = id === undefined ? null : await sessions.find(id);
  return request.login?.caller ?? null;
}

/** Notes that a person has done something, where they have. */
export async function noteActivity(
  { sessions }: Pick<SessionSettings, 'sessions'>,
  request: FastifyRequest,
): Promise<void> {
  const id = request.session.get('id');
  if (id === undefined || !request.login || !isOfPerson(request)) return;
  request.login = await sessions.extend(id, request.login);
}

/** Whether a person did something: opened a page, followed a link, sent a form. */
function isOfPerson({ method, query, routeOptions: { url = '', config } }: FastifyRequest): boolean {
  if (config.isStream || url.startsWith('/assets/')) return false;
  return method === 'POST' || !(BY_ITSELF in (query as object));
}

/**
 * Begins a new session, so that nothing of the old one is carried over but the name of the browser and its house. After a failed log-in
 * (`as` is null) the page that the person asked for is still wanted.
 */
export async function startSession(
  { sessions, logIn }: SessionSettings,
  request: FastifyRequest,
  as: { token: string } | { name: string } | { identified: Identified } | null,
): Promise<void> {
  await endSession({ sessions }, request);
  const { session } = request;
  // Another page of this browser may be on its way to the issuer, too.
  session.regenerate(
    as === null ? ['browser', 'house', 'wanted', 'pending'] : ['browser', 'house', 'pending'],
  );
  if (as && 'identified' in as) session.set('id', await sessions.beginFor(as.identified));
  if (as && 'token' in as) session.set('id', await sessions.begin(logIn.hashOf(as.token)));
  if (as && 'name' in as && as.name !== '') session.set('name', as.name);
}

/** Puts off the end of a log-in because its person said so. The milliseconds until it; `null`: there is none. */
export async function extendSession(
  { sessions }: Pick<SessionSettings, 'sessions'>,
  request: FastifyRequest,
): Promise<number | null> {
  const id = request.session.get('id');
  if (id === undefined || !request.login) return null;
  const { endsAtMs } = await sessions.extend(id, request.login, true);
  return endsAtMs - Date.now();
}

/** Ends the log-in that a browser has, on every server. With an account of the organisation: what names it at the issuer. */
export async function endSession(
  { sessions }: Pick<SessionSettings, 'sessions'>,
  { session }: FastifyRequest,
): Promise<{ idToken: string | null } | null> {
  const id = session.get('id');
  return id === undefined ? null : sessions.end(id);
}
