import { inflateSync } from 'node:zlib';
import { digest } from '../digest';

/** Longest stream that is unpacked: far beyond any case, and no more than a machine can bear. */
export const LONGEST_STREAM = 64 * 1024 * 1024;

const STREAM = '>>\nstream\n';

/** What lies outside of the streams, and where it begins in the file. */
interface Plain {
  text: string;
  from: number;
}

/**
 * A digest of what a PDF of ours says, with its streams unpacked; `null` where it is not built as pdfkit builds one.
 * The same document is packed to other bytes by another version of zlib or on another processor, and the lengths of the
 * streams and the positions of the objects follow from that. These are left out, and may be nothing but what follows:
 * a byte that belongs to no stream and no object is a place where other pages can hide.
 */
export function digestUnpacked(pdf: Buffer): string | null {
  const text = pdf.toString('latin1');
  const parts: string[] = [];
  const plain: Plain[] = [];
  let at = 0;
  for (let begin = text.indexOf(STREAM); begin >= 0; begin = text.indexOf(STREAM, at)) {
    const before = text.slice(at, begin);
    const stream = readStream(pdf, before, begin + STREAM.length);
    if (!stream) return null;
    plain.push({ text: before, from: at });
    parts.push(stream.head, stream.content);
    at = stream.end;
  }
  const tail = withoutPositions(text.slice(at), at, plain);
  return tail === null ? null : digest([...parts, tail]);
}

function readStream(pdf: Buffer, before: string, from: number) {
  const dictionaryAt = before.lastIndexOf(' obj\n');
  const dictionary = before.slice(dictionaryAt);
  const [entry, length] = /\/Length (0|[1-9]\d*)\n/.exec(dictionary) ?? [];
  if (dictionaryAt < 0 || !entry) return null;
  const end = from + Number(length);
  if (pdf.toString('latin1', end, end + 11) !== '\nendstream\n') return null;
  const isPacked = dictionary.includes('/Filter /FlateDecode');
  const content = isPacked ? unpackWholly(pdf.subarray(from, end)) : pdf.subarray(from, end);
  if (!content) return null;
  const head = before.slice(0, dictionaryAt) + dictionary.replace(entry, '/Length\n');
  return { head, content: content.toString('base64'), end };
}

/** `null` where the data cannot be unpacked, or where anything follows on it: zlib itself stops at its end in silence. */
function unpackWholly(packed: Buffer): Buffer | null {
  try {
    // The types do not know what `info` does.
    const { buffer, engine } = inflateSync(packed, {
      maxOutputLength: LONGEST_STREAM,
      info: true,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return engine.bytesWritten === packed.length ? buffer : null;
  } catch {
    return null;
  }
}

/** The last part of the file, if its table of positions is the one that the objects give. */
function withoutPositions(text: string, from: number, before: readonly Plain[]): string | null {
  const begin = text.lastIndexOf('\nxref\n') + 1;
  const objects = text.slice(0, begin);
  const positions = positionsOf([...before, { text: objects, from }]);
  const trailer = /^[^]*?(trailer\n[^]*\nstartxref\n)/.exec(text.slice(begin))?.[1];
  if (begin === 0 || !positions || trailer === undefined) return null;
  const rows = positions.map((position) => `${String(position).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 ${positions.length + 1}\n0000000000 65535 f \n${rows}`;
  const isRight = text.slice(begin) === `${table}${trailer}${from + begin}\n%%EOF\n`;
  return isRight ? `${objects}${positions.length}${trailer}` : null;
}

/** Where each object begins, the one with the number 1 first; `null` where a number is missing or there twice. */
function positionsOf(plain: readonly Plain[]): number[] | null {
  const positions: number[] = [];
  let count = 0;
  for (const { text, from } of plain)
    for (const { index, 1: number } of text.matchAll(/(?<=\n)([1-9]\d*) 0 obj\n/g)) {
      positions[Number(number) - 1] = from + index;
      count += 1;
    }
  return positions.length === count && Object.keys(positions).length === count ? positions : null;
}
