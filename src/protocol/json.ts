import canonicalize from 'canonicalize';
import type { ProtocolDocument } from './document';

/** The document as canonical JSON (RFC 8785): the same document gives the same bytes. */
export function protocolJson(document: ProtocolDocument): string {
  return canonicalize(document) ?? '';
}

/** `Protokoll-FSP-104233.pdf` */
export function protocolFileName(
  { house, eventNumber }: { house: Pick<ProtocolDocument['house'], 'key'>; eventNumber: string },
  extension: string,
): string {
  return `Protokoll-${house.key}-${eventNumber}.${extension}`;
}
