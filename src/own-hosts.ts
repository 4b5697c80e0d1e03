import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { isLoopback } from './domain/loopback';
import { parseUrl } from './domain/url';

/** The problem that answers a request which names another server. */
export const WRONG_HOST = { status: 421, title: 'Unter diesem Namen antwortet Absage nicht.' } as const;

/** What the person has to do, for whom a wrong name is a slip and no attack. */
const ADVICE =
  'Bitte die Adresse verwenden, die in ABSAGE_PUBLIC_URL steht, oder auf diesem Rechner 127.0.0.1.';

/** Probes come by the address of a container or a machine, and learn nothing here. */
const OPEN_PATHS: readonly string[] = ['/healthz', '/readyz'];

/** Listening on every address is no name of a server. */
const EVERY_ADDRESS: readonly string[] = ['0.0.0.0', '::'];

/** A name or an address, and a port. Everything else that a `URL` would make sense of is not a `Host`. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{0,5})?$/i;

/**
 * The hosts that a server of ours answers to beside the names of this machine.
 *
 * @example ownHosts({ host: '0.0.0.0', publicUrl: 'https://absage.example' }) // ['absage.example']
 */
export function ownHosts({ host, publicUrl }: { host?: string; publicUrl?: string }): string[] {
  const named = publicUrl === undefined ? [] : [new URL(publicUrl).hostname];
  const listening = host === undefined ? null : hostOf(host.includes(':') ? `[${host}]` : host);
  return [...named, ...(listening === null ? [] : [listening])].filter(
    (name) => !EVERY_ADDRESS.includes(name.replace(/^\[|\]$/g, '')),
  );
}

/**
 * Lets a server answer only under its own names, before any of its routes runs: a page of a foreign site, whose name
 * leads to this machine for a moment (DNS rebinding), then reads and does nothing here. To be called before anything
 * else is registered.
 */
export function answerOnlyToOwnHosts(app: FastifyInstance, hosts: readonly string[]): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (isOpen(request.raw) || isForUs(request.raw, hosts)) return done();
    const isForPeople = request.headers.accept?.includes('text/html');
    void reply
      .code(WRONG_HOST.status)
      .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
      .type(isForPeople ? 'text/plain; charset=utf-8' : 'application/problem+json')
      .send(isForPeople ? `${WRONG_HOST.title}\n${ADVICE}\n` : PROBLEM);
  });
}

const PROBLEM = JSON.stringify({ type: 'about:blank', ...WRONG_HOST, code: 'wrong-host', detail: ADVICE });

function isOpen({ url = '' }: IncomingMessage): boolean {
  return OPEN_PATHS.includes(url.split('?')[0] ?? '');
}

/** Exactly one `Host`, and it is ours. An address with a host of its own would be a second one. */
function isForUs({ rawHeaders, url = '' }: IncomingMessage, hosts: readonly string[]): boolean {
  const given = rawHeaders.filter(
    (_, index) => /^host$/i.test(rawHeaders[index - 1] ?? '') && index % 2 === 1,
  );
  const host = given.length === 1 ? hostOf(given[0] ?? '') : null;
  if (host === null || !/^[/*]/.test(url)) return false;
  return isLoopback(host) || hosts.includes(host);
}

/** In lower case, and an address in its shortest form. `null`: it is none. */
function hostOf(header: string): string | null {
  return HOST.test(header) ? (parseUrl(`http://${header}`)?.hostname ?? null) : null;
}
