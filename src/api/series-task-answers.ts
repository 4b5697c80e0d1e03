import { z } from 'zod';
import type { SeriesWithTasks } from '../cases/house-tasks';
import type { SeriesTask } from '../domain/series-tasks';
import { instant, nullableText } from './answer-parts';

const tick = z.object({ by: z.string(), at: instant, note: nullableText }).nullable();

const task = z
  .object({
    house: z.string(),
    id: z.string(),
    text: z.string(),
    contact: z.object({ name: z.string(), phone: z.string() }).nullable(),
    isForAll: z
      .boolean()
      .meta({ description: 'every performance of the house that has a list has this entry' }),
    items: z.array(z.object({ eventNumber: z.string(), caseId: z.string(), done: tick })),
    done: tick.meta({ description: 'the newest tick, where it is done in all of them' }),
  })
  .meta({ id: 'SeriesTask' }) satisfies z.ZodType<SeriesTask>;

export const seriesTaskList = z.object({ tasks: z.array(task) });

/** A series in the list of everything that is open. */
export const seriesWithTasks = z.object({
  id: z.string(),
  title: z.string(),
  links: z.object({ self: z.string(), page: z.string() }),
  startsAt: instant.meta({ description: 'of the soonest performance of which something is open' }),
  tasks: z.array(task).meta({ description: 'those that are not done everywhere' }),
}) satisfies z.ZodType<SeriesWithTasks>;
