import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { addMonths, isInstant, isLocalDate, toInstant, viennaDate } from '../domain/clock';
import {
  actionRow,
  ACTIONS,
  CASE_STATES,
  CONFIRMABLE_STEPS,
  fieldRow,
  STEP_ROWS,
  type Action,
  type ActionDetail,
  type CaseState,
  type ConfirmableStep,
  type FieldKind,
  type FieldValues,
} from '../domain/vocabulary';
import { EVENT_NUMBER, HOUSE_KEY, isCaseId } from '../domain/input';
import { mailboxFault } from '../domain/mailbox';
import { isMarker, MARKERS } from '../domain/marker';
import { actorFault, lineFault, normaliseText, textFault } from '../domain/text';
import { titleAsNamed } from '../domain/visible';
import { LONGEST_SERIES, type SeriesItemOrder, type SeriesOrder } from '../domain/series';
import type { Order } from '../domain/types';

const LATEST_RIGHT_YEARS = 5;
const LONGEST_MASK_TEXT = 10_000;

/** Text as people write it, normalised. */
export const text = z.string().transform(normaliseText).superRefine(refuseFaultyText).meta({
  description: '1 to 2,000 characters after trimming, no control characters; stored in NFC',
  minLength: 1,
});

/** Text on one line; normalised. */
const line = z
  .string()
  .transform(normaliseText)
  .superRefine((value, context) => {
    const fault = lineFault(value);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  })
  .meta({
    description: '1 to 2,000 characters on one line after trimming, no control characters; stored in NFC',
    minLength: 1,
  });

/** Jet's masks take what no text of a caller may hold. */
const expectedTitle = z
  .string()
  .transform(normaliseText)
  .superRefine((value, context) => {
    const fault = lineFault(value);
    const mayBeNamed = fault && lineFault(titleAsNamed(value)) === null;
    const message = mayBeNamed ? `${fault}: bitte so angeben, wie die Suche ihn unter expected nennt` : fault;
    if (message) context.addIssue({ code: 'custom', message });
  })
  .meta({
    description:
      'as `expected` of the event says: on one line, and what would be refused by its number, such as [U+0007]',
    minLength: 1,
  });

function refuseFaultyText(value: string, context: z.RefinementCtx<string>): void {
  const fault = textFault(value);
  if (fault) context.addIssue({ code: 'custom', message: fault });
}

const marker = z
  .string()
  .refine(isMarker, {
    error: ({ input }) =>
      /^VER(SCHOBEN|LEGT)$/i.test(String(input))
        ? 'Verschieben und Verlegen sind ein anderes Verfahren: hier gibt es nur ENTFÄLLT und ABGESAGT'
        : 'kennt nur ENTFÄLLT und ABGESAGT',
  })
  .transform((value) => value as Order['marker'])
  .meta({ enum: [...MARKERS] });

const house = z.string().regex(HOUSE_KEY, 'ist kein Hauskürzel').meta({ example: 'FSP' });
const eventNumber = z
  .string()
  .regex(EVENT_NUMBER, 'ist keine Veranstaltungsnummer')
  .meta({ example: '104233' });
const instant = z
  .string()
  .refine(isInstant, 'braucht einen Zeitpunkt mit Zeitzone, den es gibt, z. B. 2026-12-12T19:30:00+01:00')
  .meta({ format: 'date-time' });

const localDate = z.string().refine(isLocalDate, 'ist kein Datum, das es gibt').meta({ format: 'date' });

const rightValidUntil = localDate
  .refine((date) => date >= viennaDate(toInstant(Date.now())), 'darf nicht in der Vergangenheit liegen')
  .refine(
    (date) => date <= addMonths(viennaDate(toInstant(Date.now())), 12 * LATEST_RIGHT_YEARS),
    `darf höchstens ${LATEST_RIGHT_YEARS} Jahre voraus liegen`,
  );

/** One ASCII or IDN mailbox: no list, no display name, no address literal. */
const email = z
  .string()
  .trim()
  .max(254)
  .superRefine((address, context) => {
    const fault = mailboxFault(address);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  })
  .meta({ format: 'idn-email' });

/** The content of a field of a mask: taken as it is, unless a mask could not hold it. */
const maskText = z
  .string()
  .max(LONGEST_MASK_TEXT, 'ist zu lang')
  .refine((value) => !/\0|\p{Surrogate}/u.test(value), 'enthält ein Zeichen, das in keiner Maske steht');
const unusedMaskText = maskText.nullable();

const seen = z
  .strictObject({
    // The order expects this title, so the rules for all other texts apply to it.
    title: maskText
      .superRefine((value, context) => refuseFaultyText(normaliseText(value), context))
      .meta({ minLength: 1 }),
    customerTitle: unusedMaskText,
    externalMemo: unusedMaskText,
    status: maskText.min(1, 'darf nicht leer sein'),
    startsAt: instant,
    venue: maskText,
    location: maskText,
    organiser: maskText,
    production: unusedMaskText.optional(),
  })
  .meta({ description: 'what stands in the mask, for a house without a gateway' });

interface Known {
  expected?: Order['expected'];
  seen?: Order['seen'];
}

/** The clerk expects what they saw in the mask: an order carries one of the two. */
function withExpected<O extends Known>(
  { expected, ...order }: O,
  context: z.RefinementCtx,
): Omit<O, 'expected'> & Pick<Order, 'expected'> {
  const { seen: mask } = order as Known;
  const known = mask ? { title: normaliseText(mask.title), startsAt: mask.startsAt } : expected;
  if (known && !(mask && expected)) return { ...order, expected: known };
  const [path, message] = known ? ['seen', 'schließt expected aus'] : ['expected', 'fehlt'];
  context.addIssue({ code: 'invalid_type', expected: 'object', path: [path], message, input: undefined });
  return z.NEVER;
}

const contact = z.strictObject({ name: line, phone: line, email: email.optional() });
const expected = z.strictObject({ title: expectedTitle, startsAt: instant });
const planHash = z.string().regex(/^[0-9a-f]{64}$/, 'ist kein planHash');

export const orderSchema = z
  .strictObject({
    house,
    eventNumber,
    marker,
    reason: text,
    expected: expected
      .meta({ description: 'what the caller believes the event to be, for a house with a gateway' })
      .optional(),
    seen: seen.optional(),
    contact: contact.optional(),
    rightValidUntil: rightValidUntil.optional(),
    planHash: planHash.optional(),
    allowPastEvent: z.boolean().optional(),
  })
  .transform((order, context): Order => withExpected(order, context))
  .meta({ id: 'Order' }) satisfies z.ZodType<Order>;

const readBackFields = {
  text: maskText,
  'optional-text': unusedMaskText.default(null),
  'optional-lines': unusedMaskText.default(null),
  status: maskText,
  day: localDate,
  instant,
  'optional-instant': instant.optional(),
} satisfies { [K in FieldKind]: z.ZodType<FieldValues[K]> };

const plainAction = z.strictObject({
  reason: text,
  caseId: z
    .string()
    .refine(isCaseId, 'ist keine Kennung einer Absage')
    .meta({ format: 'uuid', description: 'the case that was seen: where the event has another one now, 409' })
    .optional(),
});

function confirmationOf(step: ConfirmableStep) {
  const fields = STEP_ROWS[step].readBack.map((field) => [field, readBackFields[fieldRow(field).kind]]);
  const readBack = z.strictObject(Object.fromEntries(fields) as Record<string, z.ZodType>);
  return plainAction.extend({ step: z.literal(step), readBack });
}

type Confirmation = ReturnType<typeof confirmationOf>;
const confirmation = z.discriminatedUnion(
  'step',
  CONFIRMABLE_STEPS.map(confirmationOf) as [Confirmation, ...Confirmation[]],
);

/** The reason of whoever approves a case without giving one. */
const APPROVED = 'Freigegeben.';

const actionDetails = {
  planHash: z.string().max(100),
  savedAt: instant,
  titlesVisibleAtPartner: z.boolean().optional(),
  attentionId: z.string().max(100),
  choice: z.string().max(100),
} satisfies Record<Exclude<ActionDetail, 'readBack'>, z.ZodType>;

function bodyOf(action: Action): z.ZodType<{ reason: string; caseId?: string }> {
  const { steps, details } = actionRow(action);
  const named = details.filter((detail) => detail !== 'readBack');
  // What is read back depends on the step.
  if (named.length < details.length) return confirmation;
  return plainAction.extend({
    ...(steps && { step: z.enum(steps) }),
    ...Object.fromEntries(named.map((detail) => [detail, actionDetails[detail]])),
    // Whoever says yes has nothing to explain.
    reason: action === 'approve' ? plainAction.shape.reason.default(APPROVED) : plainAction.shape.reason,
  });
}

/** The request body of each action, as its row says. */
export const actionBodies = Object.fromEntries(ACTIONS.map((action) => [action, bodyOf(action)])) as Record<
  Action,
  ReturnType<typeof bodyOf>
>;

export const tickBody = z
  .strictObject({ done: z.boolean(), note: text.optional() })
  .meta({ description: 'with a note: what was answered, or who was told' });

export const seriesTickBody = z
  .strictObject({
    done: z.boolean(),
    note: text.optional(),
    house: house.optional().meta({ description: 'needed where several houses of the series have it' }),
    eventNumbers: z
      .array(eventNumber)
      .min(1)
      .max(LONGEST_SERIES)
      .optional()
      .meta({ description: 'only these; without them all of the house, also those that begin later' }),
  })
  .meta({ description: 'with a note: what was answered, or who was told' });

export const openTasksQuery = z.strictObject({ house: house.optional() });

export const caseParams = z.object({ house, eventNumber });

/** Any other id is answered like one that the list does not have. */
const taskId = z.string().max(100);

export const caseTaskParams = caseParams.extend({ task: taskId });

/** An id of any form that is none is answered like one that is not known. */
export const caseIdParams = z.object({ caseId: z.string().meta({ format: 'uuid' }) });

export const caseIdTaskParams = caseIdParams.extend({ task: taskId });

const cursor = z
  .string()
  .regex(/^[\x21-\x7e]{1,1000}$/, 'ist unbekannt')
  .meta({ description: '`nextCursor` of the page before' });

/** Days in Vienna, inclusive. */
const period = { from: localDate.optional(), to: localDate.optional() };
const isInOrder = ({ from, to }: { from?: string; to?: string }) => !from || !to || from <= to;
const outOfOrder = { path: ['to'], error: 'liegt vor from' };

export const eventsQuery = z
  .strictObject({
    house,
    ...period,
    text: z
      .string()
      .max(200)
      .transform(normaliseText)
      .superRefine((value, context) => void (value && refuseFaultyText(value, context)))
      .optional(),
    cursor: cursor.optional(),
  })
  .refine(isInOrder, outOfOrder);

/** `state=waiting&state=running` or `state=waiting,running`. */
const states = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z
    .array(z.string())
    .transform((values) => values.flatMap((value) => value.split(',')))
    .refine((values) => values.every(isState), `kennt nur ${CASE_STATES.join(', ')}`)
    .transform((values) => values as CaseState[])
    .meta({
      description: 'one or several, repeated or with commas',
      type: 'array',
      items: { type: 'string', enum: [...CASE_STATES] },
    }),
);

function isState(value: string): boolean {
  return (CASE_STATES as readonly string[]).includes(value);
}

const listFilter = z.strictObject({
  house: house.optional(),
  state: states.optional(),
  needsAttention: z
    .string()
    .refine((value) => value === 'true' || value === 'false', 'kennt nur true und false')
    .meta({ enum: ['true', 'false'] })
    .optional(),
  ...period,
});

export const listStreamQuery = listFilter.refine(isInOrder, outOfOrder);

export const listQuery = listFilter.extend({ cursor: cursor.optional() }).refine(isInOrder, outOfOrder);

/** Node decodes the bytes of a header as Latin-1, but clients send people's names in UTF-8. */
const actor = z
  .string()
  .transform((header, context) => {
    const bytes = Buffer.from(header, 'latin1');
    if (isUtf8(bytes)) return normaliseText(bytes.toString('utf8'));
    context.addIssue({ code: 'custom', message: 'ist kein UTF-8' });
    return z.NEVER;
  })
  .superRefine((name, context) => {
    const fault = actorFault(name);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  })
  .meta({ description: 'who acts, in UTF-8; in rehearsal it is written down as said', minLength: 1 });

export const callerHeaders = z.object({ 'x-absage-actor': actor.optional() });

export const actionHeaders = callerHeaders.extend({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'braucht 1 bis 255 sichtbare ASCII-Zeichen')
    .meta({
      description:
        'the same key again: the same answer, and nothing is done twice, however long ago. It belongs to the caller, ' +
        'the case and the body: with something else of the same event it is `key-reused`',
    })
    .optional(),
});

/** One performance of a series that is ordered. */
export const seriesItem = z
  .strictObject({
    house,
    eventNumber,
    expected: expected.optional(),
    seen: seen.optional(),
  })
  .transform((item, context): SeriesItemOrder => withExpected(item, context));

export const seriesOrderSchema = z
  .strictObject({
    title: line,
    marker,
    reason: text,
    contact: contact.optional(),
    rightValidUntil: rightValidUntil.optional(),
    allowPastEvent: z.boolean().optional(),
    planHash: planHash
      .meta({ description: 'of the plan that was looked at: exactly that, or nothing begins' })
      .optional(),
    items: z
      .array(seriesItem)
      .min(1, 'braucht mindestens eine Vorstellung')
      .max(LONGEST_SERIES, `hat höchstens ${LONGEST_SERIES} Vorstellungen`)
      .superRefine((items, context) => {
        const numbers = new Set<string>();
        for (const [index, item] of items.entries()) {
          const key = `${item.house} ${item.eventNumber}`;
          if (numbers.has(key))
            context.addIssue({ code: 'custom', path: [index, 'eventNumber'], message: 'kommt zweimal vor' });
          numbers.add(key);
        }
      }),
  })
  .meta({ id: 'SeriesOrder' }) satisfies z.ZodType<SeriesOrder>;

const seriesItemRef = z.strictObject({ house, eventNumber });

/** The bodies of the actions on a series, by address. */
export const seriesBodies = {
  pause: z.strictObject({ reason: text }),
  continue: z.strictObject({ reason: text }),
  abort: z.strictObject({ reason: text }),
  resume: z.strictObject({ reason: text }),
  skip: z.strictObject({ reason: text, items: z.array(seriesItemRef).min(1).max(LONGEST_SERIES) }),
  retry: z.strictObject({
    reason: text,
    items: z.array(seriesItemRef).min(1).max(LONGEST_SERIES).optional(),
  }),
  decide: z.strictObject({
    reason: text,
    notice: z.strictObject({ house, number: z.int().min(1) }),
    choice: z.enum(['treat-as-sent', 'send-again']),
  }),
  // Whoever says yes has nothing to explain.
  approve: z.strictObject({ reason: text.default(APPROVED), house, planHash: actionDetails.planHash }),
  reject: z.strictObject({ reason: text, house }),
  override: z.strictObject({ reason: text, house }),
} as const;

export const seriesParams = z.object({ seriesId: z.string().meta({ format: 'uuid' }) });
export const seriesApprovalParams = seriesParams.extend({ house, number: z.coerce.number().int().min(1) });
export const seriesTaskParams = seriesParams.extend({ task: taskId });
export const seriesPlanParams = z.object({ planId: z.string().meta({ format: 'uuid' }) });
export const seriesListQuery = z.strictObject({ cursor: instant.optional() });
