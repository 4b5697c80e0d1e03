import { z } from 'zod';
import type { CaseJournal, JournalLine } from '../cases/case-journal';
import type { CaseWithTasks, SeriesWithTasks } from '../cases/house-tasks';
import type { CancellationPage, ListedCancellation } from '../cases/lists';
import type { ListChange } from '../cases/live';
import { HELD, type CancellationView, type ReservedAction } from '../cases/view';
import type { Approval, StepProgress } from '../domain/case';
import { FAILURES, type FailureCode } from '../domain/failures';
import type { ShownTask } from '../domain/house-tasks';
import type { JournalEntry } from '../domain/journal';
import { MARKERS } from '../domain/marker';
import type { Order, SeenEvent } from '../domain/types';
import { ANNOUNCEMENT_FIELDS, CHOICES, PERFORMANCE_FIELDS, PLAN_FIELDS } from '../domain/vocabulary';
import { action, codedText, day, instant, nullableText, state, step } from './answer-parts';
import { seriesWithTasks } from './series-task-answers';

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
  'task',
] as const satisfies readonly JournalEntry['kind'][];

/** What the clerk saw in the mask. */
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

export const textChange = z.object({ before: nullableText, after: nullableText }).meta({ id: 'TextChange' });

export const eventSummary = z.object({
  title: textChange,
  customerTitle: textChange,
  externalMemo: textChange,
  statusText: z.string(),
  startsAt: instant,
  venue: z.string(),
  location: z.string(),
  organiser: z.string(),
  production: nullableText,
});

const task = z
  .object({
    mask: z.array(z.string()),
    instruction: z.string(),
    fields: z.array(z.object({ label: z.string(), value: z.string() })),
    confirm: z.string(),
  })
  .meta({ id: 'Task' });

const tries = z
  .object({
    step,
    attempt: z.int().nullable().meta({
      description: 'under way, or next; null: not known; counts anew after a person has acted',
    }),
    since: instant.nullable().meta({ description: 'since when the step has been tried, where it is known' }),
    code: z
      .enum(Object.keys(FAILURES) as [FailureCode, ...FailureCode[]])
      .meta({ description: 'how the last attempt failed' }),
    nextAttemptAt: instant.nullable().meta({ description: 'null: due now, or under way' }),
    text: z.string().meta({ description: 'all of that in German' }),
  })
  .meta({ id: 'Tries' });

const attention = z
  .object({
    id: z.string(),
    code: z.enum([...(Object.keys(FAILURES) as FailureCode[]), ...HELD]),
    step,
    since: instant,
    text: z.string().meta({ description: 'what happened, what is safe, what to do next; in German' }),
    actions: z.array(action),
    choices: z.array(z.object({ choice: z.enum(CHOICES), text: z.string() })),
    conflicts: z
      .array(
        z.object({
          field: z.enum([...ANNOUNCEMENT_FIELDS, 'status', ...PERFORMANCE_FIELDS]),
          before: nullableText,
          ours: nullableText,
          now: nullableText,
        }),
      )
      .meta({ description: "where a person's text and ours disagree: as it was, ours, as it is now" }),
    task: task.nullable().meta({ description: 'with person-step: what is to be done in which mask' }),
  })
  .meta({ id: 'Attention' });

/** One entry of the house's to-do list. */
const houseTask = z
  .object({
    id: z.string(),
    text: z.string(),
    contact: z.object({ name: z.string(), phone: z.string() }).nullable(),
    done: z.object({ by: z.string(), at: instant, note: nullableText }).nullable(),
  })
  .meta({ id: 'HouseTask' }) satisfies z.ZodType<ShownTask>;

export const taskList = z.object({ tasks: z.array(houseTask) });

export const approval = z
  .object({
    planHash: z.string(),
    requestedBy: z.string(),
    requestedAt: instant,
    expiresAt: instant,
    changes: z
      .array(z.object({ field: z.enum(PLAN_FIELDS), before: nullableText, now: nullableText }))
      .meta({ description: 'what has changed since the request before, which is void' }),
    decision: z
      .object({
        kind: z.enum(['approved', 'rejected', 'overridden', 'expired']),
        by: z.string(),
        at: instant,
        reason: nullableText,
        arePersons: z.boolean().meta({
          description:
            'both who ordered and who decided logged in themselves; false: two accesses, nobody knows of whom',
        }),
      })
      .nullable()
      .meta({ description: 'null: nobody has decided yet' }),
  })
  .meta({ id: 'Approval' }) satisfies z.ZodType<Approval>;

const reservedAction = z.object({
  action,
  code: z.enum(['not-allowed', 'own-order', 'person-needed']),
  text: z.string(),
}) satisfies z.ZodType<ReservedAction>;

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
    event: eventSummary.nullable().meta({ description: 'null until the event has been read' }),
    refusal: codedText.nullable(),
    approval: approval.nullable().meta({ description: 'what a second person said; null: nobody was asked' }),
    attention: attention.nullable(),
    warnings: z.array(codedText),
    allowedActions: z
      .array(action)
      .meta({ description: 'what this caller may do now: the last part of the path of each action' }),
    reservedActions: z.array(reservedAction).meta({
      description:
        'what is possible now as well, but not for this caller; each with the code that it would be refused with, and a German sentence that says for whom',
    }),
    tries: tries
      .nullable()
      .meta({ description: 'what fails again and again, or is looked at again and again; null: nothing' }),
    notes: z.array(z.string()).meta({
      description:
        'what the case waits for and until when, or who ended it, why and how far it came; in German',
    }),
    remaining: z.array(z.string()).meta({
      description:
        'what is left to be done by hand after the end; while close-by-hand is possible, what it would leave',
    }),
    tasks: z
      .array(houseTask)
      .nullable()
      .meta({ description: "the house's to-do list; null: a refused case, or one from before it" }),
    byHand: task
      .nullable()
      .meta({ description: 'with confirm-step: how a person does the current step in place of Absage' }),
    contacts: z
      .array(z.object({ name: z.string(), phone: z.string() }))
      .meta({ description: 'whom to call about the open question, as the house has set it' }),
    alertsTo: nullableText.meta({ description: "where the house's mails about the case go" }),
    contactErasedAt: instant.nullable().meta({
      description: 'when the contact of the order was erased, which is missing since; null: it was not',
    }),
    series: z
      .object({ id: z.string(), links: z.object({ self: z.string(), page: z.string() }) })
      .nullable()
      .meta({ description: 'the series that it belongs to; null: it was ordered by itself' }),
    stale: z
      .boolean()
      .meta({ description: 'from the journal: no worker answers, or Temporal no longer keeps the run' }),
    supersededBy: nullableText.meta({
      description: 'the `caseId` of the case of this event that counts now, where it is another one',
    }),
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
}) satisfies z.ZodType<CancellationPage>;

export const listChange = z
  .object({
    cancellations: z.array(listedCancellation).meta({ description: 'the rows that are new or have changed' }),
    gone: z
      .array(listedCancellation.pick({ house: true, eventNumber: true, caseId: true }))
      .meta({ description: 'rows that the first page does not show any more' }),
  })
  .meta({ id: 'ListChange' }) satisfies z.ZodType<ListChange>;

export const openTaskList = z.object({
  cases: z.array(
    z.object({
      house: z.string(),
      eventNumber: z.string(),
      caseId: z.string(),
      links: z.object({ self: z.string(), temporalUi: nullableText, protocol: nullableText }),
      title: z.string(),
      startsAt: instant,
      venue: z.string(),
      tasks: z.array(houseTask).meta({ description: 'those that are not done' }),
    }),
  ),
  series: z
    .array(seriesWithTasks)
    .meta({ description: 'what the performances of a series have in common, said once' }),
}) satisfies z.ZodType<{ cases: CaseWithTasks[]; series: SeriesWithTasks[] }>;

const journalEntry = z
  .object({
    caseId: z.string(),
    house: z.string(),
    eventNumber: z.string(),
    seq: z.int(),
    at: instant,
    actor: z.string().meta({ description: 'the shown name' }),
    actorId: nullableText
      .optional()
      .meta({ description: 'who that was, as it was proven; absent in lines of before' }),
    kind: z.enum(ENTRY_KINDS),
    step,
    operation: z.string(),
    effectKey: z.string(),
    before: z.unknown(),
    after: z.unknown().meta({
      description: 'as it is kept: the contact of an order is sealed, a mail has place-holders for it',
    }),
    outcome: nullableText,
    previousHash: z.string(),
    hash: z
      .string()
      .meta({ description: 'SHA-256 of the canonical JSON of all the other members but signature' }),
    signature: z
      .string()
      .optional()
      .meta({ description: 'Ed25519, of the hash: key id, colon, base64url; absent in lines of before' }),
  })
  .meta({ id: 'JournalEntry' }) satisfies z.ZodType<JournalLine>;

export const journal = z.object({
  entries: z.array(journalEntry),
  verified: z.boolean().meta({ description: 'no line was changed, none is missing' }),
}) satisfies z.ZodType<CaseJournal>;
