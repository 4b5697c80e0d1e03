import { z } from 'zod';
import type { EventPage, ListedEvent, SingleEvent } from '../cases/events';
import type { PlannedOrder } from '../cases/orders';
import type { SeenEvent } from '../domain/types';
import { codedText, instant, nullableText, state, step } from './answer-parts';

const listedEvent = z
  .object({
    house: z.string(),
    eventNumber: z.string(),
    title: z.string(),
    customerTitle: nullableText,
    status: z.string().meta({ description: 'the word that the mask shows', example: 'Verkaufsfreigabe' }),
    startsAt: instant,
    venue: z.string(),
    location: z.string(),
    soldViaPartner: z.boolean(),
    cancellation: state.nullable().meta({ description: 'the state of the newest case, if there is one' }),
  })
  .meta({ id: 'ListedEvent' }) satisfies z.ZodType<ListedEvent>;

export const eventList = z.object({
  events: z.array(listedEvent),
  nextCursor: nullableText,
}) satisfies z.ZodType<EventPage>;

export const singleEvent = listedEvent
  .extend({
    externalMemo: nullableText,
    limits: z
      .object({ title: z.int(), customerTitle: z.int(), externalMemo: z.int() })
      .meta({ description: 'longest values, in UTF-16 code units' }),
  })
  .meta({ id: 'Event' }) satisfies z.ZodType<SingleEvent>;

export const plan = z
  .object({
    cancellable: z.boolean(),
    refusals: z.array(codedText),
    warnings: z.array(codedText),
    steps: z.array(
      z.object({
        name: step,
        label: z.string(),
        before: z.record(z.string(), z.unknown()).optional(),
        after: z.record(z.string(), z.unknown()).optional(),
        earliestAt: instant.optional(),
      }),
    ),
    stornoAt: instant.nullable(),
    finishedAt: instant.nullable(),
    planHash: z.string().meta({ description: 'SHA-256 of what would be written; no clock times in it' }),
  })
  .meta({ id: 'Plan' }) satisfies z.ZodType<PlannedOrder>;

/** What the clerk saw in the mask. */
export const seenEvent = z
  .object({
    title: z.string(),
    customerTitle: nullableText,
    externalMemo: nullableText,
    status: z.string(),
    startsAt: instant,
    venue: z.string(),
    location: z.string(),
    organiser: z.string(),
    production: nullableText.optional(),
  })
  .meta({ id: 'SeenEvent' }) satisfies z.ZodType<SeenEvent>;
