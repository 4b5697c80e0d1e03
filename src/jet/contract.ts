import { z } from 'zod';

/*
 * The wire contract of the Jet gateway, for both ends. Replies are read leniently (additional fields are fine).
 * Requests are strict: a field that the contract does not name is refused, a status above all.
 */

/** ISO 8601 with offset; the gateway adds milliseconds. */
const wireInstant = z.iso.datetime({ offset: true });

/** A calendar day in Europe/Vienna that exists. */
export const wireDate = z.iso.date();

export const EVENT_NUMBER_PATTERN = /^[1-9][0-9]{0,9}$/;

/** Opaque, but it must fit between the double quotes of an If-Match header and into an Idempotency-Key. */
const VERSION_PATTERN = /^[\x21\x23-\x7e]{1,128}$/;

export const wireEvent = z.object({
  eventNumber: z.string().regex(EVENT_NUMBER_PATTERN).describe('Nummer of the Veranstaltung'),
  house: z.string().describe('Hauskürzel'),
  title: z.string().describe('Titel'),
  customerTitle: z.string().nullable().describe('Titel (Kundensicht); null or empty: not used'),
  externalMemo: z.string().nullable().describe('Externer Memotext; null or empty: not used'),
  status: z
    .string()
    .describe('the raw word of the mask: Verkaufsfreigabe, Bereitstellung, Abschluss, Storno, or another'),
  startsAt: wireInstant,
  venue: z.string().describe('Saal'),
  location: z.string().describe('Ort'),
  organiser: z.string().describe('Veranstalter'),
  production: z.string().nullable().describe('Produktion'),
  soldViaPartner: z.boolean().describe('has an Ö-Ticket Verkaufsart'),
  limits: z
    .object({
      title: z.int().min(0),
      customerTitle: z.int().min(0),
      externalMemo: z.int().min(0),
    })
    .describe('longest value of each field, in UTF-16 code units'),
  version: z
    .string()
    .regex(VERSION_PATTERN)
    .describe('opaque; another one after every save, and never the same again'),
  savedAt: wireInstant.describe("the last save, on the gateway's clock"),
  readAt: wireInstant.describe("this very read, on the gateway's clock"),
});

/** The most events that a page may have. */
const HIGHEST_LIMIT = 100;

export const wireEventPage = z.object({
  // The events are counted before any of them is parsed: a reply of the allowed size can hold a million empty ones.
  events: z.array(z.unknown()).max(HIGHEST_LIMIT).pipe(z.array(wireEvent)),
  nextCursor: z.string().nullish(),
});

export const wireHealth = z.object({
  ok: z.boolean(),
  readAt: wireInstant.describe("now, on the gateway's clock"),
  simulator: z
    .boolean()
    .optional()
    .describe('true only where nothing real is behind it: never in a gateway of yours'),
});

export const wireChannelInfo = z.object({
  eventNumber: z.string(),
  status: z.string().describe('the raw word that Connect Online shows'),
  title: z.string().nullable().describe('as Connect Online shows it; null where it does not'),
  transferredAt: wireInstant
    .nullable()
    .describe('when this row was last transferred, or its content last changed; null where it is not shown'),
  readAt: wireInstant,
});

export const wireRight = z.object({
  user: z.string(),
  eventNumber: z.string(),
  validFrom: wireDate.nullable().describe('null: without a beginning'),
  validUntil: wireDate.nullable().describe('inclusive, in Vienna; null: without an end'),
});

/** The body of `PUT …/announcement`. */
export const announcementRequest = z.strictObject({
  title: z.string().min(1),
  customerTitle: z.string().nullable().describe('null empties the field'),
  externalMemo: z.string().nullable().describe('null empties the field'),
});

/** The body of `PUT …/extended-cancellation-rights/…`. Both days inclusive. */
export const rightRequest = z.strictObject({ validFrom: wireDate, validUntil: wireDate });

/** Every refusal of a gateway, with its HTTP status. */
export const PROBLEM_STATUS = {
  'event-not-found': 404,
  'not-in-connect-online': 404,
  'right-not-found': 404,
  'user-not-found': 404,
  'status-not-cancellable': 409,
  'version-conflict': 412,
  'value-rejected': 422,
  'version-required': 428,
  unauthorized: 401,
  forbidden: 403,
  'too-many-requests': 429,
  maintenance: 503,
  internal: 500,
} as const;

export type ProblemCode = keyof typeof PROBLEM_STATUS;

export const wireProblem = z.object({
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  field: z.string().optional().describe('with value-rejected: which one'),
  current: z.string().optional().describe('with status-not-cancellable: the raw word of the mask'),
});

export type WireEvent = z.output<typeof wireEvent>;
export type WireRight = z.output<typeof wireRight>;
export type WireProblem = z.output<typeof wireProblem>;
export type RightRequest = z.output<typeof rightRequest>;
