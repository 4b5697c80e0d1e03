import { endProofText } from '../../src/domain/end-proof';
import { readMailedProof } from '../../src/protocol/mail-file';

const PROOF = { caseId: 'case-1', seq: 13, hash: 'ab'.repeat(32), fingerprint: 'cd'.repeat(32) };
const OTHER = { ...PROOF, hash: 'ef'.repeat(32) };
const lines = endProofText(PROOF);
const text = `Die Absage ist abgeschlossen.\n\n${lines.join('\n')}\n`;
const otherText = text.replace(PROOF.hash, OTHER.hash);

const part = (type: string, content: string) => `--x\nContent-Type: ${type}; charset=utf-8\n\n${content}\n`;
const mailOf = (...parts: string[]) =>
  `From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=x\n\n${parts.join('')}--x--\n`;
const html = (content: string) => part('text/html', content.replaceAll('\n', '<br>\n'));
const whole = `From: a@b\nContent-Type: text/plain; charset=utf-8\n\n${text}`;

const read = (file: string | Buffer) => readMailedProof(Buffer.from(file));

it.each<[string, string | Buffer]>([
  ['as text', text],
  ['as a mail', whole],
  ['in both forms', mailOf(part('text/plain', text), html(text))],
  ['in HTML alone', mailOf(html(text))],
  ['quoted', text.replaceAll(/^/gm, '> ')],
  ['quoted with strokes', text.replaceAll(/^/gm, '| ')],
  ['in capitals', text.replaceAll(/[0-9a-f]{64}/g, (hex) => hex.toUpperCase())],
  ['in UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['in Windows-1252', Buffer.from(text, 'latin1')],
  ['handed on as an attachment', mailOf(part('text/plain', 'Anbei.'), part('message/rfc822', whole))],
])('reads the proof %s', async (_how, file) => {
  expect(await read(file)).toEqual(PROOF);
});

it.each([
  ['one after the other', text + otherText],
  ['in the head', `X-Nachweis: ${endProofText(OTHER).join(' ')}\n${whole}`],
  ['in the other form', mailOf(part('text/plain', text), html(otherText))],
  ['in a comment', mailOf(html(`<!-- ${endProofText(OTHER).join(' ')} -->${text}`))],
])('does not choose between two proofs: %s', async (_how, file) => {
  expect(await read(file)).toBe('several');
});

it.each([
  ['nothing', ''],
  ['a damaged key', text.replace(PROOF.fingerprint, PROOF.fingerprint.slice(1))],
  ['a key that was cut off', text.slice(0, text.indexOf(PROOF.fingerprint))],
  ['a line of several megabytes', `From: ${'a'.repeat(8 * 1024 * 1024)}\n\n`],
])('finds no proof in %s', async (_what, file) => {
  expect(await read(file)).toBeNull();
});

it('reads the proof of a line that nobody has signed', async () => {
  const unsigned = { ...PROOF, fingerprint: null };
  expect(await read(endProofText(unsigned).join('\n'))).toEqual(unsigned);
});
