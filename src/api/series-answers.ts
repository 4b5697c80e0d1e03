import { z } from 'zod';
import type { SeriesApprovalItem } from '../cases/series-approvals';
import type { SeriesPlan } from '../cases/series-plans';
import type { ListedSeries, SeriesView } from '../cases/series-view';
import { MARKERS } from '../domain/marker';
import { keysOf } from '../domain/rows';
import { SERIES_ITEM_LABELS, SERIES_NOTICE_LABELS, SERIES_STATE_LABELS } from '../domain/series-vocabulary';
import { codedText, instant, nullableText, step } from './answer-parts';
import { approval, textChange } from './case-answers';
import { obstacle } from './event-answers';

const count = z.int().min(0);

const seriesItem = z
  .object({
    house: z.string(),
    eventNumber: z.string(),
    caseId: z.string(),
    title: z.string(),
    startsAt: instant,
    by: z
      .enum(['absage', 'person'])
      .meta({ description: 'who does its steps in Jet: in a house without a gateway it is a person' }),
    state: z.enum(keysOf(SERIES_ITEM_LABELS)),
    step: step.nullable(),
    waitEndsAt: instant.nullable(),
    attention: codedText.nullable(),
    links: z.object({ self: z.string(), page: z.string() }),
  })
  .meta({ id: 'SeriesItem' });

const listed = {
  id: z.string(),
  title: z.string(),
  state: z.enum(keysOf(SERIES_STATE_LABELS)),
  counts: z.object({
    waiting: count,
    running: count,
    needsAttention: count,
    completed: count,
    skipped: count,
    aborted: count,
    refused: count,
    closedByHand: count,
    interrupted: count,
  }),
  paused: z
    .boolean()
    .meta({ description: 'what has not begun does not begin, whatever else the state says' }),
  aborting: z
    .boolean()
    .meta({ description: 'it was aborted and has not ended, whatever else the state says' }),
  attention: codedText.nullable(),
  allowedActions: z.array(z.string()),
  order: z.object({
    marker: z.enum(MARKERS),
    reason: z.string(),
    houses: z.array(z.string()),
    itemCount: count,
  }),
  orderedBy: z.string(),
  orderedAt: instant,
  refusal: codedText.nullable(),
  links: z.object({ self: z.string(), page: z.string() }),
};

export const series = z
  .object({
    ...listed,
    items: z.array(seriesItem),
    notices: z.array(
      z.object({
        house: z.string(),
        number: z.int(),
        messageId: z.string(),
        eventNumbers: z.array(z.string()),
        acceptedAt: instant.nullable(),
        outcome: z.enum(keysOf(SERIES_NOTICE_LABELS)),
      }),
    ),
    approvals: z.array(
      approval.omit({ changes: true }).extend({
        house: z.string(),
        number: z.int(),
        eventNumbers: z.array(z.string()),
        inTime: nullableText,
        said: nullableText,
        isOwn: z.boolean(),
        allowedActions: z.array(z.enum(['approve', 'reject', 'override'])),
      }),
    ),
  })
  .meta({ id: 'Series' }) satisfies z.ZodType<SeriesView>;

/** What a house was asked for, performance by performance. */
export const seriesApproval = z
  .object({
    items: z.array(
      z.object({
        eventNumber: z.string(),
        title: z.string(),
        startsAt: instant,
        venue: z.string(),
        texts: z
          .object({ title: textChange, customerTitle: textChange, externalMemo: textChange })
          .nullable(),
        warnings: z.array(codedText),
      }),
    ),
  })
  .meta({ id: 'SeriesApproval' }) satisfies z.ZodType<{ items: SeriesApprovalItem[] }>;

export const seriesList = z.object({
  series: z.array(z.object(listed).meta({ id: 'ListedSeries' }) satisfies z.ZodType<ListedSeries>),
  nextCursor: nullableText,
});

export const seriesPlan = z
  .object({
    state: z.enum(['reading', 'ready']),
    cancellable: z.boolean(),
    items: z.array(
      z.object({
        house: z.string(),
        eventNumber: z.string(),
        title: nullableText,
        startsAt: instant.nullable(),
        venue: nullableText,
        titles: z
          .object({ title: textChange, customerTitle: textChange })
          .nullable()
          .meta({ description: 'as they are, and as they become' }),
        cancellable: z.boolean(),
        refusals: z.array(obstacle),
        warnings: z.array(codedText),
        planHash: z.string(),
        stornoAt: instant.nullable(),
        finishedAt: instant.nullable(),
      }),
    ),
    counts: z.object({ total: count, read: count, cancellable: count, refused: count }),
    stornoAt: instant.nullable(),
    finishedAt: instant.nullable(),
    planHash: nullableText,
  })
  .meta({ id: 'SeriesPlan' }) satisfies z.ZodType<SeriesPlan>;

export const begunPlan = z.object({ id: z.string(), links: z.object({ self: z.string() }) });
