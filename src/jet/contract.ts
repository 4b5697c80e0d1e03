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
  eventNumber: z.string().regex(EVENT_NUMBER_PATTERN),
  house: z.string(),
  title: z.string(),
  customerTitle: z.string().nullable(),
  externalMemo: z.string().nullable(),
  /** The raw word of the mask. */
  status: z.string(),
  startsAt: wireInstant,
  venue: z.string(),
  location: z.string(),
  organiser: z.string(),
  production: z.string().nullable(),
  soldViaPartner: z.boolean(),
  /** In UTF-16 code units. */
  limits: z.object({
    title: z.int().min(0),
    customerTitle: z.int().min(0),
    externalMemo: z.int().min(0),
  }),
  version: z.string().regex(VERSION_PATTERN),
  savedAt: wireInstant,
  readAt: wireInstant,
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
  readAt: wireInstant,
  simulator: z.boolean().optional(),
});

export const wireChannelInfo = z.object({
  eventNumber: z.string(),
  status: z.string(),
  title: z.string().nullable(),
  transferredAt: wireInstant.nullable(),
  readAt: wireInstant,
});

export const wireRight = z.object({
  user: z.string(),
  eventNumber: z.string(),
  validFrom: wireDate.nullable(),
  validUntil: wireDate.nullable(),
});

/** The body of `PUT …/announcement`. */
export const announcementRequest = z.strictObject({
  title: z.string().min(1),
  customerTitle: z.string().nullable(),
  externalMemo: z.string().nullable(),
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
  /** Present with `value-rejected`. */
  field: z.string().optional(),
  /** The raw word of the mask. Present with `status-not-cancellable`. */
  current: z.string().optional(),
});

export type WireEvent = z.output<typeof wireEvent>;
export type WireRight = z.output<typeof wireRight>;
export type WireProblem = z.output<typeof wireProblem>;
export type RightRequest = z.output<typeof rightRequest>;
