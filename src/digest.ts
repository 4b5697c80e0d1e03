import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** SHA-256, in hex, of a value's canonical JSON (RFC 8785): the same for equal values, whatever their key order. */
export function digest(value: unknown): string {
  return createHash('sha256')
    .update(canonicalize(value) ?? 'null', 'utf8')
    .digest('hex');
}
