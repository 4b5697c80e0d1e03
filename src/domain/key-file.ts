import { exactTime } from './clock';
import type { PublicKey } from './signature';
import type { Instant } from './types';

/*
 * What an installation gives whoever wants to compare signatures with its keys. A key that was replaced has signed until then
 * and no longer: whoever has stolen it signs later, and names a successor of their own. Wording and parsing are one file.
 */

/** Until when a key has signed. */
export interface KeyEnd {
  /** When the next key was noted. */
  at: Instant;
  /** The last number in the chain over the cases that it has signed; 0: none. No clock has a say in it. */
  caseNumber: number;
}

/** A key of an installation; `end`: `null` while it is the one that signs. */
export interface DatedKey extends PublicKey {
  end: KeyEnd | null;
}

/** The keys, the one that signs now first, each as PEM below what is to be known of it. */
export function keyFileText(keys: readonly DatedKey[]): string {
  return keys.map(keyText).join('\n');
}

function keyText({ fingerprint, key, end }: DatedKey): string {
  return [
    ...(end === null
      ? ['# unterschreibt jetzt']
      : [
          `# hat früher unterschrieben, ersetzt am ${exactTime(end.at)}`,
          `# bis: ${end.at}`,
          `# letzter Fall: ${end.caseNumber}`,
        ]),
    '# SHA-256:',
    `# ${fingerprint}`,
    '-----BEGIN PUBLIC KEY-----',
    ...(key.match(/.{1,64}/g) ?? []),
    '-----END PUBLIC KEY-----',
    '',
  ].join('\n');
}

const ENDED = /^# (?:hat fr|bis\b|letzter Fall\b)/gm;
const END =
  /^# hat fr.*\n# bis: (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\n# letzter Fall: (\d+)\n# SHA-256:\n# ([0-9a-f]{64})$/gm;
const LINES_OF_END = 3;

/** The ends that such a file names, by the fingerprints of the keys; `null`: one is damaged, so that no key of it is to be believed. */
export function readKeyEnds(text: string): Map<string, KeyEnd> | null {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .join('\n');
  const ends = [...lines.matchAll(END)].map(
    ([, at = '', caseNumber, fingerprint = '']) =>
      [fingerprint, { at, caseNumber: Number(caseNumber) }] as const,
  );
  const isWhole = (lines.match(ENDED) ?? []).length === ends.length * LINES_OF_END;
  return isWhole ? new Map(ends) : null;
}
