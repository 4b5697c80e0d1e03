import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addUp } from '../domain/roles';
import { answers } from './answers';
import { SECURITY_PATHS } from './security-txt';
import { Problem } from '../cases/problems';
import { SIGNING_KEY_PATH } from './signing-key';
import { callerHeaders } from './schemas';
import { markOf } from './security-log';
import { LogInBrake } from '../cases/log-in-brake';
import type { Caller } from '../cases/caller';
import type { LogIn } from '../cases/log-in';
import type { Spendings } from '../cases/sources';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
    /** Of the token that identified the caller; `null`: none did. */
    tokenSha256: string | null;
  }
  interface FastifyInstance {
    /** One for all the doors: whoever guesses at one of them is slowed at the others, too. */
    logInBrake: LogInBrake;
  }
  interface FastifyContextConfig {
    /** A page for people: the session identifies the caller, and an unknown caller is sent to the log-in. */
    isPage?: boolean;
  }
}

/** Paths for load balancers and monitors. Their answers reveal nothing about cases or people. */
const OPEN_PATHS: readonly string[] = [
  '/healthz',
  '/readyz',
  '/version',
  SIGNING_KEY_PATH,
  ...SECURITY_PATHS,
];

const NOBODY: Caller = { id: '', actor: '', kind: 'program', grants: addUp([]) };

/** A name that is not allowed counts as no name here: the routes that need a name refuse it. */
function claimedName({ headers }: FastifyRequest): string | null {
  return callerHeaders.safeParse(headers).data?.['x-absage-actor'] ?? null;
}

/** With two headers it is unclear which one counts, so neither does. */
export function presentedToken({ raw, headers }: FastifyRequest): string | null {
  const count = raw.rawHeaders.filter(
    (name, index) => index % 2 === 0 && /^authorization$/i.test(name),
  ).length;
  if (count !== 1) return null;
  return /^Bearer +([\x21-\x7e]+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

export interface Authentication {
  isRehearsal: boolean;
  logIn: LogIn;
}

/**
 * Refuses every request whose caller is not known. It runs before everything else, so that an unknown caller does not
 * even learn which addresses exist. The use cases decide which houses a known caller may act for.
 */
export function registerAuthentication(
  app: FastifyInstance,
  { logIn, isRehearsal, journal }: Authentication & { journal: Spendings },
): void {
  const isByToken = logIn.by === 'token';
  if (!isByToken && !isRehearsal) throw new Error('production needs tokens');

  app.decorate('logInBrake', new LogInBrake(journal));
  app.decorateRequest('caller');
  app.decorateRequest('presented', null);
  app.decorateRequest('tokenSha256', null);
  app.addHook('onRequest', async (request, reply) => {
    request.caller = NOBODY;
    const token = presentedToken(request);
    const sha256 = token === null ? null : logIn.hashOf(token);
    // Pages have doors of their own, and the log names whoever was turned away there.
    request.presented = sha256 ? markOf(sha256) : null;
    if (OPEN_PATHS.includes(pathOf(request)) || request.routeOptions.config.isPage) return;
    const caller = logIn.identify({ token, name: claimedName(request) });
    if (!caller) throw (token === null ? null : await slowedDown(request, reply)) ?? unauthorized(reply);
    request.caller = caller;
    request.tokenSha256 = isByToken ? sha256 : null;
    // The token identifies the caller, so the name in the header no longer matters, nor whether it can be read.
    if (isByToken) delete request.headers['x-absage-actor'];
  });
  documentAuthentication(app);
}

/** The path as it was sent: a path that only becomes an open one when the router decodes it is not open. */
function pathOf({ raw }: FastifyRequest): string {
  return (raw.url ?? '').split('?')[0] ?? '';
}

/** The problem of an address that has failed too often; `null`: this failure is answered as such. */
export async function slowedDown(
  { ip, server }: FastifyRequest,
  reply: FastifyReply,
): Promise<Problem | null> {
  const seconds = await server.logInBrake.failed(ip);
  if (seconds === 0) return null;
  void reply.header('retry-after', seconds);
  return new Problem('too-many-requests');
}

function unauthorized(reply: FastifyReply): Problem {
  void reply.header('www-authenticate', 'Bearer realm="absage"');
  return new Problem('unauthorized');
}

function documentAuthentication(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const isOpen = OPEN_PATHS.includes(route.url);
    const { response } = (route.schema ?? {}) as { response?: object };
    if (isOpen) route.schema = { ...route.schema, security: [] };
    else if (response)
      route.schema = {
        ...route.schema,
        response: { ...answers({}, 'unauthorized', 'too-many-requests'), ...response },
      };
  });
}
