import { describeKey, readPublicKey } from '../trust/signing';

const PEM = /-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----/gs;
const FINGERPRINT = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/gi;

/** The fingerprints of the keys that a file names, as PEM or as fingerprints; `null`: it names none. */
export function readGivenKeys(text: string): string[] | null {
  const pems = text.match(PEM) ?? [];
  const fingerprints = text.replaceAll(PEM, '').match(FINGERPRINT) ?? [];
  try {
    const keys = [
      ...pems.map((pem) => describeKey(readPublicKey(pem)).fingerprint),
      ...fingerprints.map((fingerprint) => fingerprint.toLowerCase()),
    ];
    return keys.length > 0 ? [...new Set(keys)] : null;
  } catch {
    return null;
  }
}
