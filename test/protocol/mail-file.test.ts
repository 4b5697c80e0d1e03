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

const inLatin = (content: string, charset: string) =>
  Buffer.from(
    `From: a@b\nContent-Type: text/plain; charset=${charset}\nContent-Transfer-Encoding: 8bit\n\n${content}`,
    'latin1',
  );
const encoded = (content: Buffer, charset: string) =>
  `From: a@b\nContent-Type: text/plain; charset=${charset}\nContent-Transfer-Encoding: base64\n\n${content.toString('base64')}`;
const quotedPrintable = (content: string) =>
  `From: a@b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n${content.replaceAll('ü', '=C3=BC').replace(/[0-9a-f]{40}/g, '$&=\n')}`;
/** Each level has a boundary of its own. */
const forwarded = (content: string, times: number): string => {
  if (times === 0) return content;
  const within = forwarded(content, times - 1);
  return `From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=y${times}\n\n--y${times}\nContent-Type: message/rfc822\n\n${within}\n--y${times}--\n`;
};
const attached = (type: string, content: string) =>
  mailOf(
    part('text/plain', 'Anbei.'),
    `--x\nContent-Type: ${type}\nContent-Disposition: attachment; filename=mail.eml\nContent-Transfer-Encoding: base64\n\n${Buffer.from(content).toString('base64')}\n`,
  );
const inBold = text.replace(/^(.*:)$/gm, '*$1*');

it.each<[string, string | Buffer]>([
  ['as text', text],
  [
    'as text below the head that a program has copied along',
    `Von: Absage\nBetreff: Absage abgeschlossen\n\n${text}`,
  ],
  ['as a mail', whole],
  ['as a mail out of a mailbox', `From a@b Sun Nov 29 20:00:00 2026\n${whole}`],
  ['in both forms', mailOf(part('text/plain', text), html(text))],
  ['in HTML alone', mailOf(html(text))],
  ['in HTML in bold', mailOf(html(text.replace(/^(.*:)$/gm, '<b>$1</b>')))],
  ['in HTML in a table', mailOf(html(lines.map((each) => `<tr><td>${each}</td></tr>`).join('')))],
  ['in bold', inBold],
  ['in bold and quoted', inBold.replaceAll(/^/gm, '> ')],
  ['quoted', text.replaceAll(/^/gm, '> ')],
  ['quoted with strokes', text.replaceAll(/^/gm, '| ')],
  ['in capitals', text.replaceAll(/[0-9a-f]{64}/g, (hex) => hex.toUpperCase())],
  ['in UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['as a mail in UTF-16', Buffer.from(`\uFEFF${whole}`, 'utf16le')],
  ['in Windows-1252', Buffer.from(text, 'latin1')],
  ['as a mail in Windows-1252', inLatin(text, 'windows-1252')],
  ['as a mail in ISO-8859-1', inLatin(text, 'iso-8859-1')],
  ['as a mail in ISO-8859-15', inLatin(text, 'iso-8859-15')],
  ['as a mail that names no charset', Buffer.from(`From: a@b\n\n${text}`, 'latin1')],
  ['as a mail that names a wrong charset', inLatin(text, 'utf-8')],
  ['in Base64', encoded(Buffer.from(text), 'utf-8')],
  ['in Base64 and UTF-16', encoded(Buffer.from(text, 'utf16le'), 'utf-16le')],
  ['in Base64 and Windows-1252', encoded(Buffer.from(text, 'latin1'), 'windows-1252')],
  ['in quoted-printable', quotedPrintable(text)],
  ['handed on as an attachment', mailOf(part('text/plain', 'Anbei.'), part('message/rfc822', whole))],
  ['handed on as a file', attached('application/octet-stream; name=mail.eml', whole)],
  ['handed on ten times', forwarded(whole, 9)],
])('reads the proof %s', async (_how, file) => {
  expect(await read(file)).toEqual({ proof: PROOF });
});

it.each([
  ['one after the other', text + otherText],
  ['in the head', `X-Nachweis: ${endProofText(OTHER).join(' ')}\n${whole}`],
  ['in the other form', mailOf(part('text/plain', text), html(otherText))],
  ['in a comment', mailOf(html(`<!-- ${endProofText(OTHER).join(' ')} -->${text}`))],
])('does not choose between two proofs: %s', async (_how, file) => {
  expect(await read(file)).toEqual({ fault: expect.stringContaining('mehrere Nachweise') });
});

it.each([
  ['in the head', `X-Nachweis: ${lines.join(' ')}\nFrom: a@b\n\nGuten Tag`],
  ['in a comment', mailOf(html(`<!-- ${lines.join(' ')} -->Guten Tag`))],
  ['in the title of a page', mailOf(html(`<title>${lines.join(' ')}</title>Guten Tag`))],
  ['where a style hides it', mailOf(html(`<p style="display: none">${text}</p>Guten Tag`))],
])('does not count a proof that nobody is shown: %s', async (_where, file) => {
  expect(await read(file)).toEqual({ fault: expect.stringContaining('wo ihn vielleicht niemand sieht') });
});

it.each([
  ['nothing', ''],
  ['a damaged key', text.replace(PROOF.fingerprint, PROOF.fingerprint.slice(1))],
  ['a key that was cut off', text.slice(0, text.indexOf(PROOF.fingerprint))],
  // Taken for the proof of an unsigned line, it would turn the comparison of the key off.
  ['a label of the key that was changed', text.replace('Schlüssel des Logbuchs:', 'Schlüssel:')],
  ['words before the key', text.replace('Schlüssel des Logbuchs:', 'Und hier\nSchlüssel des Logbuchs:')],
])('finds no proof in %s', async (_what, file) => {
  expect(await read(file)).toEqual({
    fault: 'In der Datei zu --mail steht kein Nachweis über das Ende einer Absage.',
  });
});

it.each<[string, string | Buffer, string]>([
  ['handed on more often', forwarded(whole, 10), 'mehr als 10 weitergeleitete E-Mails'],
  ['sealed', attached('application/pkcs7-mime', whole).replace('mail.eml', 'smime.p7m'), 'verschlüsselt'],
  ['encrypted with PGP', `From: a@b\n\n-----BEGIN PGP MESSAGE-----\nabc`, 'verschlüsselt'],
  ['of Outlook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]), 'die nur Outlook liest'],
  ['with a line of several megabytes', `From: ${'a'.repeat(8 * 1024 * 1024)}\n\n`, 'nicht zu lesen'],
])('says why it cannot read a mail that is %s', async (_what, file, why) => {
  expect(await read(file)).toEqual({ fault: expect.stringContaining(why) });
});

it('reads the proof of a line that nobody has signed', async () => {
  const unsigned = { ...PROOF, fingerprint: null };
  expect(await read(endProofText(unsigned).join('\n'))).toEqual({ proof: unsigned });
});
