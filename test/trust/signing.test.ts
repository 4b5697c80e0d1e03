import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { keyIdOf } from '../../src/domain/signature';
import { createSigner, describeKey, readPublicKey, Signatures } from '../../src/trust/signing';
import { aPrivateKey, SIGNER } from '../support/signing';

const HASH = 'a'.repeat(64);
const OTHER = createSigner(aPrivateKey());
const signatures = new Signatures([SIGNER.publicKey]);

it('a signature is that of its key, its hash and what was signed', () => {
  const signature = SIGNER.sign('line', HASH);
  expect(signature).toMatch(new RegExp(`^${keyIdOf(SIGNER.publicKey)}:[A-Za-z0-9_-]{86}$`));
  expect(signatures.isGenuine('line', HASH, signature)).toBe(true);
  expect(signatures.isGenuine('witness', HASH, signature)).toBe(false);
  expect(signatures.isGenuine('line', 'b'.repeat(64), signature)).toBe(false);
  expect(new Signatures([OTHER.publicKey]).isGenuine('line', HASH, signature)).toBe(false);
  expect(new Signatures([OTHER.publicKey, SIGNER.publicKey]).isGenuine('line', HASH, signature)).toBe(true);
});

it('a signature of another key under the id of a known one is none', () => {
  const [, value] = OTHER.sign('line', HASH).split(':');
  expect(signatures.isGenuine('line', HASH, `${keyIdOf(SIGNER.publicKey)}:${value}`)).toBe(false);
});

it.each([undefined, null, 1, {}, '', ':', 'x', `${keyIdOf(SIGNER.publicKey)}:`, '__proto__:x'])(
  '%p is no signature',
  (value) => expect(signatures.isGenuine('line', HASH, value)).toBe(false),
);

// The last letter holds two bits only of the signature.
it.each<[string, (signature: string) => string]>([
  ['with words after it', (signature) => `${signature}:Von oben.`],
  ['with a line after it', (signature) => `${signature}\n`],
  ['with blanks in it', (signature) => signature.replace(':', ': ')],
  [
    'with another last letter for the same bytes',
    (signature) => signature.slice(0, -1) + { A: 'B', Q: 'R', g: 'h', w: 'x' }[signature.at(-1)!]!,
  ],
])('a signature is none %s', (_how, change) => {
  expect(signatures.isGenuine('line', HASH, change(SIGNER.sign('line', HASH)))).toBe(false);
});

it('a key is read from what stands in the chain, and from a PEM', () => {
  const { key, fingerprint } = SIGNER.publicKey;
  const pem = readPublicKey(key).export({ format: 'pem', type: 'spki' }).toString();
  expect(describeKey(readPublicKey(pem))).toEqual({ key, fingerprint });
});

it('no other key is taken, nor one under a foreign fingerprint', () => {
  const { publicKey } = generateKeyPairSync('x25519');
  expect(() => readPublicKey(publicKey.export({ format: 'der', type: 'spki' }).toString('base64'))).toThrow(
    'not an Ed25519 key',
  );
  const { fingerprint } = OTHER.publicKey;
  expect(() => new Signatures([{ ...SIGNER.publicKey, fingerprint }])).toThrow('foreign name');
});

it('what a private key signs, its public half alone can check', () => {
  const privateKey = aPrivateKey();
  const publicKey = describeKey(createPublicKey(privateKey));
  const signature = createSigner(privateKey).sign('case', HASH);
  expect(new Signatures([publicKey]).isGenuine('case', HASH, signature)).toBe(true);
});
