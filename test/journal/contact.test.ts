import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { isSealed } from '../../src/domain/contact';
import type { EntryOf, NewOpening } from '../../src/domain/journal';
import type { Contact } from '../../src/domain/types';
import { hashEntry, isChainWhole } from '../../src/journal/chain';
import { contactOf, openContact } from '../../src/journal/contact';
import { openJournal } from '../../src/journal/open';
import type { JournalStore } from '../../src/journal/port';
import { anOpening } from '../support/openings';
import { ending, REF } from './lines';
import { makeSqlitePlace } from './sqlite-place';

const CONTACT: Contact = {
  name: 'Ing.in Ä. Öztürk-Größl',
  phone: '+43 660 1234567',
  email: 'oe@haus.example',
};
const BY = { actor: 'Datenschutz', actorId: null, reason: 'verlangt', runs: 0, mails: 0 };

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

function opening(contact?: Contact): NewOpening {
  const after = anOpening();
  const order = { ...after.input.order, ...(contact && { contact }) };
  return {
    actor: 'test',
    actorId: null,
    kind: 'opening',
    step: 'check',
    operation: 'check',
    effectKey: 'opening',
    after: { ...after, input: { ...after.input, order } },
    outcome: 'ok',
  };
}

const caseRef = (number: number) => ({
  ...REF,
  caseId: `case-${number}`,
  eventNumber: String(1_000 + number),
});

async function contactIn(caseId: string) {
  const entries = await journal.entries(caseId);
  const opened = openContact(entries, await contactOf(journal, entries)) as EntryOf<'check'>[];
  return opened[0]?.after.input.order.contact;
}

it('keeps a contact sealed in its line, and opens it with the key of the case', async () => {
  await journal.openCase(REF, opening(CONTACT));
  const [line] = (await journal.entries(REF.caseId)) as EntryOf<'check'>[];
  expect(isSealed(line?.after.input.order.contact)).toBe(true);
  expect(line?.hash).toBe(hashEntry(line!));
  for (const part of Object.values(CONTACT)) expect(readFileSync(place.path).includes(part)).toBe(false);
  expect(await contactIn(REF.caseId)).toEqual(CONTACT);
});

it('says the same of long and short contacts, and never the same twice', async () => {
  const sealed = [];
  for (const [number, contact] of [CONTACT, CONTACT, { name: 'A', phone: '1' }].entries()) {
    await journal.openCase(caseRef(number), opening(contact));
    const [line] = (await journal.entries(`case-${number}`)) as EntryOf<'check'>[];
    sealed.push((line?.after.input.order.contact as { sealed: string }).sealed);
  }
  expect(new Set(sealed).size).toBe(3);
  expect(new Set(sealed.map(({ length }) => length)).size).toBe(1);
});

it('seals the contact of an order that is refused, too, and makes no key where there is none', async () => {
  const refusal = { input: opening(CONTACT).after.input, event: null, warnings: [] };
  await journal.append(REF, {
    actor: 'test',
    actorId: null,
    kind: 'refusal',
    step: 'check',
    operation: 'check',
    effectKey: 'opening',
    after: { ...refusal, refusal: { code: 'event-not-found', text: 'gibt es nicht' } },
    outcome: 'event-not-found',
  });
  expect(await contactIn(REF.caseId)).toEqual(CONTACT);
  await journal.openCase(caseRef(2), opening());
  expect((await journal.keptContacts()).map(({ caseId }) => caseId)).toEqual([REF.caseId]);
  expect(await journal.contact('case-2')).toBeNull();
});

it('a sealed contact is worth nothing in another case, changed, or with another key', async () => {
  await journal.openCase(caseRef(1), opening(CONTACT));
  await journal.openCase(caseRef(2), opening(CONTACT));
  const [first] = (await journal.entries('case-1')) as EntryOf<'check'>[];
  const [key, other] = await Promise.all([journal.contact('case-1'), journal.contact('case-2')]);
  const elsewhere = { ...first!, caseId: 'case-2' };
  const read = (lines: typeof elsewhere, state: typeof key) =>
    (openContact([lines], state) as EntryOf<'check'>[])[0]?.after.input.order.contact;
  expect(read(first!, key)).toEqual(CONTACT);
  expect([read(first!, other), read(elsewhere, key), read(elsewhere, other)].every(isSealed)).toBe(true);
});

it('erases a contact at the end: the lines stay, the chain is whole, the installation says so, once', async () => {
  await journal.openCase(REF, opening(CONTACT));
  const state = (await journal.contact(REF.caseId)) as { key: string };
  await expect(journal.eraseContact(REF, BY)).rejects.toThrow();
  await journal.append(REF, ending('completed'));
  const before = await journal.entries(REF.caseId);

  const line = await journal.eraseContact(REF, BY);
  expect(line).toMatchObject({
    operation: 'contact-erased',
    actor: 'Datenschutz',
    after: { caseId: REF.caseId, reason: 'verlangt', runs: 0, mails: 0 },
  });
  expect(await journal.eraseContact(REF, BY)).toBeNull();
  expect(await journal.contact(REF.caseId)).toEqual({ erasedAt: line?.at });
  expect(await journal.entries(REF.caseId)).toEqual(before);
  expect(isChainWhole(before)).toBe(true);
  expect(isSealed(await contactIn(REF.caseId))).toBe(true);
  expect(readFileSync(place.path).includes(state.key)).toBe(false);
});

it('lists what is kept: ended cases first, with what somebody wished while they were open', async () => {
  for (const number of [1, 2, 3]) await journal.openCase(caseRef(number), opening(CONTACT));
  await journal.append(caseRef(3), ending('aborted'));
  expect(
    await journal.wishErasure('case-2', { actor: 'Datenschutz', actorId: 'os:ds', reason: 'verlangt' }),
  ).toBe(true);
  expect(
    await journal.wishErasure('case-4', { actor: 'Datenschutz', actorId: 'os:ds', reason: 'verlangt' }),
  ).toBe(false);
  expect(await journal.keptContacts()).toEqual([
    { ...caseRef(3), endedAt: (await journal.entries('case-3'))[1]?.at, wish: null },
    { ...caseRef(1), endedAt: null, wish: null },
    { ...caseRef(2), endedAt: null, wish: { actor: 'Datenschutz', actorId: 'os:ds', reason: 'verlangt' } },
  ]);
});

it('leaves nothing of an erased key in the file, however the pages were split and joined', async () => {
  const many = Array.from({ length: 300 }, (_, number) => caseRef(number));
  await Promise.all(many.map((ref) => journal.openCase(ref, opening(CONTACT))));
  await Promise.all(many.map((ref) => journal.append(ref, ending('completed'))));
  const keys = new Map<string, string>();
  for (const { caseId } of many) keys.set(caseId, ((await journal.contact(caseId)) as { key: string }).key);
  const found = () => {
    const file = readFileSync(place.path);
    return [...keys.values()].filter((key) => file.includes(key)).length;
  };
  expect(found()).toBe(300);
  const shuffled = [...many].sort(() => randomBytes(1).readInt8());
  for (const ref of shuffled.slice(0, 200)) await journal.eraseContact(ref, BY);
  expect(found()).toBe(100);
  for (const ref of shuffled.slice(200)) await journal.eraseContact(ref, BY);
  expect(found()).toBe(0);
});
