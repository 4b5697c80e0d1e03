import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ProblemCode } from '../cases/problems';
import { readSeriesTasks, tickSeriesTask } from '../cases/series-tasks';
import type { CaseSources } from '../cases/sources';
import { answers } from './answers';
import { callerHeaders, seriesParams, seriesTaskParams, seriesTickBody } from './schemas';
import { seriesTaskList } from './series-task-answers';

const TICK_PROBLEMS = [
  'house-not-found',
  'not-allowed',
  'task-not-found',
  'gateway-unknown',
  'payload-too-large',
  'unsupported-media-type',
] as const satisfies ProblemCode[];

/** The to-do list of a series: what its performances have in common is ticked once. */
export function registerSeriesTasks(instance: FastifyInstance, deps: CaseSources): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();

  app.get(
    '/v1/series/:seriesId/tasks',
    {
      schema: {
        summary: 'A series, the to-do list of each of its houses',
        params: seriesParams,
        response: answers({ 200: seriesTaskList }, 'series-not-found', 'journal-unavailable'),
      },
    },
    ({ params, caller }) => readSeriesTasks(deps, caller, params.seriesId),
  );

  app.post(
    '/v1/series/:seriesId/tasks/:task',
    {
      schema: {
        summary:
          'Tick an entry in all performances of a house, or in some, or take the ticks back; also after the end',
        params: seriesTaskParams,
        headers: callerHeaders,
        body: seriesTickBody,
        response: answers(
          { 200: seriesTaskList },
          'series-not-found',
          'journal-unavailable',
          ...TICK_PROBLEMS,
        ),
      },
    },
    ({ params, caller, body }) => tickSeriesTask(deps, caller, params.seriesId, params.task, body),
  );
}
