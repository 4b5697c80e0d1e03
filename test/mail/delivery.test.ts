import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { pino } from 'pino';
import { normaliseText, textFault } from '../../src/domain/text';
import type { MailPort, OutgoingMail } from '../../src/mail/port';
import { createSmtpMail } from '../../src/mail/smtp-mail';
import { readSmtpUrl } from '../../src/settings/smtp';
import { startMailCatcher, type MailCatcher } from '../../src/up/mail-catcher';
import type { CaughtMail } from '../../src/up/mail-store';
import { aHouse } from '../support/examples';
import { aMail, someFacts } from '../support/mail-examples';

/** From the sender through a real connection to the mail catcher. */
let dataDir: string;
let catcher: MailCatcher;
let mail: MailPort;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'absage-'));
  catcher = await startMailCatcher({ dataDir, ports: { mail: 0, mailUi: 0 } }, pino({ level: 'silent' }));
  mail = createSmtpMail({ server: readSmtpUrl(catcher.smtpUrl), rehearsalTo: null, isRehearsal: true });
});

afterAll(async () => {
  await catcher.stop();
  rmSync(dataDir, { recursive: true });
});

async function deliver(outgoing: OutgoingMail): Promise<CaughtMail> {
  const outcomes = await mail.send(outgoing);
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['accepted']));
  const response = await fetch(`${catcher.url}/messages`);
  const { messages } = (await response.json()) as { messages: CaughtMail[] };
  const last = messages.at(-1);
  if (!last) throw new Error('nothing has arrived');
  return last;
}

it('delivers the notice as it was written', async () => {
  const notice = mail.composePartnerNotice(aHouse(), someFacts({ title: 'Frühling 🌷 & „Mehr“' }));
  const arrived = await deliver(notice);
  expect(arrived).toMatchObject({
    from: 'karten@festspielhaus.example',
    to: ['absagen@oeticket.example', 'karten@festspielhaus.example'],
    messageId: notice.messageId,
    subject: notice.subject,
    text: notice.text,
  });

  const header = await simpleParser(arrived.source);
  expect([header.from, header.replyTo, header.to, header.cc].flat().map((field) => field?.text)).toEqual([
    'karten@festspielhaus.example',
    'karten@festspielhaus.example',
    'absagen@oeticket.example',
    'karten@festspielhaus.example',
  ]);
});

it('is plain text in UTF-8, in one piece', async () => {
  const { source } = await deliver(aMail({ text: 'Grüß Gott\n' }));
  expect(source).toContain('\r\nContent-Type: text/plain; charset=utf-8\r\n');
  expect(source).not.toMatch(/multipart|attachment|boundary/i);
});

it('keeps every line within what mail servers carry', async () => {
  const { source } = await deliver(
    aMail({ subject: `Absage: ${'Langer Titel '.repeat(40)}`, text: `${'x'.repeat(5_000)}\n` }),
  );
  expect(Math.max(...source.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78);
});

it('protects blanks at the ends of lines on their way', async () => {
  expect((await deliver(aMail({ text: 'eins \nzwei\n' }))).source).toContain('\r\n\r\neins=20\r\nzwei\r\n');
});

it('has one Message-ID, on every attempt', async () => {
  const attempts = [await deliver(aMail()), await deliver(aMail())];
  expect(attempts.map(({ messageId }) => messageId)).toEqual([aMail().messageId, aMail().messageId]);
  for (const { source } of attempts) expect(source.match(/^Message-ID:/gim)).toHaveLength(1);
});

it.each([
  ['a lone dot', 'eins\n.\nzwei\n'],
  ['dots at the start', '..\n.eins\n...\n'],
  ['blanks at the ends of lines', 'eins \nzwei  \n \n'],
  ['ASCII only', 'plain words\n'],
  ['what mailboxes escape', 'From here\n>From there\n'],
  ['a signature mark', 'eins\n-- \nzwei\n'],
  ['what looks like its encoding', '=20=\n=C3=BC\n'],
  ['a template and markup', '{{x}} <b>y</b> ${z} &amp;\n'],
  ['a very long line', `${'ü'.repeat(3_000)}\n`],
  ['a long line in ASCII', `${'eins zwei '.repeat(40)}  \n  drei\n`],
  ['an emoji family', '👨‍👩‍👧‍👦\n'],
  ['a tab', 'eins\tzwei\n'],
  ['many blank lines', 'eins\n\n\n\n\nzwei\n'],
])('delivers literally: %s', async (_what, text) => {
  expect((await deliver(aMail({ text }))).text).toBe(text);
});

it('delivers literally whatever a clerk may write', async () => {
  const reasons = fc
    .array(fc.string({ unit: 'grapheme', maxLength: 80 }), { minLength: 1, maxLength: 6 })
    .map((lines) => normaliseText(lines.join('\n')))
    .filter((text) => textFault(text) === null);
  await fc.assert(
    fc.asyncProperty(reasons, async (reason) => {
      const notice = mail.composePartnerNotice(aHouse(), someFacts({ reason }));
      expect((await deliver(notice)).text).toBe(notice.text);
    }),
    { numRuns: 30 },
  );
});

it.each([
  ['an emoji', '🌷 Frühling'],
  ['markup', '<script>alert(1)</script>'],
  ['a long word', 'ü'.repeat(300)],
])('delivers the subject literally: %s', async (_what, subject) => {
  expect((await deliver(aMail({ subject }))).subject).toBe(subject);
});

it('delivers to domains with umlauts', async () => {
  const { source } = await deliver(aMail({ to: ['absagen@öticket.example'], cc: [] }));
  expect(source).toContain('\r\nTo: absagen@xn--ticket-vxa.example\r\n');
});

it('sends nothing for facts of which no valid mail can come', () => {
  const house = aHouse({ partnerNotice: { to: 'a@x.example, b@x.example', from: 'k@x.example', cc: [] } });
  expect(() => mail.composePartnerNotice(house, someFacts())).toThrow(TypeError);
});
