import { inflateSync } from 'node:zlib';
import { LONGEST_STREAM } from './unpacked';

export function isPdf(bytes: Buffer): boolean {
  return bytes.subarray(0, 5).toString('latin1') === '%PDF-';
}

/** What may stand between two words: blanks and comments. */
const GAP = String.raw`(?:[\0\s]|%[^\r\n]{0,200}[\r\n]){0,20}`;
const STREAM = new RegExp(
  String.raw`(?<!\d)(\d{1,10})${GAP}\d{1,5}${GAP}obj\b((?:(?!\b(?:end)?obj\b)[^]){0,2000}?)\bstream(?:\r\n|\n)`,
  'g',
);
/** The data of a file are named by nothing else, wherever a program shows it. */
const NAMING = new RegExp(
  String.raw`/[ER]F(?![\w.-])${GAP}(?:<<([^>]{0,200})>>|<<|\[|\d+${GAP}\d+${GAP}R)`,
  'g',
);
/*
 * The patterns above are bounded, so that no file keeps them busy, and pass over what they do not match. Programs that show a PDF
 * find it all the same. So whatever begins such a thing is counted, and a file with one that was not understood is refused.
 */
const ANY_STREAM = /(?<=[\0\s>\])}])stream(?!\w)/g;
const ANY_END_OF_STREAM = /endstream(?!\w)/g;
const ANY_NAMING = /\/[ER]F(?![\w.-])/g;
/** With it, the data are not what stands there. */
const ENCRYPTED = /\/Encrypt(?![\w.-])/;

const REFERENCE = /\/\w+\s+(\d+)\s+\d+\s+R\s*/g;

/** Bytes that were packed spell anything by chance. They are read as text only where something begins among them that a PDF is built of. */
const BEGINNING = /obj|xref|trailer/;
/** Only a stream with it can hold objects; in any other one, what is packed is a font or a page. */
const PACKED_OBJECTS = /\/(?:ObjStm|First)(?![\w.-])/;

/** A stream as it stands in the file, unpacked. */
interface Stream {
  number: number;
  isFile: boolean;
  holdsObjects: boolean;
  /** Where the packed data begin and end in the file. */
  from: number;
  end: number;
  /** Whether it is the data themselves that are packed, and no differences between them. */
  isPlain: boolean;
  content: Buffer;
}

/**
 * The one file inside a PDF, as pdfkit writes it or another program that has saved it again. It is the one that the PDF
 * names, so what a reader is shown. `null` where there is none, where it cannot be read, or where it is not certain which
 * one is meant: several differ, one was replaced later, or nobody names it. Every version of an object counts,
 * wherever it stands, as only some programs follow the table of positions.
 */
export function readAttachment(pdf: Buffer): Buffer | null {
  const text = pdf.toString('latin1');
  const streams = ENCRYPTED.test(withoutEscapes(text)) ? null : streamsOf(pdf, text);
  const named = streams && namedIn(textsOf(text, streams));
  if (!named || !named.every((number) => streams.some((stream) => stream.number === number))) return null;
  const files = streams.filter(({ number, isFile }) => isFile || named.includes(number));
  const [first] = files;
  const isCertain = files.every(({ content, isPlain }) => isPlain && content.equals(first!.content));
  return first && named.length > 0 && isCertain ? first.content : null;
}

/** All streams, as any of them may hold packed objects; `null` where one cannot be read, or they are too large together. */
function streamsOf(pdf: Buffer, text: string): Stream[] | null {
  const streams: Stream[] = [];
  let room = LONGEST_STREAM;
  for (const { index, 0: head, 1: number, 2: written = '' } of text.matchAll(STREAM)) {
    const dictionary = withoutEscapes(written);
    const from = index + head.length;
    const end = endOfStream(text, from, dictionary);
    const content = unpack(pdf.subarray(from, end), dictionary, room);
    if (!content) return null;
    room -= content.length;
    streams.push({
      number: Number(number),
      isFile: /\/Type\s*\/EmbeddedFile\b/.test(dictionary),
      holdsObjects: PACKED_OBJECTS.test(dictionary),
      from,
      end,
      isPlain: !PARAMETERS.test(dictionary),
      content,
    });
  }
  const isAllRead = [ANY_STREAM, ANY_END_OF_STREAM].every((any) => count(text, any) === streams.length);
  return isAllRead ? streams : null;
}

/** All in which a program that shows the PDF can come upon an object. */
function textsOf(text: string, streams: readonly Stream[]): string[] {
  const outside: string[] = [];
  const inside: string[] = [];
  let at = 0;
  for (const { from, end, content, holdsObjects } of streams) {
    outside.push(text.slice(at, from));
    const packed = text.slice(from, end);
    if (BEGINNING.test(packed)) inside.push(packed);
    if (holdsObjects) inside.push(content.toString('latin1'));
    at = end;
  }
  outside.push(text.slice(at));
  return [outside.join(' '), ...inside];
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

/** The numbers of the objects that are named as the data of a file; `null` where one is not named on the spot. */
function namedIn(texts: readonly string[]): number[] | null {
  const named: number[] = [];
  for (const text of texts.map(withoutEscapes)) {
    const namings = [...text.matchAll(NAMING)];
    if (namings.length !== count(text, ANY_NAMING)) return null;
    for (const [, dictionary] of namings) {
      if (dictionary === undefined || dictionary.replaceAll(REFERENCE, '').trim() !== '') return null;
      named.push(...[...dictionary.matchAll(REFERENCE)].map(([, number]) => Number(number)));
    }
  }
  return named;
}

/** Each letter of a name may be written as its number. */
function withoutEscapes(text: string): string {
  return text.replaceAll(/#([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(parseInt(digits, 16)),
  );
}

/** The length may stand elsewhere in the file. */
function endOfStream(text: string, from: number, dictionary: string): number {
  const length = Number(/\/Length\s+(\d+)\s*(?![\s\d]*R)/.exec(dictionary)?.[1]);
  const end = from + length;
  if (/^\s*endstream\b/.test(text.slice(end, end + 12))) return end;
  return Math.max(from, text.indexOf('endstream', from));
}

const PARAMETERS = /\/(?:DecodeParms|DP)(?![\w.-])/;
/** Programs differ in which of two they take. */
const TWICE = /\/(Length|Filter)(?![\w.-])[^]*\/\1(?![\w.-])/;

/**
 * The data may not lie outside of the file, nor be packed in any way but this one; a table of positions may be, with which nothing
 * is read here.
 */
function unpack(stream: Buffer, dictionary: string, maxOutputLength: number): Buffer | null {
  if (/\/F\b/.test(dictionary) || TWICE.test(dictionary)) return null;
  if (PARAMETERS.test(dictionary) && !/\/Type\s*\/XRef\b/.test(dictionary)) return null;
  const [, filter] = /\/Filter\s*(\[[^\]]*\]|\/\w+|\d+\s+\d+\s+R)/.exec(dictionary) ?? [];
  if (filter === undefined)
    return /\/Filter/.test(dictionary) || stream.length > maxOutputLength ? null : stream;
  if (!/^\[?\s*\/FlateDecode\s*\]?$/.test(filter)) return null;
  try {
    return inflateSync(stream, { maxOutputLength });
  } catch {
    return null;
  }
}
