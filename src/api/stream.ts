import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isEnd } from '../domain/vocabulary';
import { answers } from './answers';
import { cancellation, listChange } from './case-answers';
import { toProblem } from './faults';
import type { LiveCases, Reading } from '../cases/live';
import { Problem, toBody, type ProblemCode } from '../cases/problems';
import { CASE_DOORS, wantedCase } from './case-doors';
import { OpenStreams, type StreamLimits } from './open-streams';
import { listStreamQuery, seriesParams } from './schemas';
import { series } from './series-answers';
import { haveSameRights } from '../cases/caller';
import type { LogIn } from '../cases/log-in';
import type { CaseSources } from '../cases/sources';
import type { SeriesView } from '../cases/series-view';
import type { CancellationView } from '../cases/view';

/** Proxies cut idle connections, the most impatient of them usually after 30 s. */
const HEARTBEAT_MS = 15_000;
/** How long a browser waits before it reconnects to a lost stream. */
const RETRY_MS = 3_000;
/** The same after the case has ended. On reconnecting, the browser is then answered that nothing more will come. */
const RETRY_AFTER_END_MS = 60_000;

const UNAVAILABLE = ['workers-unavailable', 'journal-unavailable'] as const satisfies ProblemCode[];

interface StreamDependencies extends CaseSources, StreamLimits {
  logIn: LogIn;
}

/** Opens a stream for the caller of a request, for as long as their token counts, and their roles stay the same. */
type OpenStream = (request: FastifyRequest, reply: FastifyReply) => AbortSignal;

const streamHeaders = z.object({
  'last-event-id': z.string().optional().meta({ description: 'the last `id` that was received' }),
});

const eventStream = (data: z.ZodType, description: string) => ({
  description,
  content: { 'text/event-stream': { schema: data } },
});

/** A successful reading. */
type Seen<T> = Extract<Reading<T>, { value: T }>;

/** Views and lists as server-sent events: one per change. */
export function registerStreamRoutes(
  instance: FastifyInstance,
  deps: StreamDependencies,
  live: LiveCases,
): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const open = openFor(deps);
  // The streams end first when the server stops, because it waits for its connections.
  instance.addHook('preClose', (done) => {
    live.stop();
    done();
  });

  for (const door of CASE_DOORS) registerCaseStream(instance, deps, live, open, door);
  registerSeriesStream(instance, live, open);

  app.get(
    '/v1/cancellations/stream',
    {
      exposeHeadRoute: false,
      schema: {
        summary: 'The first page of the list, and then the rows that change',
        description:
          'Server-sent events. The first one holds every row; each later one only what has changed.',
        querystring: listStreamQuery,
        response: {
          ...answers({}, 'house-not-found', 'too-many-requests', ...UNAVAILABLE),
          200: eventStream(listChange, 'one event per change'),
        },
      },
    },
    async (request, reply) => {
      const { query, caller } = request;
      const readings = live.watchLists(caller, [query], open(request, reply));
      return sendEvents(reply, toEvents(await readFirst(readings), readings));
    },
  );
}

function registerSeriesStream(instance: FastifyInstance, live: LiveCases, open: OpenStream): void {
  instance.withTypeProvider<ZodTypeProvider>().get(
    '/v1/series/:seriesId/stream',
    {
      exposeHeadRoute: false,
      schema: {
        summary: 'A series, and then the rows that change',
        description:
          'Server-sent events. The first one is the whole view; each later one holds only the rows that have changed, and ' +
          'everything else anew. Goes on after the end, because performances that failed can be tried again.',
        params: seriesParams,
        response: {
          ...answers({}, 'series-not-found', 'too-many-requests', ...UNAVAILABLE),
          200: eventStream(series, 'one event per change'),
        },
      },
    },
    async (request, reply) => {
      const { params, caller } = request;
      const readings = live.watchSeries(caller, params.seriesId, open(request, reply));
      const first = await readFirst(readings);
      return sendEvents(reply, toEvents(first, onlyChangedRows(first.value, readings)));
    },
  );
}

async function* onlyChangedRows(
  { items }: SeriesView,
  readings: AsyncIterable<Reading<SeriesView>>,
): AsyncGenerator<Reading<SeriesView>, void> {
  let known = new Set(items.map((item) => JSON.stringify(item)));
  for await (const reading of readings) {
    if ('error' in reading) {
      yield reading;
      continue;
    }
    const { value } = reading;
    const changed = value.items.filter((item) => !known.has(JSON.stringify(item)));
    known = new Set(value.items.map((item) => JSON.stringify(item)));
    yield { ...reading, value: { ...value, items: changed } };
  }
}

function registerCaseStream(
  instance: FastifyInstance,
  deps: CaseSources,
  live: LiveCases,
  open: OpenStream,
  { path, params, meant }: (typeof CASE_DOORS)[number],
): void {
  instance.withTypeProvider<ZodTypeProvider>().get(
    `${path}/stream`,
    {
      // HEAD would open a stream without a reader.
      exposeHeadRoute: false,
      schema: {
        summary: `${meant}, at once and whenever it changes`,
        description:
          'Server-sent events; each is a whole view. Ends after the case has ended; whoever then asks again with ' +
          'the last id gets 204. While the case cannot be read, an event named `problem` says why.',
        params,
        headers: streamHeaders,
        response: {
          ...answers({}, 'house-not-found', 'cancellation-not-found', 'too-many-requests', ...UNAVAILABLE),
          200: eventStream(cancellation, 'one event per change, each a whole view'),
          204: z.null().meta({ description: 'the case has ended, and nothing has changed since' }),
        },
      },
    },
    async (request, reply) => {
      const { headers, caller } = request;
      const wanted = await wantedCase(deps, request);
      const readings = live.watchCase(caller, wanted, open(request, reply));
      const first = await readFirst(readings);
      if (!first.value) throw new Problem('cancellation-not-found');
      const isOld = isEnd(first.value.state) && headers['last-event-id'] === first.id;
      return isOld ? reply.status(204).send(null) : sendEvents(reply, toEvents(first, readings, lastRetry));
    },
  );
}

function openFor({ logIn, isSimulator }: StreamDependencies): OpenStream {
  const streams = new OpenStreams({ isSimulator });
  return ({ caller, tokenSha256 }, reply) => {
    const isValid = () => {
      if (tokenSha256 === null) return true;
      const now = logIn.identifyHash(tokenSha256);
      return now !== null && haveSameRights(now, caller);
    };
    return streams.open(tokenSha256 ?? caller.id, reply, isValid);
  };
}

/** A failure of the first reading is answered like any other failed request. */
async function readFirst<T>(readings: AsyncIterator<Reading<T>, void>): Promise<Seen<T>> {
  const { value: first } = await readings.next();
  // No reading will come: the server is about to stop.
  if (!first) throw new Problem('workers-unavailable');
  if ('error' in first) throw first.error;
  return first;
}

async function* toEvents<T>(
  first: Seen<T>,
  readings: AsyncIterable<Reading<T>>,
  retryAfter: (value: T) => number | null = () => null,
): AsyncGenerator<string, void> {
  yield `retry: ${RETRY_MS}\n${toEvent(first, retryAfter(first.value))}`;
  for await (const reading of readings) {
    if ('error' in reading) yield `event: problem\ndata: ${describe(reading.error)}\n\n`;
    else yield toEvent(reading, retryAfter(reading.value));
  }
}

function lastRetry(view: CancellationView | null): number | null {
  return view && isEnd(view.state) ? RETRY_AFTER_END_MS : null;
}

function toEvent<T>({ id, value }: Seen<T>, retryMs: number | null): string {
  const retry = retryMs === null ? '' : `retry: ${retryMs}\n`;
  return `${retry}id: ${id}\ndata: ${JSON.stringify(value)}\n\n`;
}

function describe(error: unknown): string {
  return JSON.stringify(toBody(toProblem(error as Error)));
}

/**
 * Answers with events, each a whole block of text, until there are no more or the reader has disconnected. Comments in
 * between keep the connection alive. A slow reader makes `events` wait.
 */
export function sendEvents(
  reply: FastifyReply,
  events: AsyncIterable<string>,
  { heartbeatMs = HEARTBEAT_MS } = {},
): FastifyReply {
  const body = new PassThrough();
  const beating = setInterval(() => {
    if (body.writable && body.writableLength === 0) body.write(':\n\n');
  }, heartbeatMs);
  body.once('close', () => clearInterval(beating));
  // The pipeline ends early when the reader disconnects. That is no failure, and there is no one left to report it to.
  void pipeline(events, body).catch(() => undefined);
  return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(body);
}
