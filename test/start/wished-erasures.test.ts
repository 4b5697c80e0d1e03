import { createLook, eraseWished } from '../../src/start/wished-erasures';
import type { KeptContact } from '../../src/journal/port';

const NOW_MS = Date.parse('2027-01-01T10:00:00.000Z');
const SECOND_MS = 1_000;
const kept = (caseId: string, endedAt: string | null): KeptContact => ({
  ...{ caseId, house: 'FSP', eventNumber: '104233', endedAt },
  wish: { actor: 'Datenschutz', actorId: 'os:ds', reason: 'verlangt' },
});

function stage(...contacts: KeptContact[]) {
  const asked: string[] = [];
  const journal = {
    keptContacts: (which = 'all') => {
      asked.push(which);
      return Promise.resolve(contacts);
    },
  };
  const erase = jest.fn(() => Promise.resolve());
  return { contacts, asked, journal, erase, look: createLook({ journal, erase }) };
}

// It used to wait for the schedule, for up to a day.
it('has a contact erased that was wished away, as soon as its case has ended', async () => {
  const { contacts, asked, erase, look } = stage(kept('a', null));
  await look(NOW_MS);
  expect(erase).not.toHaveBeenCalled();
  contacts[0] = kept('a', '2027-01-01T09:59:59.000Z');
  await look(NOW_MS);
  expect(erase).toHaveBeenCalledTimes(1);
  expect(asked).toEqual(['wished', 'wished']);
});

it('tries again at longer and longer intervals what could not be erased, and a new one at once', async () => {
  const { contacts, erase, look } = stage(kept('a', '2027-01-01T09:00:00.000Z'));
  for (let second = 0; second < 3_600; second += 20) await look(NOW_MS + second * SECOND_MS);
  // After 0, 20, 60, 140, 300, 620, 1260 and 2540 seconds.
  expect(erase).toHaveBeenCalledTimes(8);
  contacts.push(kept('b', '2027-01-01T10:00:00.000Z'));
  await look(NOW_MS + 3_600 * SECOND_MS);
  expect(erase).toHaveBeenCalledTimes(9);
});

it('goes on when journal or Temporal do not answer, and ends when its worker stops', async () => {
  const stopping = new AbortController();
  const journal = { keptContacts: () => Promise.reject(new Error('away')) };
  const log = { warn: jest.fn(() => stopping.abort()) };
  await eraseWished({ journal, erase: jest.fn(), log }, stopping.signal);
  expect(log.warn).toHaveBeenCalledTimes(1);
});
