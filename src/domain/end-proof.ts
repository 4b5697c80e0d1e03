import type { JournalHead } from './types';

/**
 * What the mail about the end of a case leaves outside of the journal: a journal that is put back or written anew later has
 * another line there, or none.
 */
export interface EndProof extends JournalHead {
  caseId: string;
  /** Of the key that has signed the line; `null`: it was not signed. */
  fingerprint: string | null;
}

/** Each value of 64 characters has a line of its own, which no mail program breaks. */
export function endProofText({ caseId, seq, hash, fingerprint }: EndProof): string[] {
  return [
    'Zum Nachweis, bitte aufheben:',
    `Zeile ${seq} des Logbuchs, Fall ${caseId}`,
    'Prüfsumme der Zeile:',
    hash,
    ...(fingerprint === null ? [] : ['Schlüssel des Logbuchs:', fingerprint]),
  ];
}

/** A letter that an encoding may have turned into others. */
const UMLAUT = String.raw`\S{1,8}`;
const HASH = '[0-9a-f]{64}(?![0-9a-f])';
const PROOF = new RegExp(
  String.raw`Zeile (\d+) des Logbuchs, Fall (\S+) Pr${UMLAUT}fsumme der Zeile: ?(${HASH})( Schl${UMLAUT}ssel des Logbuchs: ?(${HASH}))?`,
  'gi',
);
/** What a reader takes for a key, however it is written. */
const ANY_KEY = new RegExp(String.raw`Schl${UMLAUT}ssel des Logbuchs|${HASH}`, 'i');
const NEXT_PROOF = /Zeile \d+ des Logbuchs/i;

/** Signs of quotations, and of bold or slanted type in a text that has none. */
const MARKS = /^[*_`~>|]+|[*_`~>|]+$/g;

/** All that stand in a text, also where it was quoted, marked up or broken anew. One whose key is damaged is none. */
export function readEndProofs(text: string): EndProof[] {
  const words = text
    .normalize('NFC')
    // No one sees these characters.
    .replaceAll(/\p{Cf}/gu, '')
    .split(/\s+/)
    .map((word) => word.replaceAll(MARKS, ''))
    .filter(Boolean)
    .join(' ');
  return [...words.matchAll(PROOF)].flatMap(
    ({ index, 0: all, 1: seq, 2: caseId = '', 3: hash = '', 5: key }) => {
      const [rest = ''] = words.slice(index + all.length).split(NEXT_PROOF, 1);
      if (key === undefined && ANY_KEY.test(rest)) return [];
      return [
        { caseId, seq: Number(seq), hash: hash.toLowerCase(), fingerprint: key?.toLowerCase() ?? null },
      ];
    },
  );
}
