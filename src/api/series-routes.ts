import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { actOnSeries, placeSeries, resumeSeries, type SeriesAct } from '../cases/series';
import { planSeriesOrder, readSeriesPlan } from '../cases/series-plans';
import { ACTION_PATHS, listSeriesViews, readApprovalItems, readSeriesView } from '../cases/series-view';
import type { ProblemCode } from '../cases/problems';
import { SERIES_ACTION_LABELS, SERIES_ACTIONS } from '../domain/series-vocabulary';
import { answers } from './answers';
import type { AppDependencies } from './dependencies';
import { limited } from './limits';
import {
  actionHeaders,
  callerHeaders,
  seriesApprovalParams,
  seriesBodies,
  seriesListQuery,
  seriesOrderSchema,
  seriesParams,
  seriesPlanParams,
} from './schemas';
import { begunPlan, series, seriesApproval, seriesList, seriesPlan } from './series-answers';

const UNAVAILABLE = ['workers-unavailable', 'journal-unavailable'] as const satisfies ProblemCode[];
const ORDER_PROBLEMS = [
  'house-not-found',
  'not-allowed',
  'too-many-requests',
  'payload-too-large',
  'unsupported-media-type',
  ...UNAVAILABLE,
] as const satisfies ProblemCode[];
const ACTION_PROBLEMS = [
  'series-not-found',
  'house-not-found',
  'not-allowed',
  'own-order',
  'person-needed',
  'plan-changed',
  'action-not-possible',
  'gateway-unknown',
  'payload-too-large',
  'unsupported-media-type',
  ...UNAVAILABLE,
] as const satisfies ProblemCode[];

/** 500 performances, each with what a clerk saw in its mask. */
const LONGEST_ORDER = 1_048_576;

/** Many performances, one decision. */
export function registerSeriesRoutes(instance: FastifyInstance, deps: AppDependencies): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();

  app.post(
    '/v1/series/plans',
    {
      ...limited('plans'),
      bodyLimit: LONGEST_ORDER,
      schema: {
        summary: 'Begin to read what a series would do. Writes nothing',
        body: seriesOrderSchema,
        response: answers({ 202: begunPlan }, ...ORDER_PROBLEMS),
      },
    },
    async ({ body, caller }, reply) => {
      const id = await planSeriesOrder(deps, caller, body);
      const self = `/v1/series/plans/${id}`;
      return reply.status(202).header('location', self).send({ id, links: { self } });
    },
  );

  app.get(
    '/v1/series/plans/:planId',
    {
      schema: {
        summary: 'What a series would do, and when, as far as it was read',
        params: seriesPlanParams,
        response: answers({ 200: seriesPlan }, 'series-not-found', ...UNAVAILABLE),
      },
    },
    ({ params, caller }) => readSeriesPlan(deps, caller, params.planId),
  );

  app.post(
    '/v1/series',
    {
      ...limited('orders'),
      bodyLimit: LONGEST_ORDER,
      schema: {
        summary: 'Cancel many performances by one decision',
        description:
          '202: a new series. 200: the same order has started this series before, and it has not ended.',
        headers: callerHeaders,
        body: seriesOrderSchema,
        response: answers({ 200: series, 202: series }, 'gateway-unknown', ...ORDER_PROBLEMS),
      },
    },
    async ({ body, caller }, reply) => {
      const { isNew, view } = await placeSeries(deps, caller, body);
      return reply
        .status(isNew ? 202 : 200)
        .header('location', view.links.self)
        .send(view);
    },
  );

  app.get(
    '/v1/series',
    {
      schema: {
        summary: 'Series, newest first',
        querystring: seriesListQuery,
        response: answers({ 200: seriesList }, ...UNAVAILABLE),
      },
    },
    ({ query, caller }) => listSeriesViews(deps, caller, query.cursor ?? null),
  );

  app.get(
    '/v1/series/:seriesId',
    {
      schema: {
        summary: 'A series, with a row for each performance',
        params: seriesParams,
        response: answers({ 200: series }, 'series-not-found', ...UNAVAILABLE),
      },
    },
    ({ params, caller }) => readSeriesView(deps, caller, params.seriesId),
  );

  app.get(
    '/v1/series/:seriesId/approvals/:house/:number',
    {
      schema: {
        summary: 'What a house is asked to approve: each performance with all that would be written',
        params: seriesApprovalParams,
        response: answers({ 200: seriesApproval }, 'series-not-found', 'house-not-found', ...UNAVAILABLE),
      },
    },
    async ({ params: { seriesId, house, number }, caller }) => ({
      items: await readApprovalItems(deps, caller, seriesId, { house, number }),
    }),
  );

  for (const action of SERIES_ACTIONS) {
    const path = ACTION_PATHS[action] as Exclude<keyof typeof seriesBodies, 'resume'>;
    app.post(
      `/v1/series/:seriesId/${path}`,
      {
        bodyLimit: LONGEST_ORDER,
        schema: {
          summary: `Series: ${SERIES_ACTION_LABELS[action]}`,
          params: seriesParams,
          headers: actionHeaders,
          body: seriesBodies[path],
          response: answers({ 200: series }, ...ACTION_PROBLEMS),
        },
      },
      ({ params, headers, body, caller }) =>
        actOnSeries(deps, caller, params.seriesId, action, body as SeriesAct, headers['idempotency-key']),
    );
  }

  app.post(
    '/v1/series/:seriesId/resume',
    {
      schema: {
        summary: 'Take up a series that has lost its run',
        params: seriesParams,
        headers: callerHeaders,
        body: seriesBodies.resume,
        response: answers({ 200: series }, ...ACTION_PROBLEMS),
      },
    },
    ({ params, body, caller }) => resumeSeries(deps, caller, params.seriesId, body),
  );
}
