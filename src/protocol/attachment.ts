import { inflateSync } from 'node:zlib';

/** Longest JSON that is unpacked: far beyond any case, and no more than a machine can bear. */
const LONGEST_JSON = 64 * 1024 * 1024;

export function isPdf(bytes: Buffer): boolean {
  return bytes.subarray(0, 5).toString('latin1') === '%PDF-';
}

/**
 * The one file inside a PDF of ours, `null` where there is none, or more than one: which of them would hold? It reads
 * PDFs as pdfkit writes them, not any.
 */
export function readAttachment(pdf: Buffer): Buffer | null {
  const text = pdf.toString('latin1');
  const found = [...text.matchAll(/\d+ 0 obj\n<<\n(\/Type \/EmbeddedFile\n[^]*?)\n>>\nstream\n/g)];
  const [only] = found;
  if (!only || found.length > 1) return null;
  const [head, dictionary = ''] = only;
  const length = Number(/\/Length (\d+)/.exec(dictionary)?.[1]);
  const from = only.index + head.length;
  const stream = pdf.subarray(from, from + length);
  if (!Number.isSafeInteger(length) || stream.length !== length) return null;
  try {
    const isPacked = dictionary.includes('/Filter /FlateDecode');
    return isPacked ? inflateSync(stream, { maxOutputLength: LONGEST_JSON }) : stream;
  } catch {
    return null;
  }
}
