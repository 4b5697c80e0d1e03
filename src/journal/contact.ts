import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { fillPlaces, isSealed, type ContactState } from '../domain/contact';
import type { EntryOf, JournalEntry } from '../domain/journal';
import type { WrittenNotice } from '../domain/line-content';
import { KnownFailure } from '../domain/failures';
import { readLines } from '../domain/lines';
import type { SeriesLineOf } from '../domain/series-lines';
import type { Contact, SealedContact } from '../domain/types';
import type { Journal } from './port';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** Random: a key seals one value for each line that holds the contact. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The length of what is sealed tells nothing of a name: it is filled up to a multiple of this, in bytes. */
const PADDED_TO = 256;

/** A new key for the contact of one case, in base64url. */
export function newContactKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

export function sealContact(key: string, caseId: string, contact: Contact): SealedContact {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, derive(key, 'seal'), iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(associated(caseId));
  const text = JSON.stringify(contact);
  const length = Buffer.byteLength(text);
  const padded = text + ' '.repeat(Math.ceil(length / PADDED_TO) * PADDED_TO - length);
  const sealed = Buffer.concat([iv, cipher.update(padded, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { sealed: sealed.toString('base64url') };
}

/** `null`: this key does not open it, because it is another case's, or the line was changed. */
function unseal(key: string, caseId: string, { sealed }: SealedContact): Contact | null {
  try {
    const bytes = Buffer.from(sealed, 'base64url');
    const iv = bytes.subarray(0, IV_BYTES);
    const decipher = createDecipheriv(CIPHER, derive(key, 'seal'), iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(associated(caseId));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    return JSON.parse(text.toString('utf8')) as Contact;
  } catch {
    return null;
  }
}

/**
 * The contact that a series names, and the key that what is kept of it is sealed with. `null`: it names none. Fails where the key is
 * not there, or opens it no more.
 */
export async function contactOfSeries(
  journal: Pick<Journal, 'contact'>,
  { caseId, after: { contact } }: SeriesLineOf<'order-series'>,
): Promise<{ contact: Contact; key: string } | null> {
  if (contact === undefined) return null;
  const state = await journal.contact(caseId);
  const key = state !== null && 'key' in state ? state.key : null;
  const opened = key !== null && isSealed(contact) ? unseal(key, caseId, contact) : null;
  if (key === null || opened === null)
    throw new KnownFailure('journal-behind', 'the key of the contact is not there');
  return { contact: opened, key };
}

/** What is kept of a mail that names the contact: without the key nobody can tell whether a guess is right. */
export function hashText(key: string, text: string): string {
  return createHmac('sha256', derive(key, 'text')).update(text, 'utf8').digest('hex');
}

/** Each use has a key of its own. */
function derive(key: string, use: 'seal' | 'text'): Buffer {
  return Buffer.from(
    hkdfSync('sha256', Buffer.from(key, 'base64url'), '', `absage/contact/${use}`, KEY_BYTES),
  );
}

/** What an authentication tag covers beside the content: so the contact of one case cannot be put into another one. */
function associated(caseId: string): Buffer {
  return Buffer.from(`absage/contact\n${caseId}\norder.contact`);
}

/** What opens the contact in these lines; asks for nothing where none is sealed. */
export async function contactOf(
  journal: Pick<Journal, 'contact'>,
  entries: readonly JournalEntry[],
): Promise<ContactState> {
  const lines = readLines(entries);
  return lines && isSealed(lines.input.order.contact) ? journal.contact(lines.first.caseId) : null;
}

/**
 * Whether the lines hold a contact that is neither erased nor opened by its key: then somebody has taken the key away, or
 * put another one in its place. Anything may stand where its state is expected.
 */
export function isContactLost(entries: readonly JournalEntry[], state: unknown): boolean {
  if (!isSealed(readLines(entries)?.input.order.contact)) return false;
  const { key, erasedAt } = (state ?? {}) as { key?: string; erasedAt?: unknown };
  return erasedAt === undefined && (key === undefined || openFirst(entries, key) === null);
}

/**
 * The lines with the contact wherever its key opens it, for people and for mails. Their hashes stay those of the lines as
 * they are kept: whoever checks a chain or hands lines on takes these.
 */
export function openContact(entries: readonly JournalEntry[], state: ContactState): JournalEntry[] {
  const contact = state !== null && 'key' in state ? openFirst(entries, state.key) : null;
  return entries.map((entry) => (contact ? opened(entry, contact, state as { key: string }) : entry));
}

function openFirst(entries: readonly JournalEntry[], key: string): Contact | null {
  const lines = readLines(entries);
  const contact = lines?.input.order.contact;
  return lines && isSealed(contact) ? unseal(key, lines.first.caseId, contact) : null;
}

function opened(entry: JournalEntry, contact: Contact, { key }: { key: string }): JournalEntry {
  if (entry.operation === 'check') return withContact(entry, contact);
  if (entry.operation !== 'send-partner-notice' || entry.kind !== 'intent') return entry;
  return { ...entry, after: withText(entry.after, contact, key) };
}

/** A line with another contact in its order. */
export function withContact<E extends EntryOf<'check'>>(entry: E, contact: Contact | SealedContact): E {
  const { input } = entry.after;
  return {
    ...entry,
    after: { ...entry.after, input: { ...input, order: { ...input.order, contact } } },
  };
}

/** Only the very text that was sent is shown as that. */
function withText(notice: WrittenNotice, contact: Contact, key: string): WrittenNotice {
  const text = fillPlaces(notice.text, contact);
  return notice.textHash === hashText(key, text) ? { ...notice, text } : notice;
}
