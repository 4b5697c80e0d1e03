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

/** A stream as it stands in the file, unpacked. */
interface Stream {
  number: number;
  isFile: boolean;
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
  const named = streams && namedIn([text, ...streams.map(({ content }) => content.toString('latin1'))]);
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
    const content = unpack(pdf.subarray(from, endOfStream(text, from, dictionary)), dictionary, room);
    if (!content) return null;
    room -= content.length;
    streams.push({
      number: Number(number),
      isFile: /\/Type\s*\/EmbeddedFile\b/.test(dictionary),
      isPlain: !PARAMETERS.test(dictionary),
      content,
    });
  }
  const isAllRead = [ANY_STREAM, ANY_END_OF_STREAM].every((any) => count(text, any) === streams.length);
  return isAllRead ? streams : null;
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
