import { buildProtocol } from './build';
import { renderProtocolPdf } from './pdf';
import type { ProtocolSource } from './pdf-thread';

/** What runs in the thread of `pdf-thread.ts`. `null`: no line says yet what was ordered. */
export async function draw(source: ProtocolSource): Promise<Buffer | null> {
  const { entries, house, isRehearsal, contact } = source;
  const document = buildProtocol(entries, house, isRehearsal, undefined, contact);
  return document && renderProtocolPdf(document);
}
