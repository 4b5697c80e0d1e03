import { isIP } from 'node:net';
import { z } from 'zod';
import { mailboxFault } from '../domain/mailbox';
import { parseUrl } from '../domain/url';
import { readGreetingName, readSmtpUrl } from './smtp';

export const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const LONGEST_DURATION_MS = 24 * UNITS.h;

/** `15m`, in milliseconds. */
export const duration = z.string().transform((text, context) => {
  const match = /^([0-9]{1,9})(ms|s|m|h)$/.exec(text);
  const durationMs = match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : 0;
  if (durationMs > 0 && durationMs <= LONGEST_DURATION_MS) return durationMs;
  context.addIssue('braucht eine Dauer größer null mit Einheit (ms, s, m, h), höchstens 24h, z. B. 15m');
  return z.NEVER;
});

export const wholeNumber = (minimum: number, maximum: number) =>
  z.string().transform((text, context) => {
    const number = /^[0-9]{1,9}$/.test(text) ? Number(text) : NaN;
    if (number >= minimum && number <= maximum) return number;
    context.addIssue(`braucht eine ganze Zahl von ${minimum} bis ${maximum}`);
    return z.NEVER;
  });

export const port = wholeNumber(1, 65_535);

/** An address with one of the protocols, each given with its colon. */
export const url = (...protocols: string[]) =>
  z.string().refine(
    (text) => protocols.includes(parseUrl(text)?.protocol ?? ''),
    // What comes after this check parses the address.
    {
      abort: true,
      error: `braucht eine Adresse, die mit ${protocols.map((protocol) => `${protocol}//`).join(' oder ')} beginnt`,
    },
  );

const POSTGRES_FORM =
  'braucht die Form postgres://rolle:passwort@rechner:5432/datenbank, Passwort, Port und ?sslrootcert=DATEI nach Bedarf, sonst nichts';
const DATABASE_PARAMETERS = ['sslmode', 'sslrootcert'];

function isPostgresUrl(text: string): boolean {
  const { hostname, username, pathname, hash, searchParams } = new URL(text);
  return (
    hostname !== '' &&
    username !== '' &&
    pathname.length > 1 &&
    hash === '' &&
    [...searchParams.keys()].every((name) => DATABASE_PARAMETERS.includes(name)) &&
    // Anything less would believe whoever answers.
    (searchParams.get('sslmode') ?? 'verify-full') === 'verify-full'
  );
}

/** A database in PostgreSQL. Beyond this machine it is encrypted and its name proven, so that nothing else can be asked for. */
export const postgresUrl = url('postgres:', 'postgresql:').refine(isPostgresUrl, POSTGRES_FORM);

/** A file, or a database in PostgreSQL. */
export const databaseUrl = url('file:', 'postgres:', 'postgresql:').refine(
  (text) => text.startsWith('file:') || postgresUrl.safeParse(text).success,
  POSTGRES_FORM,
);

/** The address of a mail server, read into what the mail room and the doctor connect with. */
export const smtpUrl = url('smtp:', 'smtps:').transform((text, context) => {
  try {
    return readSmtpUrl(text);
  } catch {
    context.addIssue(
      'braucht die Form smtp://benutzer:passwort@rechner:587, Benutzer und Passwort nach Bedarf, sonst nichts',
    );
    return z.NEVER;
  }
});

/** Without user and password: it is shown to people, and the token has its own setting. */
export const baseUrl = url('http:', 'https:').refine((text) => {
  const { username, password, search, hash } = new URL(text);
  return `${username}${password}${search}${hash}` === '';
}, 'braucht eine Adresse ohne Zugangsdaten, Abfrage und Sprungmarke');

/** Scheme and host: everything that the console serves lies at the root. */
export const origin = baseUrl.refine(
  (text) => new URL(text).pathname === '/',
  'braucht eine Adresse ohne Pfad: unter einem Pfad ist die Konsole nicht erreichbar',
);

/** Whom to tell of a weakness; on one line, as it stands in `security.txt`. */
export const contactUri = z
  .string()
  .regex(
    /^(https:\/\/[\x21-\x7e]+|mailto:[\x21-\x7e]+@[\x21-\x7e]+|tel:\+?[0-9-]+)$/,
    'braucht eine Adresse wie mailto:sicherheit@haus.example oder https://…',
  );

/** Names one build of the worker, in Temporal and on the command line. */
export const buildId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    'braucht einen Namen aus Buchstaben, Ziffern, Punkt und Strich, z. B. 1.4.0',
  );

/** Addresses or networks, divided by commas: `192.0.2.7, 10.0.0.0/8`. */
export const addresses = z.string().transform((text, context) => {
  const list = text.split(',').map((part) => part.trim());
  const isAddress = (part: string) => {
    const [ip = '', bits, ...rest] = part.split('/');
    const longest = isIP(ip) === 4 ? 32 : 128;
    return (
      isIP(ip) > 0 &&
      rest.length === 0 &&
      (bits === undefined || (/^\d{1,3}$/.test(bits) && +bits <= longest))
    );
  };
  if (list.every(isAddress)) return list;
  context.addIssue('braucht Adressen, durch Beistriche getrennt, z. B. 192.0.2.7 oder 10.0.0.0/8');
  return z.NEVER;
});

/** The name in EHLO, in ASCII. */
export const greetingName = z.string().transform((text, context) => {
  const name = readGreetingName(text);
  if (name !== null) return name;
  context.addIssue('braucht einen Rechnernamen, z. B. absage.example, oder eine Adresse wie [192.0.2.1]');
  return z.NEVER;
});

/** Exactly one mailbox, in a form that the mail room can write to. */
export const mailbox = z.string().superRefine((text, context) => {
  const fault = mailboxFault(text);
  if (fault) context.addIssue(fault);
});
