import { deflateSync } from 'node:zlib';
import { readAttachment } from '../../src/protocol/attachment';
import type { ProtocolDocument } from '../../src/protocol/document';
import { protocolJson } from '../../src/protocol/json';

/*
 * PDFs as a forger makes them from those that Absage has drawn.
 */

/** What an editor appends when it paints over a page. */
export const PAINT = 'xref\n900 1\n0000000000 00000 n \nstartxref\n1\n%%EOF\n';

/** A PDF whose pages are those of one document, and whose attachment is another one. */
export function withAttachment(file: Buffer, attached: ProtocolDocument): Buffer {
  const text = file.toString('latin1');
  const packed = deflateSync(readAttachment(file)!).toString('latin1');
  const from = text.indexOf(packed);
  if (from < 0) throw new Error('the attachment was not found');
  const head = text.slice(0, from).replace(/\/Length \d+(?=[^]{0,200}$)/, '/Length 0');
  const other = deflateSync(protocolJson(attached)).toString('latin1');
  const sized = head.replace(/\/Length 0(?=[^]{0,200}$)/, `/Length ${other.length}`);
  return Buffer.from(sized + other + text.slice(from + packed.length), 'latin1');
}

/** Behind the packed data of the first stream lies another PDF, and the table of positions names the objects of that one. */
export function withHiddenPages(file: Buffer, hidden: Buffer): Buffer {
  const text = file.toString('latin1');
  const whole = hidden.toString('latin1').replace('/Type /EmbeddedFile\n', '/TypX /EmbeddedXile\n');
  const inner = whole.slice(0, whole.lastIndexOf('\nxref\n') + 1);
  const { from, length } = firstStream(text);
  const sized = text.slice(0, from).replace(`/Length ${length}\n`, `/Length ${length + 1 + inner.length}\n`);
  const head = `${sized}${text.slice(from, from + length)}\n`;
  const out = head + inner + text.slice(from + length);
  const growth = out.length - text.length;
  const own = positionsOf(whole).map((position) => head.length + position);
  const table = positionsOf(text).map(
    (position, index) => own[index] ?? (position < from ? position : position + growth),
  );
  return Buffer.from(withPositions(out, table), 'latin1');
}

/** Object 9 seems to begin within the number of object 19, 29 … */
export function withMovedPosition(file: Buffer): Buffer {
  const text = file.toString('latin1');
  const within = text.search(/(?<=\n\d+)9 0 obj\n/);
  return Buffer.from(withPositions(text, positionsOf(text).with(8, within)), 'latin1');
}

function firstStream(text: string): { from: number; length: number } {
  const [head = '', length] = /\/Length (\d+)\n[^]{0,200}?>>\nstream\n/.exec(text) ?? [];
  return { from: text.indexOf(head) + head.length, length: Number(length) };
}

const TABLE = /(?<=\nxref\n0 \d+\n0{10} 65535 f \n)(?:\d{10} 00000 n \n)*(?=trailer\n[^]*$)/;

function positionsOf(text: string): number[] {
  const [rows = ''] = TABLE.exec(text) ?? [];
  return rows
    .trimEnd()
    .split('\n')
    .map((row) => Number(row.slice(0, 10)));
}

function withPositions(text: string, positions: readonly number[]): string {
  const rows = positions.map((position) => `${String(position).padStart(10, '0')} 00000 n \n`).join('');
  const written = text.replace(TABLE, rows);
  return written.replace(/(?<=startxref\n)\d+(?=\n%%EOF\n$)/, `${written.lastIndexOf('\nxref\n0 ') + 1}`);
}

/** The attachment is replaced later, in a form that programs read which show a PDF, and that a careless reader passes over. */
export function withUnreadAttachment(file: Buffer, document: ProtocolDocument): Buffer {
  const description = `/Desc (${'x'.repeat(5_000)})`;
  const object = `3 0 obj\n<< ${description} >>\nstream\n${protocolJson(document)}\nendstream\nendobj\n%%EOF\n`;
  return Buffer.concat([file, Buffer.from(object)]);
}

/**
 * The file as another program writes it, which keeps neither our mark nor our order. With `hidden` a reader is shown `document`,
 * which does not say that it is a file, and the other one lies beside it, named by nobody.
 */
export function savedAgain(document: ProtocolDocument, hidden?: ProtocolDocument): Buffer {
  const file = (number: number, type: string, content: ProtocolDocument) =>
    `${number} 0 obj\n<< ${type} >>\nstream\n${protocolJson(content)}\nendstream\nendobj\n`;
  return Buffer.from(
    [
      '%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Names << /EmbeddedFiles << /Names [ (Protokoll.json) 2 0 R ] >> >> >>\nendobj\n',
      '2 0 obj\n<< /Type /Filespec /F (Protokoll.json) /EF << /F 3 0 R >> >>\nendobj\n',
      file(3, hidden ? '' : '/Type /EmbeddedFile', document),
      hidden ? file(4, '/Type /EmbeddedFile', hidden) : '',
      '%%EOF\n',
    ].join(''),
  );
}
