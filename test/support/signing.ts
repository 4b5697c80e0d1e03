import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createSigner } from '../../src/trust/signing';

export const aPrivateKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;

/** Signs the journals of tests. */
export const SIGNER = createSigner(aPrivateKey());
