import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendEvents } from '../api/stream';
import { NO_LONGER_VALID, OpenStreams } from '../api/open-streams';
import { parseUrl } from '../domain/url';
import type { ConsoleDependencies } from './dependencies';
import { merge } from './merge';
import { regionEvents, RETRY_EVENT, type PageState } from './regions';

/** How the pages of one kind are kept up to date. */
export interface LivePages {
  /** The paths of these pages, with the parts that their names need. */
  path: RegExp;
  /** Throws a problem for a page that the caller may not see. */
  states(request: FastifyRequest, page: LivePage, signal: AbortSignal): AsyncIterable<PageState>;
}

/** A page that is open in the browser. */
export interface LivePage {
  parts: Record<string, string | undefined>;
  query: Record<string, string>;
  csrfToken: string;
}

/** As many pages as an address can name. */
const MOST_PAGES = 20;

/**
 * One stream for all pages that are open in one browser: a browser opens only six connections to a server that speaks
 * HTTP/1.1. Each `seite` of the address is the address of a page.
 */
export function registerLive(
  app: FastifyInstance,
  deps: ConsoleDependencies,
  kinds: readonly LivePages[],
): void {
  const streams = new OpenStreams(deps);
  app.get('/live', { exposeHeadRoute: false, config: { isStream: true } }, (request, reply) => {
    const signal = openFor(deps, streams, request, reply);
    const csrfToken = reply.generateCsrf();
    const pages = pagesOf(request).map((address) => eventsOf(kinds, request, address, csrfToken, signal));
    return sendEvents(reply, untilInvalid(merge(pages), signal));
  });
}

/** The stream ends with the log-in: one that has been ended elsewhere is found in the database. */
function openFor(
  { sessions, logIn }: ConsoleDependencies,
  streams: OpenStreams,
  { session, login, caller }: FastifyRequest,
  reply: FastifyReply,
): AbortSignal {
  if (logIn.by === 'name') return streams.open(caller.id, reply, () => true);
  const id = session.get('id') ?? '';
  return streams.open(login?.key ?? '', reply, async () => (await sessions.find(id)) !== null);
}

function pagesOf({ query }: FastifyRequest): string[] {
  const { seite = [] } = query as { seite?: string | string[] };
  return [...new Set([seite].flat())].slice(0, MOST_PAGES);
}

async function* eventsOf(
  kinds: readonly LivePages[],
  request: FastifyRequest,
  address: string,
  csrfToken: string,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  const url = parseUrl(`http://console${address}`);
  const query = Object.fromEntries(url?.searchParams ?? []);
  for (const { path, states } of kinds) {
    const found = path.exec(url?.pathname ?? '');
    if (!found) continue;
    const page = { parts: found.groups ?? {}, query, csrfToken };
    // A signal of its own, because it is by its signal that a viewer is known.
    yield* regionEvents(address, states(request, page, AbortSignal.any([signal])));
  }
}

/** Says at the end that the log-in has ended, so that the browser does not try again. */
async function* untilInvalid(
  events: AsyncIterable<string>,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  yield RETRY_EVENT;
  yield* events;
  if (signal.reason === NO_LONGER_VALID) yield 'event: ended\ndata: {}\n\n';
}
