import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { ACTION_ROWS, ACTIONS, type Action } from '../domain/vocabulary';
import { actOn, resumeCase } from '../cases/actions';
import { answers, health, houseList, readiness, versionInfo } from './answers';
import { cancellation, cancellationList, journal, openTaskList, taskList } from './case-answers';
import { CASE_DOORS, wantedCase } from './case-doors';
import type { AppDependencies } from './dependencies';
import { eventList, plan, singleEvent } from './event-answers';
import { housesFor } from '../cases/caller';
import { readJournal } from '../cases/case-journal';
import { listOpenTasks, readTasks, tickTask } from '../cases/house-tasks';
import { findEvents, readEvent } from '../cases/events';
import { listCancellations } from '../cases/lists';
import { registerInstallation } from './installation';
import { limited } from './limits';
import type { LiveCases } from '../cases/live';
import { readView } from '../cases/case-view';
import { placeOrder, planOrder } from '../cases/orders';
import type { ProblemCode } from '../cases/problems';
import { readReadiness } from '../cases/readiness';
import { registerProtocolRoute } from './protocol';
import {
  actionBodies,
  actionHeaders,
  callerHeaders,
  caseParams,
  eventsQuery,
  listQuery,
  openTasksQuery,
  orderSchema,
  tickBody,
} from './schemas';
import { registerSecurityTxt } from './security-txt';
import { registerSigningKey } from './signing-key';
import { registerSeriesProtocol } from './series-protocol';
import { registerSeriesRoutes } from './series-routes';
import { registerSeriesTasks } from './series-tasks';
import { registerStreamRoutes } from './stream';

const BODY_PROBLEMS = ['payload-too-large', 'unsupported-media-type'] as const satisfies ProblemCode[];
const CASE_PROBLEMS = ['house-not-found', 'cancellation-not-found'] as const satisfies ProblemCode[];
const ACTION_PROBLEMS = [
  'not-allowed',
  'action-not-possible',
  'held-by-stranger',
  'other-case',
  'key-reused',
] as const satisfies ProblemCode[];
/** Of four eyes: who decides, and about what. */
const DECISION_PROBLEMS: Readonly<Partial<Record<Action, readonly ProblemCode[]>>> = {
  approve: ['own-order', 'person-needed', 'plan-changed'],
  reject: ['person-needed'],
  override: ['person-needed'],
};
const WRITE_PROBLEMS = ['gateway-unknown'] as const satisfies ProblemCode[];
const UNAVAILABLE = [
  'jet-unavailable',
  'workers-unavailable',
  'journal-unavailable',
] as const satisfies ProblemCode[];

/** Each route is a schema and a few lines. The use cases are in the rooms below. */
export function registerRoutes(instance: FastifyInstance, deps: AppDependencies, live: LiveCases): void {
  registerServiceRoutes(instance, deps);
  registerInstallation(instance, deps);
  registerSecurityTxt(instance, deps.security);
  registerSigningKey(instance, deps);
  registerEventRoutes(instance, deps);
  registerCancellationRoutes(instance, deps);
  registerSeriesRoutes(instance, deps);
  registerSeriesTasks(instance, deps);
  registerSeriesProtocol(instance, deps);
  registerProtocolRoute(instance, deps);
  registerStreamRoutes(instance, deps, live);
  for (const door of CASE_DOORS) {
    registerCase(instance, deps, door);
    registerTasks(instance, deps, door);
    for (const action of ACTIONS) registerAction(instance, deps, door, action);
  }
}

function registerServiceRoutes(instance: FastifyInstance, deps: AppDependencies): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();

  app.get(
    '/healthz',
    { schema: { summary: 'The process lives', response: answers({ 200: health }) } },
    () => ({ ok: true }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        summary: 'A cancellation can be started',
        response: answers({ 200: readiness, 503: readiness }),
      },
    },
    async (_request, reply) => {
      const readiness = await readReadiness(deps);
      return reply.status(readiness.ok ? 200 : 503).send(readiness);
    },
  );

  app.get(
    '/version',
    { schema: { summary: 'What runs here', response: answers({ 200: versionInfo }) } },
    () => ({
      name: 'absage',
      version: deps.version,
      node: process.version,
      rehearsal: deps.isRehearsal,
    }),
  );

  app.get('/v1/openapi.json', { schema: { hide: true } }, () => instance.swagger());

  app.get(
    '/v1/houses',
    { schema: { summary: 'Houses in which the caller has a role', response: answers({ 200: houseList }) } },
    ({ caller }) => ({
      houses: housesFor(deps.houses, caller, 'see').map(({ key, name, backend }) => ({ key, name, backend })),
    }),
  );
}

function registerEventRoutes(instance: FastifyInstance, deps: AppDependencies): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();

  app.get(
    '/v1/events',
    {
      ...limited('searches'),
      schema: {
        summary: 'Find events of a house, by start',
        querystring: eventsQuery,
        response: answers({ 200: eventList }, 'house-not-found', 'too-many-requests', ...UNAVAILABLE),
      },
    },
    ({ query, caller }) => findEvents(deps, caller, query),
  );

  app.get(
    '/v1/events/:house/:eventNumber',
    {
      ...limited('searches'),
      schema: {
        summary: 'One event, with memo and limits',
        params: caseParams,
        response: answers(
          { 200: singleEvent },
          ...(['house-not-found', 'event-not-found', 'too-many-requests', ...UNAVAILABLE] as const),
        ),
      },
    },
    ({ params: { house, eventNumber }, caller }) => readEvent(deps, caller, house, eventNumber),
  );

  app.post(
    '/v1/plans',
    {
      ...limited('plans'),
      schema: {
        summary: 'What would be done, and when. Writes nothing',
        body: orderSchema,
        response: answers(
          { 200: plan },
          ...(['house-not-found', 'not-allowed', 'too-many-requests'] as const),
          ...([...BODY_PROBLEMS, ...UNAVAILABLE] as const),
        ),
      },
    },
    ({ body: order, caller }) => planOrder(deps, caller, order),
  );
}

function registerCancellationRoutes(instance: FastifyInstance, deps: AppDependencies): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();

  app.post(
    '/v1/cancellations',
    {
      ...limited('orders'),
      schema: {
        summary: 'Cancel a performance',
        description: '202: a new case. 200: the same order has started this case before.',
        headers: callerHeaders,
        body: orderSchema,
        response: answers(
          { 200: cancellation, 202: cancellation },
          ...([
            'house-not-found',
            'not-allowed',
            'conflicting-cancellation',
            'held-by-stranger',
            'too-many-requests',
          ] as const),
          ...([...BODY_PROBLEMS, ...WRITE_PROBLEMS, ...UNAVAILABLE] as const),
        ),
      },
    },
    async ({ body: order, caller }, reply) => {
      const { isNew, view } = await placeOrder(deps, caller, order);
      return reply
        .status(isNew ? 202 : 200)
        .header('location', view.links.self)
        .send(view);
    },
  );

  app.get(
    '/v1/cancellations',
    {
      schema: {
        summary: 'Cancellations, newest first',
        querystring: listQuery,
        response: answers({ 200: cancellationList }, 'house-not-found', ...UNAVAILABLE),
      },
    },
    ({ query, caller }) => listCancellations(deps, caller, query),
  );

  app.get(
    '/v1/tasks',
    {
      schema: {
        summary: 'What the houses still have to do, of all cases, the soonest performance first',
        querystring: openTasksQuery,
        response: answers({ 200: openTaskList }, 'house-not-found', ...UNAVAILABLE),
      },
    },
    ({ query, caller }) => listOpenTasks(deps, caller, query),
  );
}

type Door = (typeof CASE_DOORS)[number];

function registerCase(instance: FastifyInstance, deps: AppDependencies, { path, params, meant }: Door): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();

  app.get(
    path,
    {
      schema: {
        summary: meant,
        params,
        response: answers({ 200: cancellation }, ...CASE_PROBLEMS, ...UNAVAILABLE),
      },
    },
    async (request) => readView(deps, request.caller, await wantedCase(deps, request)),
  );

  app.get(
    `${path}/journal`,
    {
      schema: {
        summary: `${meant}, every intent, effect and decision of it`,
        params,
        response: answers({ 200: journal }, ...CASE_PROBLEMS, ...UNAVAILABLE),
      },
    },
    async (request) => readJournal(deps, request.caller, await wantedCase(deps, request)),
  );
}

function registerTasks(instance: FastifyInstance, deps: AppDependencies, door: Door): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const { path, params, taskParams, meant } = door;

  app.get(
    `${path}/tasks`,
    {
      schema: {
        summary: `${meant}, the to-do list of the house`,
        params,
        response: answers({ 200: taskList }, ...CASE_PROBLEMS, ...UNAVAILABLE),
      },
    },
    async (request) => readTasks(deps, request.caller, await wantedCase(deps, request)),
  );

  app.post(
    `${path}/tasks/:task`,
    {
      schema: {
        summary: 'Tick an entry of the to-do list, or take the tick back; also after the end',
        params: taskParams,
        body: tickBody,
        response: answers(
          { 200: taskList },
          ...([...CASE_PROBLEMS, 'not-allowed', 'task-not-found', ...BODY_PROBLEMS] as const),
          ...([...WRITE_PROBLEMS, ...UNAVAILABLE] as const),
        ),
      },
    },
    async (request) => {
      const { body, caller } = request;
      return tickTask(deps, caller, await wantedCase(deps, request), request.params.task, body);
    },
  );
}

function registerAction(
  instance: FastifyInstance,
  deps: AppDependencies,
  { path, params }: Door,
  action: Action,
): void {
  instance.withTypeProvider<ZodTypeProvider>().post(
    `${path}/${action}`,
    {
      schema: {
        summary: ACTION_ROWS[action].summary,
        params,
        headers: actionHeaders,
        body: actionBodies[action],
        response: answers(
          { 200: cancellation },
          ...([...CASE_PROBLEMS, ...ACTION_PROBLEMS, ...BODY_PROBLEMS] as const),
          ...(DECISION_PROBLEMS[action] ?? []),
          ...([...WRITE_PROBLEMS, ...UNAVAILABLE] as const),
        ),
      },
    },
    async (request) => {
      const { headers, body, caller } = request;
      const wanted = await wantedCase(deps, request);
      const act = { ...wanted, request: body, idempotencyKey: headers['idempotency-key'] };
      return action === 'resume' ? resumeCase(deps, caller, act) : actOn(deps, caller, action, act);
    },
  );
}
