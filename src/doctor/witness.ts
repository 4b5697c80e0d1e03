import { createHash } from 'node:crypto';
import type { PublicKey, Signer } from '../domain/signature';
import type { Instant, JournalHead } from '../domain/types';
import { enteredCases } from '../journal/case-chain';
import type { SignedJournal } from '../journal/port';
import { ConfigError } from '../settings/environment';
import { Signatures } from '../trust/signing';

/*
 * A witness is a small signed text that says what a journal contained at a time. Kept outside, it finds what no journal can
 * tell of itself: that all of it was put back, or written anew with the stolen key.
 */

/** What a witness has seen of one case. */
export interface SeenCase {
  /** In the chain over the cases; 0: from before. */
  number: number;
  caseId: string;
  /** How many lines it had. */
  seq: number;
  /** The beginning of the hash of the last of them. */
  hash: string;
}

export interface Witness {
  at: Instant;
  /** The last row of the chain over the cases. */
  row: { number: number; hash: string };
  /** The last line of the installation. */
  installation: JournalHead;
  key: PublicKey;
  cases: SeenCase[];
}

/** 96 bits: nobody finds another line with the same beginning, and ten thousand cases stay below a megabyte. */
const HASH_LENGTH = 24;

/** Throws a `ConfigError` where the chains of the journal do not begin: then the doctor has more to say. */
export async function readWitness(journal: SignedJournal): Promise<Witness> {
  const rows = await journal.caseRows();
  const row = rows.at(-1);
  const installation = (await journal.installationLines()).at(-1);
  if (!row || !installation)
    throw new ConfigError(['In diesem Logbuch fehlt die Kette der Fälle. Bitte absage doctor ausführen.']);
  const entered = enteredCases(rows, await journal.earlierCases());
  const heads = await journal.caseHeads();
  const cases = heads.flatMap(({ caseId, last: { seq, hash } }) => {
    const known = entered.get(caseId);
    return known ? [{ number: known.number, caseId, seq, hash: hash.slice(0, HASH_LENGTH) }] : [];
  });
  return {
    at: new Date().toISOString(),
    row: { number: row.number, hash: row.hash },
    installation: { seq: installation.seq, hash: installation.hash },
    key: journal.signer.publicKey,
    cases: cases.sort((one, other) => one.number - other.number || (one.caseId < other.caseId ? -1 : 1)),
  };
}

const TITLE = 'Zeugnis über ein Logbuch von Absage';
const SIGNATURE = 'Unterschrift:';

export function writeWitness({ at, row, installation, key, cases }: Witness, signer: Signer): string {
  const text = [
    TITLE,
    'Bitte außerhalb dieses Rechners aufheben.',
    'Der Befehl „absage journal witness --check DATEI“ vergleicht es mit dem Logbuch.',
    '',
    `Stand: ${at}`,
    `Letzter Fall: ${row.number}`,
    row.hash,
    `Letzte Zeile der Installation: ${installation.seq}`,
    installation.hash,
    'Schlüssel:',
    key.fingerprint,
    key.key,
    '',
    'Fälle: Nummer, Kennung, Zahl der Zeilen, Anfang der Prüfsumme der letzten',
    ...cases.map(({ number, caseId, seq, hash }) => `${number} ${caseId} ${seq} ${hash}`),
    '',
  ].join('\n');
  return `${text}\n${SIGNATURE}\n${signer.sign('witness', hashOf(text))}`;
}

const HEAD = new RegExp(
  [
    `^${TITLE} .*? Stand: (\\S+)`,
    'Letzter Fall: (\\d+) ([0-9a-f]{64})',
    'Letzte Zeile der Installation: (\\d+) ([0-9a-f]{64})',
    'Schlüssel: ([0-9a-f]{64}) (\\S+)',
    'Fälle: .*? der letzten(?: |$)',
  ].join(' '),
);

/** The first word after the witness: a greeting may follow on it. */
const SIGNATURE_VALUE = /^[\s>|]*([0-9a-f]{16}:[\w-]{86})(?![\w-])/;

/**
 * Finds the witness in what a mail program or a person has put around it. `isGenuine`: it is as it was signed, by the key
 * that it names. `null`: there is none, or several: which one would hold?
 */
export function parseWitness(file: string): (Witness & { isGenuine: boolean }) | null {
  const [before = '', after = '', ...more] = file.normalize('NFC').split(SIGNATURE);
  const begin = before.lastIndexOf(TITLE);
  if (more.length > 0 || begin < 0) return null;
  const text = before.slice(begin);
  const all = words(text);
  const head = HEAD.exec(all);
  const cases = head && parseCases(all.slice(head[0].length));
  if (!head || !cases) return null;
  const [, at = '', number, rowHash = '', seq, lineHash = '', fingerprint = '', key = ''] = head;
  return {
    at,
    row: { number: Number(number), hash: rowHash },
    installation: { seq: Number(seq), hash: lineHash },
    key: { fingerprint, key },
    cases,
    isGenuine: isGenuine({ fingerprint, key }, hashOf(text), SIGNATURE_VALUE.exec(after)?.[1]),
  };
}

const CASE_WORDS = 4;

function parseCases(text: string): SeenCase[] | null {
  const parts = text.split(' ').filter(Boolean);
  const cases: SeenCase[] = [];
  for (let at = 0; at < parts.length; at += CASE_WORDS) {
    const [number, caseId = '', seq, hash] = parts.slice(at, at + CASE_WORDS);
    if (hash?.length !== HASH_LENGTH || !(Number(seq) >= 1) || !(Number(number) >= 0)) return null;
    cases.push({ number: Number(number), caseId, seq: Number(seq), hash });
  }
  return cases;
}

function isGenuine(key: PublicKey, hash: string, signature: string | undefined): boolean {
  try {
    return new Signatures([key]).isGenuine('witness', hash, signature);
  } catch {
    return false;
  }
}

/** Of the words alone: a mail program may have broken the lines anew. */
function hashOf(text: string): string {
  return createHash('sha256').update(words(text), 'utf8').digest('hex');
}

function words(text: string): string {
  return text
    .normalize('NFC')
    .split(/[\s>|]+/)
    .filter(Boolean)
    .join(' ');
}
