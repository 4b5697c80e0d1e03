/**
 * What is kept of the `Idempotency-Key` of an action: neither the key nor its caller can be read from it. It stands in
 * the line that the action writes, so the key is known for as long as the journal is, whatever becomes of the run.
 */
export interface ActionKey {
  /** SHA-256 of the caller and the key: the same key of another caller is another key. */
  digest: string;
  /** SHA-256 of the action and of what it was asked with. */
  request: string;
}

const SHA_256 = /^[0-9a-f]{64}$/;

/** What an update or a line holds as its key, if it is one: an update can be sent by hand, and older lines lack it. */
export function readActionKey(value: unknown): ActionKey | undefined {
  const { digest, request } = (value ?? {}) as Partial<Record<keyof ActionKey, unknown>>;
  return isSha256(digest) && isSha256(request) ? { digest, request } : undefined;
}

function isSha256(value: unknown): value is string {
  return typeof value === 'string' && SHA_256.test(value);
}
