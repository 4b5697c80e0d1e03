import { constants, deflateSync } from 'node:zlib';
import type { JournalEntry } from '../../src/domain/journal';
import { readAttachment } from '../../src/protocol/attachment';
import type { ProtocolDocument } from '../../src/protocol/document';
import { protocolJson } from '../../src/protocol/json';
import { renderProtocolPdf } from '../../src/protocol/pdf';
import { ProtocolCases, protocolOf } from './protocol-cases';

let cases: ProtocolCases;
let completed: JournalEntry[];
/** Of the completed case: drawing takes its time. */
let pdf: Buffer;

beforeAll(async () => {
  cases = await ProtocolCases.open();
  completed = await cases.completed();
  pdf = await renderProtocolPdf(protocolOf(completed));
});
afterAll(() => cases.close());

it('the PDF carries the JSON of the very same document', () => {
  expect(readAttachment(pdf)?.toString('utf8')).toBe(protocolJson(protocolOf(completed)));
});

/** As another stream of the file: a page or a font. */
const withStream = (dictionary: string, data: Buffer) =>
  Buffer.concat([
    pdf,
    Buffer.from(`900 0 obj\n<< /Length ${data.length} ${dictionary} >>\nstream\n`),
    data,
    Buffer.from('\nendstream\nendobj\n'),
  ]);
const packed = (text: string) => deflateSync(text, { level: constants.Z_NO_COMPRESSION });

it.each([
  ['packed', '/Filter /FlateDecode', packed('ab/EF(cd')],
  ['not packed', '', Buffer.from('ab/RF\0cd')],
])('bytes of a page that spell the name of a file by chance are none: %s', (_how, dictionary, data) => {
  const whole = protocolJson(protocolOf(completed));
  expect(readAttachment(withStream(dictionary, data))?.toString('utf8')).toBe(whole);
});

it.each([
  ['an object that lies in a page', '/Filter /FlateDecode', packed('7 0 obj << /EF(x) >>')],
  ['a catalogue in a trailer of its own', '', Buffer.from('trailer << /Root << /EF(x) >> >>')],
  ['a packed object', '/Filter /FlateDecode /#46irst 0', deflateSync(`${' '.repeat(99)} << /E#46(x) >>`)],
])('no file is certain where %s names another one', (_what, dictionary, data) => {
  expect(readAttachment(withStream(dictionary, data))).toBeNull();
});

it('the PDF is the same, byte for byte, whenever it is made of the same document', async () => {
  const again = JSON.parse(protocolJson(protocolOf(completed))) as ProtocolDocument;
  expect((await renderProtocolPdf(again)).equals(pdf)).toBe(true);
});

it('the PDF says of itself that it is PDF/A-3a and PDF/UA-1, tagged, in German, with embedded fonts', () => {
  const text = pdf.toString('latin1');
  for (const marker of [
    '%PDF-1.7',
    '<pdfaid:part>3</pdfaid:part>',
    '<pdfaid:conformance>A</pdfaid:conformance>',
    '<pdfuaid:part>1</pdfuaid:part>',
    '<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>',
    '/Marked true',
    '/Lang (de-AT)',
    '/DisplayDocTitle true',
    '/AFRelationship /Source',
    '/OutputIntents',
    '/FontFile2',
    '/Scope /Column',
    '/Scope /Row',
  ])
    expect(text).toContain(marker);
  expect(text).not.toMatch(/\/BaseFont \/(Helvetica|Times|Courier)/);
  expect(text.match(/\/Type \/Page\n/g)?.length).toBeGreaterThan(3);
  expect(text.trimEnd().endsWith('%%EOF')).toBe(true);
});

it('the PDF survives a reason that reads like the name of a file in a PDF', async () => {
  const entries = await cases.completed({}, 'Rückfragen an Haus 2 /EF (Empfang) oder /RF');
  const document = protocolOf(entries);
  expect(readAttachment(await renderProtocolPdf(document))?.toString('utf8')).toBe(protocolJson(document));
});

it('the PDF survives titles that no font has, and texts longer than a page', async () => {
  const title = '🎭 \u202e\u0000 שלום 中文';
  const reason = `Zeile\n${'Wörter '.repeat(250)}`.trim();
  const limits = { title: 60, customerTitle: 80, externalMemo: 10_000 };
  const entries = await cases.completed({ title, customerTitle: 'x'.repeat(70), limits }, reason);
  const drawn = await renderProtocolPdf(protocolOf(entries));
  const kept = JSON.parse(readAttachment(drawn)?.toString('utf8') ?? '') as ProtocolDocument;
  expect(kept.event?.title).toBe(title);
});
