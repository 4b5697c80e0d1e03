import { join } from 'node:path';
import { z } from 'zod';
import { HOUSE_KEY, LONGEST_RIGHT_RESERVE_MONTHS } from '../domain/input';
import { MARKER_SEPARATOR } from '../domain/marker';
import type { House } from '../domain/types';
import { readJsonFile } from './json-file';
import { mailbox } from './values';

/** The sample houses of rehearsal, and the example of a houses file. */
const SAMPLE_HOUSES_FILE = join(__dirname, '..', '..', 'houses.sample.json');

const line = z.string().regex(/^[^\p{Cc}\u2028\u2029]*\S[^\p{Cc}\u2028\u2029]*$/u, 'braucht eine Zeile Text');

const HOUSE = z
  .strictObject({
    key: z.string().regex(HOUSE_KEY, 'braucht 2 bis 8 Großbuchstaben oder Ziffern'),
    name: line,
    backend: z.enum(['gateway', 'guided']).default('gateway'),
    marker: z
      .strictObject({
        position: z.enum(['suffix', 'prefix']).default('suffix'),
        separator: z.string().regex(MARKER_SEPARATOR).default(' – '),
      })
      .default({ position: 'suffix', separator: ' – ' }),
    connectOnlineUser: z.string().regex(/^[\x21-\x7e]{1,64}$/),
    rightReserveMonths: z.int().min(1).max(LONGEST_RIGHT_RESERVE_MONTHS).default(6),
    boxOffice: z.strictObject({ name: line, email: mailbox, phone: line }),
    partnerNotice: z.strictObject({
      to: mailbox,
      from: mailbox.optional(),
      cc: z.array(mailbox).max(5).optional(),
    }),
    alerts: z.strictObject({ to: mailbox }),
    company: z.strictObject({ name: line, legalForm: line, seat: line, registerNumber: line, court: line }),
  })
  .transform(({ partnerNotice, ...house }): House => ({
    ...house,
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
