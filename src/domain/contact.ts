import type { CancellationInput, WrittenInput } from './case';
import { addMonths, germanDate, toInstant, toMs, viennaDate } from './clock';
import { oneLine } from './text';
import type { Contact, House, Instant, Order, SealedContact, WrittenOrder } from './types';

/*
 * Name, phone and e-mail of the person whom Ö-Ticket can call back are personal data that nobody needs for as long as the
 * journal is kept, and lines never change. So a line holds them sealed with a key of its case, and the key can be erased.
 */

/** How long a contact is kept after the end of its case where a house says nothing of it, in months. */
export const RETENTION_MONTHS = 36;

/** What opens the contact of a case, or when that was erased. `null`: no contact of the case was ever sealed. */
export type ContactState = { key: string } | { erasedAt: Instant } | null;

/** Stands in the kept text of a mail where the mail itself names the contact. */
export const CONTACT_PLACES: Required<Contact> = {
  name: '[Name der Kontaktperson]',
  phone: '[Telefon der Kontaktperson]',
  email: '[E-Mail der Kontaktperson]',
};

/** The contact that a mail is composed with to be kept: the same parts, and nothing of the person. */
export function placesOf({ email }: Contact): Contact {
  const { name, phone } = CONTACT_PLACES;
  return { name, phone, ...(email !== undefined && { email: CONTACT_PLACES.email }) };
}

/** The text of a mail as it was sent, from the text that is kept of it. */
export function fillPlaces(text: string, contact: Contact): string {
  const parts = (Object.keys(CONTACT_PLACES) as (keyof Contact)[])
    .map((part) => ({
      // The clerk's own words come before the contact, and may hold anything.
      at: text.lastIndexOf(CONTACT_PLACES[part]),
      place: CONTACT_PLACES[part],
      value: contact[part],
    }))
    .filter((part): part is typeof part & { value: string } => part.value !== undefined && part.at >= 0)
    .sort((a, b) => b.at - a.at);
  return parts.reduce(
    (filled, { at, place, value }) => filled.slice(0, at) + oneLine(value) + filled.slice(at + place.length),
    text,
  );
}

/** The parts of a contact, on one line for people. */
export function contactText(
  contact: { name: string; phone: string; email?: string | null } | undefined,
): string {
  return [contact?.name, contact?.phone, contact?.email].filter(Boolean).join(', ');
}

/** Stands where the contact stood. */
export function erasedText(at: Instant): string {
  return `gelöscht am ${germanDate(viennaDate(at))}`;
}

/** Whether a contact is to be erased: its case has ended, and its time is over or somebody wished it. */
export function isDue(
  { endedAt, wish }: { endedAt: Instant | null; wish: unknown },
  contactMonths: number,
  now: Instant,
): boolean {
  if (endedAt === null) return false;
  return wish !== null || addMonths(viennaDate(endedAt), contactMonths) < viennaDate(now);
}

/** The schedule erases once a day; this is how long it may take that before a person has to look. */
const OVERDUE_AFTER_MS = 48 * 3_600_000;

/** Whether a contact should have been erased by now. */
export function isOverdue(
  { endedAt, wish }: { endedAt: Instant | null; wish: unknown },
  contactMonths: number,
  now: Instant,
): boolean {
  const then = toInstant(toMs(now) - OVERDUE_AFTER_MS);
  return endedAt !== null && toMs(endedAt) < toMs(then) && isDue({ endedAt, wish }, contactMonths, then);
}

/** How many months a house keeps contacts. */
export function retentionOf(houses: ReadonlyMap<string, House>, house: string): number {
  return houses.get(house)?.retention.contactMonths ?? RETENTION_MONTHS;
}

export function isSealed(contact: Contact | SealedContact | undefined): contact is SealedContact {
  return contact !== undefined && 'sealed' in contact;
}

/** An order without a contact that cannot be read any more. */
export function readableOrder({ contact, ...order }: WrittenOrder): Order {
  return contact === undefined || isSealed(contact) ? order : { ...order, contact };
}

export function withoutContact({ contact: _contact, ...order }: Order): Order {
  return order;
}

export function readableInput({ order, ...input }: WrittenInput): CancellationInput {
  return { ...input, order: readableOrder(order) };
}
