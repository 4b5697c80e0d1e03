import { addMonths, toInstant, toMs, viennaDate } from '../../src/domain/clock';
import { judgeContacts } from '../../src/doctor/contacts';
import { inspectJournal, openJournal } from '../../src/journal/open';
import type { JournalStore } from '../../src/journal/port';
import { aHouse, anInput, anOrder } from '../support/examples';
import { anOpening } from '../support/openings';
import { ending } from '../journal/lines';
import { makeSqlitePlace } from '../journal/sqlite-place';

const HOUSES = new Map([['FSP', aHouse({ retention: { contactMonths: 12 } })]]);
const WISH = { actor: 'Datenschutz', actorId: 'os:ds', reason: 'verlangt' };
const DAY_MS = 24 * 3_600_000;

let place: ReturnType<typeof makeSqlitePlace>;
let journal: JournalStore;
beforeEach(async () => {
  place = makeSqlitePlace();
  journal = await openJournal(place.url);
});
afterEach(async () => {
  await journal.close();
  place.remove();
});

/** Resolves to when it ended. */
async function aCase(eventNumber: string, isEnded = true): Promise<string> {
  const contact = { name: 'Ludmilla Wagenknecht', phone: '+43 660 4440123' };
  const input = anInput({ caseId: `case-${eventNumber}`, order: anOrder({ eventNumber, contact }) });
  const ref = { caseId: input.caseId, house: 'FSP', eventNumber };
  await journal.openCase(ref, {
    ...WISH,
    kind: 'opening',
    step: 'check',
    operation: 'check',
    effectKey: 'opening',
    after: { ...anOpening(), input },
    outcome: 'ok',
  });
  return isEnded ? (await journal.append(ref, ending('completed'))).at : '';
}

async function judge(now = toInstant(Date.now()), houses: typeof HOUSES | null = HOUSES) {
  return judgeContacts(await inspectJournal(place.url, { budgetMs: 60_000, ownKeys: null }), houses, now);
}

/** Noon of the day on which the months of the house are over, and days after it. */
function afterRetention(endedAt: string, days: number): string {
  const noon = `${addMonths(viennaDate(endedAt), 12)}T12:00:00.000Z`;
  return toInstant(toMs(noon) + days * DAY_MS);
}

it('names a contact that can be read longer than its house allows, and what to do', async () => {
  const endedAt = await aCase('104233');
  await aCase('104234', false);
  expect(await judge(afterRetention(endedAt, 2))).toEqual({
    state: 'ok',
    text: 'Lesbar sind die von 2 Absagen, keine davon länger als vorgesehen.',
  });
  const late = await judge(afterRetention(endedAt, 3));
  expect(late).toMatchObject({
    state: 'warning',
    text: expect.stringMatching(/von einer Absage\. .*absage-erase-contacts.*absage contact erase/),
    details: [expect.stringMatching(/^FSP 104233 \(case-104233\), beendet am \d+\.\d+\.\d{4}$/)],
  });
  expect(JSON.stringify(late)).not.toContain('Wagenknecht');
});

it('names a contact whose erasure was asked for and did not come', async () => {
  const endedAt = await aCase('104233');
  await journal.wishErasure('case-104233', WISH);
  expect(await judge(toInstant(toMs(endedAt) + DAY_MS))).toMatchObject({ state: 'ok' });
  expect(await judge(toInstant(toMs(endedAt) + 3 * DAY_MS))).toMatchObject({
    state: 'warning',
    details: [expect.stringContaining(', Löschung verlangt')],
  });
});

it('has nothing to say once the contact is erased', async () => {
  const endedAt = await aCase('104233');
  const ref = { caseId: 'case-104233', house: 'FSP', eventNumber: '104233' };
  await journal.eraseContact(ref, { ...WISH, runs: 0, mails: 0 });
  expect(await judge(afterRetention(endedAt, 100))).toMatchObject({ state: 'ok' });
});

it('does not judge without the houses, which say how long', async () => {
  await aCase('104233');
  expect(await judge(undefined, null)).toMatchObject({
    text: 'Nicht geprüft: die Häuser sind nicht lesbar.',
  });
});
