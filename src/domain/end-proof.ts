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

const PROOF =
  /Zeile (\d+) des Logbuchs, Fall (\S+) Prüfsumme der Zeile: ([0-9a-f]{64})(?![0-9a-f])( Schlüssel des Logbuchs:(?: ([0-9a-f]{64})(?![0-9a-f]))?)?/gi;

/** All that stand in a text, also where it was quoted or broken anew. One whose key is damaged is none. */
export function readEndProofs(text: string): EndProof[] {
  const words = text
    .normalize('NFC')
    .split(/[\s>|]+/)
    .join(' ');
  return [...words.matchAll(PROOF)].flatMap(([, seq, caseId = '', hash = '', label, fingerprint]) =>
    label !== undefined && fingerprint === undefined
      ? []
      : [
          {
            caseId,
            seq: Number(seq),
            hash: hash.toLowerCase(),
            fingerprint: fingerprint?.toLowerCase() ?? null,
          },
        ],
  );
}
