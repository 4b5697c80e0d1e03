import canonicalize from 'canonicalize';
import type { ProtocolDocument } from './document';
import type { SeriesProtocolDocument } from './series-document';

/** The document as canonical JSON (RFC 8785): the same document gives the same bytes. */
export function protocolJson(document: ProtocolDocument | SeriesProtocolDocument): string {
  return canonicalize(document) ?? '';
}
