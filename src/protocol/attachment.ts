import { inflateSync } from 'node:zlib';
import { LONGEST_STREAM } from './unpacked';

export function isPdf(bytes: Buffer): boolean {
  return bytes.subarray(0, 5).toString('latin1') === '%PDF-';
}

/**
 * The one file inside a PDF, as pdfkit writes it or another program that has saved it again. `null` where there is
 * none, where it cannot be read, or where there are several: which of them would hold?
 */
export function readAttachment(pdf: Buffer): Buffer | null {
  const text = pdf.toString('latin1');
  const files = [...text.matchAll(/\bobj\b((?:(?!\bendobj\b)[^]){0,2000}?)\bstream(?:\r\n|\n)/g)]
    .filter(([, dictionary = '']) => /\/Type\s*\/EmbeddedFile\b/.test(dictionary))
    .map(({ index, 0: head, 1: dictionary = '' }) => {
      const from = index + head.length;
      return unpack(pdf.subarray(from, endOfStream(text, from, dictionary)), dictionary);
    });
  const [first] = files;
  return first && files.every((file) => file?.equals(first)) ? first : null;
}

/** The length may stand elsewhere in the file. */
function endOfStream(text: string, from: number, dictionary: string): number {
  const length = Number(/\/Length\s+(\d+)\s*(?![\s\d]*R)/.exec(dictionary)?.[1]);
  const end = from + length;
  if (/^\s*endstream\b/.test(text.slice(end, end + 12))) return end;
  return Math.max(from, text.indexOf('endstream', from));
}

function unpack(stream: Buffer, dictionary: string): Buffer | null {
  try {
    const isPacked = /\/FlateDecode\b/.test(dictionary);
    return isPacked ? inflateSync(stream, { maxOutputLength: LONGEST_STREAM }) : stream;
  } catch {
    return null;
  }
}
