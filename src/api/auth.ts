import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answers } from './answers';
import { Problem } from '../cases/problems';
import { callerHeaders } from './schemas';
import type { Caller } from '../cases/caller';
import type { LogIn } from '../cases/log-in';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** A page for people: who asks is known from their session, and a stranger is led to the log-in. */
    isPage?: boolean;
  }
}

/** What a load balancer or a monitor asks. It tells nothing about anybody. */
const OPEN_PATHS: readonly string[] = ['/healthz', '/readyz', '/version'];

const NOBODY: Caller = { id: '', actor: '', houses: new Set() };

/** A name that cannot be taken counts as none here: the routes that need one refuse it. */
function claimedName({ headers }: FastifyRequest): string | null {
  return callerHeaders.safeParse(headers).data?.['x-absage-actor'] ?? null;
}

/** Of two headers nobody knows which one counts: neither. */
function presentedToken({ raw, headers }: FastifyRequest): string | null {
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
 * Lets no request through whose caller is not known. Comes before everything else, so that a stranger does not even
 * learn which addresses there are. Which houses a known caller may act for is a matter of the use cases.
 */
export function registerAuthentication(app: FastifyInstance, { logIn, isRehearsal }: Authentication): void {
  const isByToken = logIn.by === 'token';
  if (!isByToken && !isRehearsal) throw new Error('production needs tokens');

  app.decorateRequest('caller');
  app.addHook('onRequest', (request, reply, done) => {
    request.caller = NOBODY;
    if (OPEN_PATHS.includes(pathOf(request)) || request.routeOptions.config.isPage) return done();
    const caller = logIn.identify({ token: presentedToken(request), name: claimedName(request) });
    if (!caller) throw unauthorized(reply);
    request.caller = caller;
    // The token says who calls: the name in the header no longer matters, nor whether it can be read.
    if (isByToken) delete request.headers['x-absage-actor'];
    done();
  });
  documentAuthentication(app);
}

/** As it came: what the router would only decode to an open path is not one. */
function pathOf({ raw }: FastifyRequest): string {
  return (raw.url ?? '').split('?')[0] ?? '';
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
      route.schema = { ...route.schema, response: { ...answers({}, 'unauthorized'), ...response } };
  });
}
