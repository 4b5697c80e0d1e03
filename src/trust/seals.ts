import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { digest } from '../digest';
import { isSeal, type Seal, type SealedFor } from '../domain/seal';
import type { KeyRing } from './key-ring';

/** Makes the seal of a request: HMAC-SHA-256 over its canonical JSON, with who asked. */
export function makeSeal({ current }: KeyRing, request: object, by: SealedFor): Seal {
  const { actorId, role } = by;
  return {
    key: current.id,
    actorId,
    role,
    mac: macOf(current.key, request, { actorId, role }).toString('base64url'),
  };
}

/** The seal, if one of the ring's keys made it for exactly this request; `null`: it proves nothing. */
export function findGenuine(ring: KeyRing, request: object, seal: unknown): Seal | null {
  if (!isSeal(seal)) return null;
  const key = ring.find(seal.key);
  if (!key) return null;
  const { actorId, role } = seal;
  const [wanted, given] = [macOf(key, request, { actorId, role }), Buffer.from(seal.mac, 'base64url')];
  return wanted.length === given.length && timingSafeEqual(wanted, given) ? seal : null;
}

function macOf(key: KeyObject, request: object, by: SealedFor): Buffer {
  return createHmac('sha256', key).update(digest({ request, by })).digest();
}
