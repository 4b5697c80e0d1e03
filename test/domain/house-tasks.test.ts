import { isReservedTaskId, remainingByHand, tasksOf, tasksOfHouse } from '../../src/domain/house-tasks';
import { readLines, type CaseLines } from '../../src/domain/lines';
import { aHouse } from '../support/examples';
import { linesOf, minute, type Told } from '../support/lines';
import { anOpening } from '../support/openings';

const PARTNER = { name: 'Ö-Ticket, Veranstalterservice', phone: '+43 1 000 400' };
const TEAM = { name: 'Ticketing-Team', phone: '+43 2742 000 900' };
const HOUSE = aHouse({
  contacts: { partner: PARTNER, ticketingTeam: TEAM },
  tasks: [
    { id: 'buses', text: 'Die Theaterbusse abbestellen.', contact: null },
    { id: 'front-of-house', text: 'Abenddienst anrufen.', contact: { name: 'Abenddienst', phone: '12' } },
  ],
});

const opening = (changes: object = {}): Told => ({
  kind: 'opening',
  step: 'check',
  operation: 'check',
  after: { ...anOpening(), tasks: tasksOfHouse(HOUSE), contacts: HOUSE.contacts, ...changes },
  outcome: 'ok',
});
const tick = (id: string, done: boolean, note?: string): Told =>
  ({ kind: 'task', step: 'report', operation: 'tick-task', after: { id, done, note } }) as Told;
const end = (outcome: string): Told =>
  ({ kind: 'end', step: 'report', operation: 'close', outcome, after: null }) as Told;
const MARKING = { kind: 'intent', step: 'mark-titles', operation: 'save-announcement' } as Told;
const STORNO = {
  kind: 'outcome',
  step: 'set-storno',
  operation: 'set-storno',
  after: { status: 'Storno', version: '3', savedAt: minute(2) },
  outcome: 'ok',
} as Told;
const LOST = {
  kind: 'evidence',
  step: 'verify-channel',
  operation: 'read-event',
  after: { status: 'Abschluss', readAt: minute(3) },
  outcome: 'not-storno',
} as Told;

const read = (...told: Told[]) => readLines(linesOf(...told)) as CaseLines;
const idsOf = (lines: CaseLines) => tasksOf(lines)?.map(({ id }) => id);

const STANDARD = [
  'front-of-house',
  'own-buyers',
  'subscriptions',
  'website',
  'buses',
  'service-mail-confirmed',
  'refund-instructed-elsewhere',
];

it('begins with ours, the own ones of the house before what waits for Ö-Ticket', () => {
  const tasks = tasksOfHouse(HOUSE);
  expect(tasks.map(({ id }) => id)).toEqual(STANDARD);
  expect(tasks[0]).toMatchObject({ text: 'Abenddienst anrufen.', contact: { phone: '12' } });
  expect(tasks.find(({ id }) => id === 'service-mail-confirmed')).toMatchObject({ contact: PARTNER });
});

it('is there from the first line on, and needs nothing but the lines', () => {
  expect(idsOf(read(opening()))).toEqual(STANDARD);
});

it('has none where the case is from before, or was refused', () => {
  expect(tasksOf(read(opening({ tasks: undefined })))).toBeNull();
  const refusal = { kind: 'refusal', step: 'check', operation: 'check', outcome: 'event-past' } as Told;
  const refused = { ...refusal, after: { ...anOpening(), refusal: { code: 'x', text: 'Nein.' } } } as Told;
  expect(tasksOf(read(refused))).toBeNull();
});

it('shows who has done what, with the note, until the tick is taken back', () => {
  const ticked = [opening(), tick('website', true, 'Frau Huber macht es')];
  const done = (lines: CaseLines) => tasksOf(lines)?.find(({ id }) => id === 'website')?.done;
  expect(done(read(...ticked))).toEqual({ by: 'Kasse', at: minute(2), note: 'Frau Huber macht es' });
  expect(done(read(...ticked, tick('website', false)))).toBeNull();
});

it('puts what the case adds on top: a lost status, and whom to call', () => {
  const lines = read(opening(), STORNO, LOST);
  expect(idsOf(lines)?.slice(0, 3)).toEqual(['ask-ticketing-team', 'call-partner', 'front-of-house']);
  expect(tasksOf(lines)?.slice(0, 2)).toMatchObject([{ contact: TEAM }, { contact: PARTNER }]);
});

it('lists the steps that are left where a person closed the case', () => {
  expect(idsOf(read(opening(), STORNO, end('closed-by-hand')))?.slice(0, 3)).toEqual([
    'check-channel',
    'grant-right',
    'notify-partner',
  ]);
});

it('after an abort lists what is to be taken back, and nothing of the cancellation', () => {
  const lines = read(opening(), MARKING, tick('front-of-house', true), end('aborted'));
  expect(tasksOf(lines)).toMatchObject([
    { id: 'check-texts', done: null },
    { id: 'undo-front-of-house', text: 'Es wird doch gespielt: Abenddienst anrufen.', done: null },
  ]);
});

it('names what is open in sentences, with the telephone', () => {
  const open = remainingByHand(read(opening(), tick('front-of-house', true), end('completed')));
  expect(open).not.toContainEqual(expect.stringContaining('Abenddienst'));
  expect(open).toContain(
    'Bei Ö-Ticket die Bestätigung abwarten, dass die Servicemail versendet wurde. (Ö-Ticket, Veranstalterservice, Telefon +43 1 000 400)',
  );
});

it('keeps the ids of what a case adds to itself', () => {
  const added = ['call-partner', 'check-texts', 'extend-right-later', 'undo-website'];
  expect(added.every(isReservedTaskId)).toBe(true);
  expect(['website', 'buses'].some(isReservedTaskId)).toBe(false);
});
