import type { JournalEntry } from '../../src/domain/journal';
import { ProtocolCases, protocolOf, stepStates } from './protocol-cases';

let cases: ProtocolCases;
let completed: JournalEntry[];

beforeAll(async () => {
  cases = await ProtocolCases.open();
  completed = await cases.completed();
});
afterAll(() => cases.close());

it('a completed case names the mail with its Message-ID, its text, and the answer for each recipient', () => {
  const { notice } = protocolOf(completed);
  const { caseId, eventNumber } = protocolOf(completed);
  expect(notice?.mail).toMatchObject({
    messageId: `<cancellation.${eventNumber}.${caseId}@festspielhaus.example>`,
    to: ['absagen@oeticket.example'],
    cc: ['karten@festspielhaus.example'],
    subject: expect.stringContaining(`(VA-Nr. ${eventNumber})`),
    text: expect.stringContaining('Diese E-Mail ist die Anweisung des Veranstalters zur Rückerstattung.'),
  });
  expect(notice?.attempts.flatMap(({ recipients }) => recipients)).toEqual([
    {
      address: 'absagen@oeticket.example',
      outcome: 'accepted',
      outcomeText: 'vom Mailserver angenommen',
      reply: 'accepted',
    },
    expect.objectContaining({ address: 'karten@festspielhaus.example' }),
  ]);
});

it('a mail that was sent again shows both attempts, and the question that was answered', async () => {
  const document = protocolOf(await cases.sentAgain());
  expect(document.notice?.attempts.map(({ recipients }) => recipients.map(({ outcome }) => outcome))).toEqual(
    [['in-doubt', 'accepted'], ['accepted']],
  );
  expect(document.decisions).toMatchObject([
    {
      answer: 'die E-Mail noch einmal senden',
      question: expect.stringMatching(/^Wir wissen nicht sicher, ob die E-Mail angekommen ist\./),
    },
  ]);
  expect(stepStates(document)['notify-partner']).toBe('done');
});

it('a mail that a person calls arrived is confirmed, not accepted', async () => {
  const document = protocolOf(await cases.sentAgain('treat-as-sent'));
  expect(document.notice?.text).toBe('Eine Person hat bestätigt, dass die E-Mail gesendet wurde.');
  expect(stepStates(document)['notify-partner']).toBe('by-hand');
});

it('a mail in doubt is left to be asked about', async () => {
  const document = protocolOf(await cases.mailInDoubt());
  expect(stepStates(document)['notify-partner']).toBe('unclear');
  expect(document.toDo).toContain('Bei Ö-Ticket nachfragen, ob die E-Mail angekommen ist.');
});
