import { join } from 'node:path';
import { z } from 'zod';
import { RETENTION_MONTHS } from '../domain/contact';
import { isReservedTaskId } from '../domain/house-tasks';
import { HOUSE_KEY, LONGEST_RIGHT_RESERVE_MONTHS } from '../domain/input';
import { MARKER_SEPARATOR } from '../domain/marker';
import { lineFault, normaliseText } from '../domain/text';
import type { House } from '../domain/types';
import { readJsonFile } from './json-file';
import { duration, mailbox, UNITS } from './values';

/** The sample houses of rehearsal, and the example of a houses file. */
const SAMPLE_HOUSES_FILE = join(__dirname, '..', '..', 'houses.sample.json');

const LONGEST_USER = 64;
const LONGEST_RETENTION_MONTHS = 120;

/** Text on one line; normalised. */
const line = (longest?: number) =>
  z
    .string()
    .transform(normaliseText)
    .superRefine((text, context) => {
      const fault = lineFault(text, longest);
      if (fault) context.addIssue(fault);
    });
const text = line();

const APPROVAL_EXPIRES_MS = 4 * UNITS.h;
const MOST_APPROVERS = 20;

const LONGEST_TASK = 300;
const MOST_TASKS = 20;

/** Room for the marker and a few letters of the title. */
const SHORTEST_TITLE = 24;
const LONGEST_MASK = 10_000;
const titleLimit = z.int().min(SHORTEST_TITLE).max(LONGEST_MASK);

/** How much the masks of Jet hold. Most installations have as much room in one title as in the other. */
const maskLimits = z
  .strictObject({
    title: titleLimit,
    customerTitle: titleLimit.optional(),
    externalMemo: z.int().min(1).max(LONGEST_MASK),
  })
  .transform(({ title, customerTitle = title, externalMemo }) => ({ title, customerTitle, externalMemo }));

const contact = z.strictObject({ name: line(100), phone: line(50) });

/** An entry of the house's to-do list; with an id of ours it takes the place of that one. */
const houseTask = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,39}$/, 'braucht 2 bis 40 Kleinbuchstaben, Ziffern oder Bindestriche')
    .refine((id) => !isReservedTaskId(id), 'gehört Absage'),
  text: line(LONGEST_TASK),
  contact: contact.nullable().default(null),
});

const HOUSE = z
  .strictObject({
    key: z.string().regex(HOUSE_KEY, 'braucht 2 bis 8 Großbuchstaben oder Ziffern'),
    name: text,
    backend: z.enum(['gateway', 'guided']).default('gateway'),
    marker: z
      .strictObject({
        position: z.enum(['suffix', 'prefix']).default('suffix'),
        separator: z
          .string()
          .regex(
            MARKER_SEPARATOR,
            'braucht 1 bis 8 Zeichen, darunter keine Buchstaben, Ziffern und Steuerzeichen, z. B. " – "',
          )
          .default(' – '),
      })
      .default({ position: 'suffix', separator: ' – ' }),
    connectOnlineUser: line(LONGEST_USER),
    maskLimits: maskLimits.nullable().default(null),
    rightReserveMonths: z.int().min(1).max(LONGEST_RIGHT_RESERVE_MONTHS).default(6),
    boxOffice: z.strictObject({ name: text, email: mailbox, phone: text }),
    partnerNotice: z.strictObject({
      to: mailbox,
      from: mailbox.optional(),
      cc: z.array(mailbox).max(5).optional(),
    }),
    alerts: z.strictObject({ to: mailbox }),
    approval: z
      .strictObject({
        needed: z.enum(['never', 'always', 'series'], 'kennt nur never, always und series').default('never'),
        expires: duration.default(APPROVAL_EXPIRES_MS),
        to: z.array(mailbox).max(MOST_APPROVERS).default([]),
      })
      .default({ needed: 'never', expires: APPROVAL_EXPIRES_MS, to: [] }),
    retention: z
      .strictObject({ contactMonths: z.int().min(1).max(LONGEST_RETENTION_MONTHS).default(RETENTION_MONTHS) })
      .default({ contactMonths: RETENTION_MONTHS }),
    contacts: z
      .strictObject({
        partner: contact.nullable().default(null),
        ticketingTeam: contact.nullable().default(null),
      })
      .default({ partner: null, ticketingTeam: null }),
    tasks: z
      .array(houseTask)
      .max(MOST_TASKS)
      .refine(
        (tasks) => new Set(tasks.map(({ id }) => id)).size === tasks.length,
        'eine id kommt zweimal vor',
      )
      .default([]),
    company: z.strictObject({ name: text, legalForm: text, seat: text, registerNumber: text, court: text }),
  })
  .refine(({ backend, maskLimits }) => backend === 'guided' || maskLimits === null, {
    path: ['maskLimits'],
    error:
      'gibt es nur bei einem Haus ohne Gateway ("backend": "guided"): sonst sagt das Gateway, wie viel Platz ist',
  })
  .transform(({ partnerNotice, approval: { expires, ...approval }, ...house }): House => ({
    ...house,
    approval: { ...approval, expiresMs: expires },
    partnerNotice: {
      to: partnerNotice.to,
      from: partnerNotice.from ?? house.boxOffice.email,
      cc: partnerNotice.cc ?? [house.boxOffice.email],
    },
  }));

const HOUSES_FILE = z
  .strictObject({ houses: z.array(HOUSE).min(1) })
  .refine(
    ({ houses }) => new Set(houses.map((house) => house.key)).size === houses.length,
    'ein key kommt zweimal vor',
  );

/** The houses by key. Throws a `ConfigError` that lists every fault of the file. */
export function loadHouses(housesFile: string | null): ReadonlyMap<string, House> {
  const { houses } = readJsonFile(housesFile ?? SAMPLE_HOUSES_FILE, HOUSES_FILE);
  return new Map(houses.map((house) => [house.key, house]));
}
