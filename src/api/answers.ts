import { z } from 'zod';
import { ACTIONS } from '../domain/vocabulary';
import { type StepProgress } from '../domain/case';
import { CASE_STATES } from '../domain/vocabulary';
import { STEPS } from '../domain/vocabulary';
import { CHOICES } from '../domain/vocabulary';
import { FAILURES, type FailureCode } from '../domain/failures';
import { MARKERS } from '../domain/marker';
import type { Plan } from '../domain/plan';
import type { Order, SeenEvent } from '../domain/types';
import type { JournalEntry } from '../domain/journal';
import { PROBLEMS, type ProblemBody, type ProblemCode } from '../cases/problems';
import type { CancellationView } from '../cases/view';
import type { ListedCancellation } from '../cases/lists';
import type { ListChange } from '../cases/live';

/*
 * What the API answers, for its document. Nothing is checked or left out by these schemas while a request is
 * served: the types hold them to what is really sent, and the tests to every answer that they get.
 */

const STEP_STATES = [
  'upcoming',
  'current',
  'done',
  'by-hand',
  'waived',
  'skipped',
] as const satisfies readonly StepProgress['state'][];

const ENTRY_KINDS = [
  'opening',
  'intent',
  'outcome',
  'evidence',
  'decision',
  'refusal',
  'end',
] as const satisfies readonly JournalEntry['kind'][];

const instant = z.string().meta({ format: 'date-time' });
const day = z.string().meta({ format: 'date' });
const nullableText = z.string().nullable();
const step = z.enum(STEPS);
const state = z.enum(CASE_STATES);
const action = z.enum(ACTIONS);
const codedText = z.object({ code: z.string(), text: z.string() }).meta({ id: 'CodedText' });

export const health = z.object({ ok: z.boolean() });

export const readiness = z.object({
  ok: z.boolean(),
  workers: z.boolean().meta({ description: 'Temporal answers, and both queues are polled' }),
  journal: z.boolean().meta({ description: 'the journal can be read' }),
});

export const versionInfo = z.object({
  name: z.string(),
  version: z.string(),
  node: z.string(),
  rehearsal: z.boolean(),
});

export const houseList = z.object({
  houses: z.array(z.object({ key: z.string(), name: z.string(), backend: z.enum(['gateway', 'guided']) })),
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
  })
  .meta({ id: 'ListedEvent' });

export type ListedEvent = z.output<typeof listedEvent>;

export const eventList = z.object({ events: z.array(listedEvent), nextCursor: nullableText });

export const singleEvent = listedEvent
  .extend({
    externalMemo: nullableText,
    limits: z
      .object({ title: z.int(), customerTitle: z.int(), externalMemo: z.int() })
      .meta({ description: 'longest values, in UTF-16 code units' }),
  })
  .meta({ id: 'Event' });

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

/** A plan with the hash that an order may name. */
export type PlannedOrder = Plan & { planHash: string };

const seenEvent = z
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

const placedOrder = z
  .object({
    house: z.string(),
    eventNumber: z.string(),
    marker: z.enum(MARKERS),
    reason: z.string(),
    expected: z.object({ title: z.string(), startsAt: instant }),
    seen: seenEvent.optional(),
    contact: z.object({ name: z.string(), phone: z.string(), email: z.string().optional() }).optional(),
    rightValidUntil: day.optional(),
    planHash: z.string().optional(),
    allowPastEvent: z.boolean().optional(),
  })
  .meta({ id: 'PlacedOrder' }) satisfies z.ZodType<Order>;

const located = {
  house: z.string(),
  eventNumber: z.string(),
  links: z.object({ self: z.string(), temporalUi: nullableText, protocol: nullableText }),
  workflowId: z.string(),
  runId: nullableText,
  rehearsal: z.boolean(),
};

const textChange = z.object({ before: nullableText, after: nullableText }).meta({ id: 'TextChange' });

const attention = z
  .object({
    id: z.string(),
    code: z.enum(Object.keys(FAILURES) as FailureCode[]),
    step,
    since: instant,
    text: z.string().meta({ description: 'what happened, what is safe, what to do next; in German' }),
    actions: z.array(action),
    choices: z.array(z.object({ choice: z.enum(CHOICES), text: z.string() })),
    conflicts: z
      .array(
        z.object({
          field: z.enum(['title', 'customerTitle', 'externalMemo', 'status']),
          before: nullableText,
          ours: nullableText,
          now: nullableText,
        }),
      )
      .meta({ description: "where a person's text and ours disagree: as it was, ours, as it is now" }),
    task: z
      .object({
        mask: z.array(z.string()),
        instruction: z.string(),
        fields: z.array(z.object({ label: z.string(), value: z.string() })),
        confirm: z.string(),
      })
      .nullable()
      .meta({ description: 'with person-step: what is to be done in which mask' }),
  })
  .meta({ id: 'Attention' });

export const cancellation = z
  .object({
    ...located,
    caseId: z.string(),
    order: placedOrder,
    orderedBy: z.string(),
    state,
    step,
    steps: z.array(
      z.object({
        name: step,
        label: z.string(),
        state: z.enum(STEP_STATES),
        startedAt: instant.nullable(),
        finishedAt: instant.nullable(),
        detail: nullableText,
      }),
    ),
    waitEndsAt: instant.nullable(),
    waitSavedAt: instant
      .nullable()
      .meta({ description: 'the save that the wait counts from: for skip-wait' }),
    pointOfNoReturnPassed: z.boolean(),
    event: z
      .object({
        title: textChange,
        customerTitle: textChange,
        externalMemo: textChange,
        statusText: z.string(),
        startsAt: instant,
        venue: z.string(),
        location: z.string(),
        organiser: z.string(),
        production: nullableText,
      })
      .nullable()
      .meta({ description: 'null until the event has been read' }),
    refusal: codedText.nullable(),
    attention: attention.nullable(),
    warnings: z.array(codedText),
    allowedActions: z.array(action).meta({ description: 'the last part of the path of each action' }),
    stale: z
      .boolean()
      .meta({ description: 'from the journal: no worker answers, or Temporal no longer keeps the run' }),
  })
  .meta({ id: 'Cancellation' }) satisfies z.ZodType<CancellationView>;

const listedCancellation = z
  .object({
    ...located,
    state,
    step,
    pointOfNoReturnPassed: z.boolean(),
    caseId: nullableText,
    orderedBy: nullableText,
    orderedAt: instant,
    needsAttention: z.boolean(),
    title: nullableText,
    startsAt: instant.nullable(),
    venue: nullableText,
  })
  .meta({ id: 'ListedCancellation' }) satisfies z.ZodType<ListedCancellation>;

export const cancellationList = z.object({
  cancellations: z.array(listedCancellation),
  nextCursor: nullableText,
});

export const listChange = z
  .object({
    cancellations: z.array(listedCancellation).meta({ description: 'the rows that are new or have changed' }),
    gone: z
      .array(listedCancellation.pick({ house: true, eventNumber: true, caseId: true }))
      .meta({ description: 'rows that the first page does not show any more' }),
  })
  .meta({ id: 'ListChange' }) satisfies z.ZodType<ListChange>;

const journalEntry = z
  .object({
    caseId: z.string(),
    house: z.string(),
    eventNumber: z.string(),
    seq: z.int(),
    at: instant,
    actor: z.string(),
    kind: z.enum(ENTRY_KINDS),
    step,
    operation: z.string(),
    effectKey: z.string(),
    before: z.unknown(),
    after: z.unknown(),
    outcome: nullableText,
    previousHash: z.string(),
    hash: z.string().meta({ description: 'SHA-256 of the canonical JSON of all the other members' }),
  })
  .meta({ id: 'JournalEntry' }) satisfies z.ZodType<JournalEntry>;

export type JournalLine = z.output<typeof journalEntry>;

export const journal = z.object({
  entries: z.array(journalEntry),
  verified: z.boolean().meta({ description: 'no line was changed, none is missing' }),
});

export const problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().meta({ description: 'what happened, in German' }),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as ProblemCode[]),
    detail: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), text: z.string() })).optional(),
    cancellation: cancellation.nullable().optional(),
  })
  .meta({ id: 'Problem' }) satisfies z.ZodType<ProblemBody>;

/** What any route may answer. */
const ALWAYS: readonly ProblemCode[] = ['malformed-request', 'invalid-value', 'internal'];

/**
 * The answers of a route, for its schema. The problems are for the document only; they are thrown, not sent.
 *
 * @example schema: { response: answers({ 200: cancellation }, 'house-not-found', 'cancellation-not-found') }
 */
export function answers<S extends Record<number, z.ZodType>>(successes: S, ...problems: ProblemCode[]): S {
  const codesByStatus = new Map<number, ProblemCode[]>();
  for (const code of [...ALWAYS, ...problems]) {
    const { status } = PROBLEMS[code];
    codesByStatus.set(status, [...(codesByStatus.get(status) ?? []), code]);
  }
  const described = [...codesByStatus].map(([status, codes]) => [
    status,
    {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('\n\n'),
      content: { 'application/problem+json': { schema: problem } },
    },
  ]);
  return { ...(Object.fromEntries(described) as object), ...successes };
}
