/*
 * A hash chain shows a changed line, but anybody can compute a chain anew. A signature shows who has written it: only the
 * holder of the private key can make one, and anybody can check it with the public key.
 */

/** What is signed. A signature under one of them says nothing of another one. */
export type Signed = 'line' | 'case' | 'protocol' | 'witness';

/** The public half of a key pair: what a signature is checked with. It is no secret. */
export interface PublicKey {
  /** SHA-256 of the key (DER), in hex: how people compare keys. */
  fingerprint: string;
  /** Ed25519, as SPKI in base64. */
  key: string;
}

/** Signs with the private key of this installation. */
export interface Signer {
  readonly publicKey: PublicKey;
  /** `hash`: the SHA-256 of what is signed, in hex. */
  sign(what: Signed, hash: string): string;
}

/** The bytes under a signature. */
export function signedBytes(what: Signed, hash: string): Uint8Array {
  return new TextEncoder().encode(`absage/${what}\n${hash}`);
}

/** How much of the fingerprint stands in a signature: enough to find the key among those of one installation. */
const KEY_ID_LENGTH = 16;

export function keyIdOf({ fingerprint }: Pick<PublicKey, 'fingerprint'>): string {
  return fingerprint.slice(0, KEY_ID_LENGTH);
}

/** Whether a signature says that this key has made it. That it is genuine is another question. */
export function isSignedWith(key: Pick<PublicKey, 'fingerprint'>, signature: string): boolean {
  return signature.startsWith(`${keyIdOf(key)}:`);
}
