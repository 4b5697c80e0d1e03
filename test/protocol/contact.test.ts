import { CONTACT_PLACES } from '../../src/domain/contact';
import type { EntryOf, JournalEntry } from '../../src/domain/journal';
import type { Contact } from '../../src/domain/types';
import { isChainWhole } from '../../src/journal/chain';
import { hashText, openContact } from '../../src/journal/contact';
import { composePartnerNotice } from '../../src/mail/partner-notice-text';
import type { ProtocolDocument } from '../../src/protocol/document';
import { renderProtocolHtml } from '../../src/protocol/html';
import { protocolJson } from '../../src/protocol/json';
import { renderProtocolPdf } from '../../src/protocol/pdf';
import { verifyProtocol } from '../../src/protocol/verify';
import type { OutgoingMail } from '../../src/mail/port';
import { ActivityStage, type StagedCase } from '../support/activity-stage';
import { protocolOf, sealed, signedProtocol } from './protocol-cases';

const CONTACT: Contact = {
  name: 'Mag.a Hermine Kanarek',
  phone: '+43 660 7777777',
  email: 'kanarek@haus.example',
};
/** A clerk may write anything, also what stands for a contact. */
const REASON = `Bühne gesperrt. ${CONTACT_PLACES.name} ${CONTACT_PLACES.email}`;
const BY = { actor: 'Datenschutz', actorId: null, reason: 'verlangt', runs: 0, mails: 0 };

let stage: ActivityStage;
let aCase: StagedCase;
let entries: JournalEntry[];
let sent: OutgoingMail[];

beforeAll(async () => {
  stage = await ActivityStage.open();
  sent = [];
  aCase = await stage.prepare({ order: { contact: CONTACT, reason: REASON } });
  const { mail } = stage;
  mail.composePartnerNotice = (house, facts) => composePartnerNotice(house, facts, { isRehearsal: true });
  const send = mail.send.bind(mail);
  mail.send = (given, ...rest) => {
    sent.push(given);
    return send(given, ...rest);
  };
  await aCase.runThrough();
  entries = await aCase.entries();
});
afterAll(() => stage.close());

const notice = (lines: readonly JournalEntry[]) =>
  lines.find(
    (line): line is EntryOf<'send-partner-notice', 'intent'> =>
      line.operation === 'send-partner-notice' && line.kind === 'intent',
  )!.after;

const protocol = () => signedProtocol(stage.journal, entries);

/** As only the holder of the key could forge it. */
const resealed = (document: ProtocolDocument) =>
  Buffer.from(JSON.stringify(sealed(document, stage.journal.signer)), 'utf8');

it('sends the contact to Ö-Ticket, and keeps place-holders and a hash that only the key can make', async () => {
  const [mail] = sent;
  const kept = notice(entries);
  for (const part of Object.values(CONTACT)) {
    expect(mail?.text).toContain(part);
    expect(JSON.stringify(entries)).not.toContain(part);
  }
  const { key } = (await stage.journal.contact(aCase.ref.caseId)) as { key: string };
  expect(kept.text).toContain(`Telefon: ${CONTACT_PLACES.phone}`);
  expect(kept.textHash).toBe(hashText(key, mail!.text));
  expect(isChainWhole(entries)).toBe(true);
  expect(notice(openContact(entries, { key })).text).toBe(mail!.text);
});

it('shows text as sent only where it is that', async () => {
  const { key } = (await stage.journal.contact(aCase.ref.caseId)) as { key: string };
  const forged = entries.map((line) =>
    line.operation === 'send-partner-notice' && line.kind === 'intent'
      ? { ...line, after: { ...line.after, text: line.after.text.replace('gesperrt', 'frei') } }
      : line,
  );
  expect(notice(openContact(forged, { key })).text).toContain(CONTACT_PLACES.phone);
});

it('the Protokoll has the contact beside the lines while there is a key, and verifies as JSON and PDF', async () => {
  const document = await protocol();
  expect(document.order.contact).toEqual(CONTACT);
  expect(document.notice?.mail?.text).toBe(sent[0]?.text);
  expect(renderProtocolHtml(document)).toContain(CONTACT.phone);
  expect(JSON.stringify(document.journal)).not.toContain(CONTACT.phone);
  expect(await verifyProtocol(Buffer.from(protocolJson(document)))).toMatchObject({ proof: 'whole' });
  expect(await verifyProtocol(await renderProtocolPdf(document))).toMatchObject({ proof: 'whole' });
});

it.each<[string, (document: ProtocolDocument) => ProtocolDocument]>([
  [
    'another contact',
    (document) => ({
      ...document,
      order: { ...document.order, contact: { ...CONTACT, email: null, phone: '1' } },
    }),
  ],
  ['no contact', (document) => ({ ...document, order: { ...document.order, contact: null } })],
  ['another key', (document) => ({ ...document, contact: { key: 'A'.repeat(43) } })],
  ['a key that is none', (document) => ({ ...document, contact: { key: 7 as unknown as string } })],
  ['a key that is lost', (document) => ({ ...document, contact: { lost: true } })],
  ['no key', ({ contact: _contact, ...document }) => document],
  [
    'an erasure that was none',
    (document) => ({ ...document, contact: { erasedAt: '2027-01-01T00:00:00.000Z' } }),
  ],
  [
    'another text of the mail',
    (document) => ({
      ...document,
      notice: {
        ...document.notice!,
        mail: { ...document.notice!.mail!, text: document.notice!.mail!.text.replace('7777777', '8888888') },
      },
    }),
  ],
])('a Protokoll with %s is changed, whatever its digest says', async (_what, forge) => {
  expect(await verifyProtocol(resealed(forge(await protocol())))).toMatchObject({ proof: 'changed' });
});

it.each([null, { key: 'A'.repeat(43) }])(
  'the Protokoll of a contact that nothing opens any more says so, and is changed: %j',
  async (state) => {
    const document = protocolOf(entries, true, state);
    expect(document).toMatchObject({ contact: { lost: true }, order: { contact: null } });
    expect(renderProtocolHtml(document)).toContain('der Schlüssel fehlt, und keine Löschung ist vermerkt');
    const { proof } = await protocol();
    for (const schema of ['absage/protocol/4', document.schema])
      expect(
        await verifyProtocol(resealed({ ...document, proof, schema } as ProtocolDocument)),
      ).toMatchObject({
        proof: 'changed',
      });
  },
);

describe('after the erasure', () => {
  let document: ProtocolDocument;
  let before: ProtocolDocument;
  beforeAll(async () => {
    before = await protocol();
    await stage.journal.eraseContact(aCase.ref, BY);
    document = await protocol();
  });

  it('the Protokoll says when, holds nothing of the contact, and verifies', async () => {
    expect(document.order.contact).toBeNull();
    expect(document.contact).toHaveProperty('erasedAt');
    expect(document.journal).toEqual(before.journal);
    expect(renderProtocolHtml(document)).toMatch(/gelöscht am \d+\.\d+\.\d{4}/);
    const json = protocolJson(document);
    for (const part of Object.values(CONTACT)) expect(json).not.toContain(part);
    expect(await verifyProtocol(Buffer.from(json))).toMatchObject({ proof: 'whole' });
    expect(await verifyProtocol(await renderProtocolPdf(document))).toMatchObject({ proof: 'whole' });
  });

  it('a Protokoll from before is as good as it was', async () => {
    expect(await verifyProtocol(Buffer.from(protocolJson(before)))).toMatchObject({ proof: 'whole' });
  });

  it.each(['2020-01-01T00:00:00.000Z', 'gestern'])(
    'one cannot say that it was erased before the case was over: %s',
    async (erasedAt) => {
      const forged = { ...document, contact: { erasedAt } };
      expect(await verifyProtocol(resealed(forged))).toMatchObject({
        proof: 'changed',
        findings: expect.arrayContaining([
          expect.objectContaining({
            holds: false,
            text: expect.stringContaining('bevor der Fall zu Ende war'),
          }),
        ]),
      });
    },
  );

  it('one of a case without a contact cannot say that a contact was erased', async () => {
    const other = await stage.prepare();
    await other.runThrough('checkEvent');
    const plain = await signedProtocol(stage.journal, await other.entries());
    expect(plain).not.toHaveProperty('contact');
    const forged = { ...plain, contact: { erasedAt: '2027-01-01T00:00:00.000Z' } };
    expect(await verifyProtocol(resealed(forged))).toMatchObject({ proof: 'changed' });
  });
});
