import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hashToken, type ApiToken } from '../settings/tokens';
import { answers } from './answers';
import { Problem } from '../cases/problems';
import { callerHeaders } from './schemas';
import type { Caller } from '../cases/caller';

/** Says who asks; `null`: nobody knows. Never throws. */
export type Identify = (request: FastifyRequest) => Caller | null;

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

const NOBODY: Caller = { actor: '', houses: new Set() };

/** Nobody has to log in, which only a rehearsal allows: anybody may say who they are, and is believed. */
const identifyByName: Identify = ({ headers }) => {
  // A name that cannot be taken is refused where one is asked for.
  const { data } = callerHeaders.safeParse(headers);
  return { actor: data?.['x-absage-actor'] ?? 'rehearsal', houses: 'all' };
};

/**
 * Who a token belongs to. Takes the same time whether there is none, a wrong one or a right one, and whichever it is:
 * hashes are compared, each with every known one.
 */
export function callerOfToken(tokens: readonly ApiToken[]): (presented: string | null) => Caller | null {
  const known = tokens.map(({ sha256, ...caller }) => ({ hash: Buffer.from(sha256, 'hex'), caller }));
  return (presented) => {
    const hash = hashToken(presented ?? '');
    let found: Caller | null = null;
    for (const { hash: knownHash, caller } of known) if (timingSafeEqual(knownHash, hash)) found = caller;
    return presented === null ? null : found;
  };
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
  /** Absent: nobody has to log in, which only a rehearsal allows. */
  tokens?: readonly ApiToken[] | null;
}

/**
 * Lets nobody through whom `identify` does not know, and to no house that they may not act for: such a house is
 * one that does not exist. Holds for every route that names its house `house`, as all of them do, and comes
 * before everything else, so that a stranger does not even learn which addresses there are.
 */
export function registerAuthentication(app: FastifyInstance, { tokens, isRehearsal }: Authentication): void {
  if (!tokens && !isRehearsal) throw new Error('production needs tokens');
  const byToken = tokens ? callerOfToken(tokens) : null;
  const identify: Identify = byToken ? (request) => byToken(presentedToken(request)) : identifyByName;

  app.decorateRequest('caller');
  app.addHook('onRequest', (request, reply, done) => {
    request.caller = NOBODY;
    if (OPEN_PATHS.includes(pathOf(request)) || request.routeOptions.config.isPage) return done();
    const caller = identify(request);
    if (!caller) throw unauthorized(reply);
    request.caller = caller;
    // Who somebody says they are does not matter any more, nor whether it can be read.
    if (tokens) delete request.headers['x-absage-actor'];
    done();
  });
  app.addHook('preHandler', (request, _reply, done) => {
    requireAllowedHouse(request);
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

function requireAllowedHouse({ caller: { houses }, params, query, body }: FastifyRequest): void {
  for (const part of [params, query, body]) {
    const house = (part as { house?: unknown } | null | undefined)?.house;
    if (houses === 'all' || typeof house !== 'string' || houses.has(house)) continue;
    throw new Problem('house-not-found');
  }
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
