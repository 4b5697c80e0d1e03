import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendEvents } from '../api/stream';
import { NO_LONGER_VALID, OpenStreams } from '../api/open-streams';
import { haveSameRights } from '../cases/caller';
import type { LiveCases } from '../cases/live';
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
  live: LiveCases,
  kinds: readonly LivePages[],
): void {
  const streams = new OpenStreams(deps);
  app.get('/live', { exposeHeadRoute: false, config: { isStream: true } }, (request, reply) => {
    const { signal, isLoggedIn } = openFor(deps, streams, request, reply);
    const csrfToken = reply.generateCsrf();
    const pages = pagesOf(request).map((address) => eventsOf(kinds, request, address, csrfToken, signal));
    return sendEvents(reply, untilInvalid(withSwitch(live, merge(pages), signal), signal, isLoggedIn));
  });
}

/**
 * The stream ends with the log-in: one that has been ended elsewhere is found in the database. It ends, too, when the roles
 * are others now: the browser then opens the next one with those.
 */
function openFor(
  { sessions, logIn }: ConsoleDependencies,
  streams: OpenStreams,
  { session, login, caller }: FastifyRequest,
  reply: FastifyReply,
): { signal: AbortSignal; isLoggedIn(): Promise<boolean> } {
  const isLoggedIn = () => Promise.resolve(true);
  if (logIn.by === 'name') return { signal: streams.open(caller.id, reply, isLoggedIn), isLoggedIn };
  const find = () => sessions.find(session.get('id') ?? '');
  const isValid = async () => {
    const now = await find();
    return now !== null && haveSameRights(now.caller, caller);
  };
  const signal = streams.open(login?.key ?? '', reply, isValid);
  return { signal, isLoggedIn: async () => (await find()) !== null };
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

/** Tells all pages of whether anything is written, for as long as there is something to tell of one of them. */
async function* withSwitch(
  live: LiveCases,
  pages: AsyncIterable<string>,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  const over = new AbortController();
  const untilOver = async function* () {
    try {
      yield* pages;
    } finally {
      over.abort();
    }
  };
  yield* merge([untilOver(), switchEvents(live, AbortSignal.any([signal, over.signal]))]);
}

async function* switchEvents(live: LiveCases, signal: AbortSignal): AsyncGenerator<string, void> {
  let told: string | null | undefined;
  for await (const reading of live.watchWritesOff(signal)) {
    // Where the journal does not answer, what was told last stands, also when it answers again.
    if (!('value' in reading) || reading.value === told) continue;
    told = reading.value;
    yield `event: writes\ndata: ${JSON.stringify({ text: told })}\n\n`;
  }
}

/** Says at the end that the log-in has ended, so that the browser does not try again. */
async function* untilInvalid(
  events: AsyncIterable<string>,
  signal: AbortSignal,
  isLoggedIn: () => Promise<boolean>,
): AsyncGenerator<string, void> {
  yield RETRY_EVENT;
  yield* events;
  if (signal.reason === NO_LONGER_VALID && !(await isLoggedIn())) yield 'event: ended\ndata: {}\n\n';
}
