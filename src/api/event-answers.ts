import { z } from 'zod';
import type { EventPage, ListedEvent, SingleEvent } from '../cases/events';
import type { PlannedOrder } from '../cases/orders';
import { cancellation, eventSummary } from './case-answers';
import { codedText, instant, nullableText, state, step } from './answer-parts';

/** Why an event cannot be cancelled, and what to do about it. */
export const obstacle = codedText.extend({
  next: z.string().meta({ description: 'whom to call, or what to do' }),
});

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
    expected: z
      .object({ title: z.string(), startsAt: instant })
      .meta({ description: 'as an order of this event names it' }),
    refusals: z.array(obstacle).meta({
      description: 'what stands in the way of every order; `event-past` alone is lifted by `allowPastEvent`',
    }),
  })
  .meta({ id: 'ListedEvent' }) satisfies z.ZodType<ListedEvent>;

export const eventList = z.object({
  events: z.array(listedEvent),
  nextCursor: nullableText.meta({
    description: 'where to go on; with `text` it may be that nothing was found until there',
  }),
  readAt: instant.nullable().meta({
    description: 'when Jet was read, with `text` up to a minute ago; null: a house without a gateway',
  }),
}) satisfies z.ZodType<EventPage>;

export const singleEvent = listedEvent
  .extend({
    externalMemo: nullableText,
    limits: z
      .object({ title: z.int(), customerTitle: z.int(), externalMemo: z.int() })
      .meta({ description: 'longest values, in UTF-16 code units' }),
    organiser: z.string(),
  })
  .meta({ id: 'Event' }) satisfies z.ZodType<SingleEvent>;

export const plan = z
  .object({
    cancellable: z.boolean(),
    refusals: z.array(obstacle),
    warnings: z.array(codedText),
    steps: z.array(
      z.object({
        name: step,
        label: z.string(),
        state: z.enum(['planned', 'skipped']).meta({
          description: 'skipped: what stands in Jet makes it needless, or nothing can be cancelled',
        }),
        by: z
          .enum(['absage', 'person'])
          .meta({ description: 'person: a clerk does it in Jet, and Absage leads' }),
        text: z.string().meta({ description: 'what will really happen, in German' }),
        before: z.record(z.string(), z.unknown()).optional(),
        after: z.record(z.string(), z.unknown()).optional(),
        earliestAt: instant.optional(),
      }),
    ),
    stornoAt: instant.nullable().meta({
      description:
        'when Storno is set at the earliest; null: it is set already, and nothing can be aborted, or it is not cancellable',
    }),
    finishedAt: instant.nullable().meta({ description: 'null: not cancellable' }),
    planHash: z.string().meta({ description: 'SHA-256 of what would be written; no clock times in it' }),
    cancellation: cancellation
      .nullable()
      .meta({ description: 'the case because of which nothing can be ordered' }),
    notice: z
      .object({
        reason: z.string(),
        contact: z.object({ name: z.string(), phone: z.string(), email: z.string().optional() }),
        mail: z
          .object({
            from: z.string(),
            to: z.array(z.string()),
            cc: z.array(z.string()),
            subject: z.string(),
            text: z.string(),
          })
          .nullable()
          .meta({ description: 'as it will be sent; `…` stands where a time is not known yet' }),
      })
      .meta({ description: "the clerk's part of the mail to Ö-Ticket, and the whole of it" }),
    event: eventSummary
      .nullable()
      .meta({ description: 'as it was read, with the texts before and after; null: there is none' }),
  })
  .meta({ id: 'Plan' }) satisfies z.ZodType<PlannedOrder>;
