import { domainToASCII } from 'node:url';
import { z } from 'zod';
import type { CancellationStatus } from '../domain/case';
import { isInstant, isLocalDate } from '../domain/clock';
import { EVENT_NUMBER, HOUSE_KEY } from '../domain/input';
import { isMarker, MARKERS } from '../domain/marker';
import { normaliseText, textFault } from '../domain/text';
import type { Order } from '../domain/types';

const LATEST_RIGHT_YEARS = 5;

/** Text as people write it; normalised. */
const text = z
  .string()
  .transform(normaliseText)
  .superRefine((value, context) => {
    const fault = textFault(value);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  })
  .meta({ description: '1 bis 2.000 Zeichen, keine Steuerzeichen' });

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

const rightValidUntil = localDate.refine(
  (date) => Number(date.slice(0, 4)) <= new Date().getFullYear() + LATEST_RIGHT_YEARS,
  `darf höchstens ${LATEST_RIGHT_YEARS} Jahre voraus liegen`,
);

/** One ASCII or IDN mailbox: no list, no display name, no address literal. */
const email = z
  .string()
  .trim()
  .max(254)
  .refine(isMailbox, 'ist keine einzelne E-Mail-Adresse')
  .meta({ format: 'idn-email' });

function isMailbox(address: string): boolean {
  const match = /^([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64})@([^\s@<>(),;:"\\[\]]+)$/.exec(address);
  const domain = domainToASCII(match?.[2] ?? '');
  const isDotted = /^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/i.test(domain);
  return isDotted && !/^\.|\.\.|\.$/.test(match?.[1] ?? '.');
}

export const orderSchema = z.strictObject({
  house,
  eventNumber,
  marker,
  reason: text,
  expected: z.strictObject({ title: text, startsAt: instant }),
  contact: z.strictObject({ name: text, phone: text, email: email.optional() }).optional(),
  rightValidUntil: rightValidUntil.optional(),
  planHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'ist kein planHash')
    .optional(),
  allowPastEvent: z.boolean().optional(),
}) satisfies z.ZodType<Order>;

export const actionSchema = z.strictObject({ reason: text });

export const caseParams = z.object({ house, eventNumber });

export const eventsQuery = z.strictObject({
  house,
  from: localDate.optional(),
  to: localDate.optional(),
  text: z.string().max(200).optional(),
  cursor: z.string().max(200).optional(),
});

const STATES = [
  'checking',
  'running',
  'waiting',
  'needs-attention',
  'awaiting-approval',
  'aborting',
  'aborted',
  'refused',
  'completed',
  'closed-by-hand',
  'interrupted',
] as const satisfies readonly CancellationStatus['state'][];

export const listQuery = z.strictObject({
  house: house.optional(),
  state: z
    .string()
    .refine((value) => (STATES as readonly string[]).includes(value), `kennt nur ${STATES.join(', ')}`)
    .optional(),
  needsAttention: z
    .string()
    .refine((value) => value === 'true' || value === 'false', 'kennt nur true und false')
    .optional(),
  from: localDate.optional(),
  to: localDate.optional(),
  cursor: z.string().max(200).optional(),
});

export const actionHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'braucht 1 bis 255 sichtbare ASCII-Zeichen')
    .optional(),
});
