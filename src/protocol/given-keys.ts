import { readKeyEnds, type KeyEnd } from '../domain/key-file';
import { describeKey, readPublicKey } from '../trust/signing';

const PEM = /-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----/gs;
/** A fingerprint, alone or after some words that say what it is. */
const FINGERPRINT = /^(?:[^"{}<>=]{0,80}[\s:])?([0-9a-f]{64})$/i;
const COMMENT = /^#(?!.*[0-9a-f]{64})/i;
const LABEL = /^[^"{}<>=]{1,80}:$/;

/** A key that the reader has from elsewhere. */
export interface GivenKey {
  fingerprint: string;
  /** Until when it has signed; `null`: it still does, as far as the file knows. */
  end: KeyEnd | null;
}

/**
 * The keys that a file names, as PEM or as fingerprints; `null`: it is no file of keys. A file that holds anything else is none,
 * as it may hold a fingerprint of somebody's: a Protokoll does, of whoever has signed it.
 */
export function readGivenKeys(text: string): GivenKey[] | null {
  const fingerprints = readFingerprints(text);
  const ends = readKeyEnds(text);
  return (
    fingerprints && ends && fingerprints.map((each) => ({ fingerprint: each, end: ends.get(each) ?? null }))
  );
}

function readFingerprints(text: string): string[] | null {
  const lines = text
    .replaceAll(PEM, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !COMMENT.test(line) && !LABEL.test(line));
  const fingerprints = lines.map((line) => FINGERPRINT.exec(line)?.[1]?.toLowerCase());
  try {
    const pems = (text.match(PEM) ?? []).map((pem) => describeKey(readPublicKey(pem)).fingerprint);
    const keys = [...pems, ...fingerprints];
    return keys.length > 0 && keys.every((key) => key !== undefined) ? [...new Set(keys)] : null;
  } catch {
    return null;
  }
}
