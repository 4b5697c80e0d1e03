import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { CancellationStatus } from '../domain/case';
import { normaliseText, textFault } from '../domain/text';
import type { JetEvent } from '../domain/types';
import { digest } from '../digest';
import { isChainWhole } from '../journal/chain';
import type { AppDependencies } from './app';
import { listCancellations, statesByEvent } from './lists';
import { placeOrder, policyOf, requireHouse } from './orders';
import { Problem } from './problems';
import { actionHeaders, actionSchema, caseParams, eventsQuery, listQuery, orderSchema } from './schemas';
import { readJournalLines, readView, toView } from './view';

interface PlanResult {
  planHash: string;
  [member: string]: unknown;
}

/** Each route is a schema and a few lines: what happens stands in the rooms below. */
export function registerRoutes(instance: FastifyInstance, deps: AppDependencies): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const { client, journal, houses } = deps;

  app.get('/healthz', { schema: { summary: 'The process lives' } }, () => ({ ok: true }));

  app.get('/readyz', { schema: { summary: 'A cancellation can be started' } }, async (_request, reply) => {
    const isReady = await client.isReady().catch(() => false);
    const isJournalReadable = await journal.cases({ limit: 1 }).then(
      () => true,
      () => false,
    );
    const ok = isReady && isJournalReadable;
    return reply.status(ok ? 200 : 503).send({ ok, workers: isReady, journal: isJournalReadable });
  });

  app.get('/version', { schema: { summary: 'What runs here' } }, () => ({
    name: 'absage',
    version: deps.version,
    node: process.version,
    rehearsal: deps.isRehearsal,
  }));

  app.get('/v1/openapi.json', { schema: { hide: true } }, () => instance.swagger());

  app.get('/v1/houses', { schema: { summary: 'Houses that the caller may act for' } }, () => ({
    houses: [...houses.values()].map(({ key, name, backend }) => ({ key, name, backend })),
  }));

  app.get(
    '/v1/events',
    { schema: { summary: 'Find events of a house, by start', querystring: eventsQuery } },
    async ({ query }) => {
      requireHouse(houses, query.house);
      const found = await client.read<{ events: JetEvent[]; nextCursor: string | null }>('findEvents', query);
      const states = await statesByEvent(deps, query.house);
      const events = found.events.map((event) => toListedEvent(event, states.get(event.eventNumber) ?? null));
      return { events, nextCursor: found.nextCursor };
    },
  );

  app.get(
    '/v1/events/:house/:eventNumber',
    { schema: { summary: 'One event, with memo and limits', params: caseParams } },
    async ({ params: { house, eventNumber } }) => {
      requireHouse(houses, house);
      const event = await client.read<JetEvent | null>('readEvent', { eventNumber });
      if (event?.house !== house) throw new Problem('event-not-found');
      const view = await readView(deps, house, eventNumber);
      const { externalMemo, limits } = event;
      return { ...toListedEvent(event, view?.state ?? null), externalMemo, limits };
    },
  );

  app.post(
    '/v1/plans',
    { schema: { summary: 'What would be done, and when. Writes nothing', body: orderSchema } },
    async ({ body: order }) => {
      const policy = policyOf(requireHouse(houses, order.house), deps.timing);
      return client.read<PlanResult>('planOrder', { order, policy });
    },
  );

  app.post(
    '/v1/cancellations',
    { schema: { summary: 'Cancel a performance', body: orderSchema } },
    async (request, reply) => {
      const { isNew, view } = await placeOrder(deps, request.body, actorOf(request));
      return reply
        .status(isNew ? 202 : 200)
        .header('location', view.links.self)
        .send(view);
    },
  );

  app.get(
    '/v1/cancellations',
    { schema: { summary: 'Cancellations, newest first', querystring: listQuery } },
    async ({ query }) => {
      if (query.house) requireHouse(houses, query.house);
      return listCancellations(deps, query);
    },
  );

  app.get(
    '/v1/cancellations/:house/:eventNumber',
    { schema: { summary: 'The newest cancellation of an event', params: caseParams } },
    async ({ params: { house, eventNumber } }) => {
      requireHouse(houses, house);
      const view = await readView(deps, house, eventNumber);
      if (!view) throw new Problem('cancellation-not-found');
      return view;
    },
  );

  app.get(
    '/v1/cancellations/:house/:eventNumber/journal',
    { schema: { summary: 'Every intent, effect and decision of the newest case', params: caseParams } },
    async ({ params: { house, eventNumber } }) => {
      requireHouse(houses, house);
      const entries = await readJournalLines(deps, house, eventNumber);
      if (!entries) throw new Problem('cancellation-not-found');
      return { entries, verified: isChainWhole(entries) };
    },
  );

  for (const [action, call] of [
    ['abort', 'abort'],
    ['retry', 'retryNow'],
  ] as const) {
    app.post(
      `/v1/cancellations/:house/:eventNumber/${action}`,
      {
        schema: {
          summary:
            action === 'abort' ? 'Restore the titles; only before Storno' : 'Try the current step again now',
          params: caseParams,
          body: actionSchema,
          headers: actionHeaders,
        },
      },
      async (request) => {
        const { house, eventNumber } = request.params;
        requireHouse(houses, house);
        const run = await client.find(house, eventNumber);
        if (!run) {
          if (await readView(deps, house, eventNumber))
            throw new Problem('action-not-possible', ALREADY_ENDED);
          throw new Problem('cancellation-not-found');
        }
        const key = request.headers['idempotency-key'];
        const updateId = key ? digest({ action, key }) : undefined;
        if (run.status !== 'running' && !updateId) throw new Problem('action-not-possible', ALREADY_ENDED);
        const act = { actor: actorOf(request), reason: request.body.reason };
        const status: CancellationStatus = await client[call](house, eventNumber, act, updateId);
        return toView(deps, house, eventNumber, run.runId, status, false);
      },
    );
  }
}

const ALREADY_ENDED = 'Diese Absage ist schon beendet.';
const MAX_ACTOR_CHARACTERS = 200;

/** In rehearsal anybody may say who they are; it is written down as said. */
function actorOf(request: FastifyRequest): string {
  const header = request.headers['x-absage-actor'];
  if (header === undefined) return 'rehearsal';
  // Node reads header bytes as Latin-1; people's names are sent in UTF-8.
  const actor = normaliseText(Buffer.from(String(header), 'latin1').toString('utf8'));
  const fault = actor.length > MAX_ACTOR_CHARACTERS ? 'ist zu lang' : textFault(actor);
  if (!fault) return actor;
  throw new Problem('invalid-value', undefined, { errors: [{ path: 'X-Absage-Actor', text: fault }] });
}

function toListedEvent(event: JetEvent, cancellation: CancellationStatus['state'] | null) {
  const { house, eventNumber, title, customerTitle, statusText, startsAt, venue, location, soldViaPartner } =
    event;
  return {
    house,
    eventNumber,
    title,
    customerTitle,
    status: statusText,
    startsAt,
    venue,
    location,
    soldViaPartner,
    cancellation,
  };
}
