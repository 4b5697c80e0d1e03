import type { JournalEntry } from '../../src/domain/journal';
import { statusFromJournal } from '../../src/cases/journal-status';
import { protocolOf, ProtocolCases } from '../protocol/protocol-cases';

let cases: ProtocolCases;
beforeAll(async () => {
  cases = await ProtocolCases.open();
});
afterAll(() => cases.close());

const stepOf = (entries: readonly JournalEntry[], name: string, isOpen = false) =>
  statusFromJournal(entries, isOpen)?.steps.find((step) => step.name === name);

describe('the mail to Ö-Ticket, seen from the journal alone', () => {
  // This used to say "upcoming", which the console prints as "nicht ausgeführt": a clerk would have mailed a second
  // time.
  it('is done by a person once they have decided that it has arrived', async () => {
    const entries = await cases.sentAgain('treat-as-sent');
    expect(statusFromJournal(entries, false)).toMatchObject({ state: 'completed' });
    expect(stepOf(entries, 'notify-partner')).toMatchObject({ state: 'by-hand' });
    expect(protocolOf(entries).steps.find(({ name }) => name === 'notify-partner')).toMatchObject({
      state: 'by-hand',
    });
  });

  it('is done when every recipient was reached, by the second sending too', async () => {
    expect(stepOf(await cases.sentAgain('send-again'), 'notify-partner')).toMatchObject({ state: 'done' });
  });

  it('is not done while one recipient is in doubt', async () => {
    expect(stepOf(await cases.mailInDoubt(), 'notify-partner', true)).toMatchObject({ state: 'current' });
  });
});
