import { inflateSync } from 'node:zlib';
import { digest } from '../digest';

/** Longest stream that is unpacked: far beyond any case, and no more than a machine can bear. */
export const LONGEST_STREAM = 64 * 1024 * 1024;

const STREAM = '>>\nstream\n';

/**
 * A digest of what a PDF of ours says, with its streams unpacked; `null` where it is not built as pdfkit builds one.
 * The same document is packed to other bytes by another version of zlib or on another processor, and the positions of
 * its parts follow from that: they are checked, and left out.
 */
export function digestUnpacked(pdf: Buffer): string | null {
  const text = pdf.toString('latin1');
  const parts: string[] = [];
  let at = 0;
  for (let begin = text.indexOf(STREAM); begin >= 0; begin = text.indexOf(STREAM, at)) {
    const stream = readStream(pdf, text.slice(at, begin), begin + STREAM.length);
    if (!stream) return null;
    parts.push(stream.head, stream.content);
    at = stream.end;
  }
  const tail = withoutPositions(text, at);
  return tail === null ? null : digest([...parts, tail]);
}

function readStream(pdf: Buffer, before: string, from: number) {
  const dictionary = before.slice(before.lastIndexOf(' obj\n'));
  const [entry, length] = /\/Length (\d+)\n/.exec(dictionary) ?? [];
  if (!entry) return null;
  const end = from + Number(length);
  const packed = pdf.subarray(from, end);
  if (pdf.toString('latin1', end, end + 11) !== '\nendstream\n') return null;
  try {
    const isPacked = dictionary.includes('/Filter /FlateDecode');
    const content = isPacked ? inflateSync(packed, { maxOutputLength: LONGEST_STREAM }) : packed;
    return { head: before.replace(entry, '/Length\n'), content: content.toString('base64'), end };
  } catch {
    return null;
  }
}

/** The last part of the file, if every position that its table names is the right one. */
function withoutPositions(text: string, from: number): string | null {
  const [, objects, size, rows, trailer, start] =
    /^([^]*\n)xref\n0 (\d+)\n0{10} 65535 f \n((?:\d{10} 00000 n \n)*)(trailer\n[^]*\nstartxref\n)(\d+)\n%%EOF\n$/.exec(
      text.slice(from),
    ) ?? [];
  if (objects === undefined || rows === undefined || !trailer) return null;
  const positions = rows
    .trimEnd()
    .split('\n')
    .map((row) => Number(row.slice(0, 10)));
  if (Number(start) !== from + objects.length || Number(size) !== positions.length + 1) return null;
  const isRight = positions.every((position, index) => text.startsWith(`${index + 1} 0 obj\n`, position));
  return isRight ? `${objects}${positions.length}${trailer}` : null;
}
