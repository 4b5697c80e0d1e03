import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { keyIdOf, signedBytes, type PublicKey, type Signed, type Signer } from '../domain/signature';

/** `privateKey`: of Ed25519. */
export function createSigner(privateKey: KeyObject): Signer {
  const publicKey = describeKey(createPublicKey(privateKey));
  const id = keyIdOf(publicKey);
  return {
    publicKey,
    sign: (what, hash) => `${id}:${sign(null, signedBytes(what, hash), privateKey).toString('base64url')}`,
  };
}

/** The beginning of the key's fingerprint, and 64 bytes. */
const FORM = /^([0-9a-f]{16}):([\w-]{86})$/;

/** Checks signatures with the public keys that it knows. */
export class Signatures {
  private readonly keys = new Map<string, KeyObject>();

  /** Throws where a key is not what its fingerprint says. */
  constructor(keys: Iterable<PublicKey>) {
    for (const { fingerprint, key } of keys) {
      const publicKey = readPublicKey(key);
      if (describeKey(publicKey).fingerprint !== fingerprint)
        throw new TypeError('a key under a foreign name');
      this.keys.set(keyIdOf({ fingerprint }), publicKey);
    }
  }

  /** Which of the keys a signature names, the first one given being 0; -1: none of them. That it is genuine is another question. */
  rankOf(signature: unknown): number {
    return [...this.keys.keys()].indexOf(String(signature).split(':')[0] ?? '');
  }

  /** Whether one of the keys has signed that hash. Anything may stand where a signature is expected. */
  isGenuine(what: Signed, hash: string, signature: unknown): boolean {
    const [, id = '', value = ''] = FORM.exec(String(signature)) ?? [];
    const key = this.keys.get(id);
    const bytes = Buffer.from(value, 'base64url');
    // Nothing hashes a signature: as it can be written in one way only, nobody can put words into it.
    const isAsWritten = typeof signature === 'string' && bytes.toString('base64url') === value;
    return key !== undefined && isAsWritten && verify(null, signedBytes(what, hash), key, bytes);
  }
}

/** Of an SPKI in base64, or of the PEM that `/.well-known/absage-signing-key` gives. */
export function readPublicKey(text: string): KeyObject {
  const isPem = text.includes('-----BEGIN');
  const key = createPublicKey(
    isPem ? text : { key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' },
  );
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key');
  return key;
}

export function describeKey(publicKey: KeyObject): PublicKey {
  const der = publicKey.export({ format: 'der', type: 'spki' });
  return { fingerprint: createHash('sha256').update(der).digest('hex'), key: der.toString('base64') };
}
