import { isLoopback } from '../domain/loopback';

/** What was taken out of a bundle, by the word that stands in its place. */
export type Concealed = Map<string, number>;

const SECRET = '[Geheimnis]';
const PERSON = '[Kontaktdaten]';
const EMAIL = '[E-Mail-Adresse]';
const PHONE = '[Telefonnummer]';
const ADDRESS = '[IP-Adresse]';

/** Shorter ones would be found in any text. */
const SHORTEST_SECRET = 6;
const SHORTEST_PERSONAL = 3;

const EMAILS = /[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
/** With a prefix of a country, or of a place and then a blank, a stroke or a dash. No times, dates, or parts of ids. */
const PHONES =
  /(?<![\w.:+-])(?:(?:\+|00)[1-9](?:[ ./()-]{0,2}\d){6,14}|\(?0[1-9]\d{0,4}\)?[ /-]{1,2}\d(?:[ ./()-]{0,2}\d){4,11})(?![\w:-])/g;
const ADDRESSES = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/g;

/** Members that hold nothing but how a person is reached. */
const CONTACT_MEMBERS = /^(contact|phone|email)$/;

export interface Known {
  /** Passwords, tokens and keys of this installation. */
  secrets: readonly string[];
  /** Of the person whom the case names: each part of it. */
  personal: readonly string[];
}

/**
 * Takes secrets, e-mail addresses, phone numbers and the contact of the case out of texts and values. What is sealed stays as it is:
 * it tells nothing. Notes in `concealed` what it has taken out.
 */
export function createConcealer({ secrets, personal }: Known, concealed: Concealed) {
  const known = [
    ...secrets.filter((text) => text.length >= SHORTEST_SECRET).map((text) => [text, SECRET] as const),
    ...personal.filter((text) => text.length >= SHORTEST_PERSONAL).map((text) => [text, PERSON] as const),
  ].sort(([one], [other]) => other.length - one.length);

  const take = (word: string) => {
    concealed.set(word, (concealed.get(word) ?? 0) + 1);
    return word;
  };
  const text = (given: string): string =>
    known
      .reduce((rest, [value, word]) => rest.replaceAll(value, () => take(word)), given)
      .replace(EMAILS, () => take(EMAIL))
      .replace(PHONES, () => take(PHONE))
      .replace(ADDRESSES, (address) => (isLoopback(address) ? address : take(ADDRESS)));
  const value = (given: unknown): unknown => {
    if (typeof given === 'string') return text(given);
    if (Array.isArray(given)) return given.map(value);
    if (typeof given !== 'object' || given === null) return given;
    return Object.fromEntries(
      Object.entries(given).map(([name, member]) => [
        text(name),
        CONTACT_MEMBERS.test(name) && !isSealed(member) ? take(PERSON) : value(member),
      ]),
    );
  };
  return { text, value };
}

export type Concealer = ReturnType<typeof createConcealer>;

function isSealed(member: unknown): boolean {
  return member === null || (typeof member === 'object' && 'sealed' in member);
}
