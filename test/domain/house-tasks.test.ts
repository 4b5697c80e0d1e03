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

// A tick about the first loss used to hide the calls that the second one needs.
it('asks anew where the status was lost anew', () => {
  const called = tick('call-partner', true);
  const back = {
    ...LOST,
    outcome: 'storno-again',
    after: { status: 'Storno', readAt: minute(5), savedAt: minute(5) },
  };
  const done = (...told: Told[]) =>
    tasksOf(read(opening(), STORNO, ...told))?.find(({ id }) => id === 'call-partner')?.done;
  expect(done(LOST, called)).not.toBeNull();
  expect(done(LOST, called, back as Told, LOST)).toBeNull();
});

it('asks whether tickets were sold where it was on sale in between', () => {
  const onSale = { ...LOST, after: { status: 'Verkaufsfreigabe', readAt: minute(3) } } as Told;
  const back = {
    ...LOST,
    outcome: 'storno-again',
    after: { status: 'Storno', readAt: minute(5), savedAt: minute(5) },
  };
  expect(idsOf(read(opening(), STORNO, onSale, back as Told))?.[0]).toBe('check-sales');
  expect(idsOf(read(opening(), STORNO, LOST, back as Told))?.[0]).toBe('front-of-house');
});

// A house was asked to put its website right for a show that was to be played.
it('asks for nothing of the cancellation once an abort was accepted, whoever closes the case', () => {
  const aborted = {
    kind: 'decision',
    step: 'set-storno',
    operation: 'abort',
    after: { reason: 'x' },
    outcome: 'accepted',
  } as Told;
  expect(idsOf(read(opening(), MARKING, aborted))).toEqual(['check-texts']);
  expect(idsOf(read(opening(), MARKING, aborted, end('closed-by-hand')))).toEqual(['check-texts']);
});

it('after an abort names a marker that had been there before', () => {
  const { event } = anOpening();
  const title = { before: 'Faust – ENTFÄLLT', after: 'Faust – ENTFÄLLT' };
  const lines = read(opening({ event: { ...event, title } }), end('aborted'));
  expect(tasksOf(lines)?.[0]?.text).toContain('er stand schon vor dem Auftrag da, und steht dort noch');
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
    {
      id: 'undo-front-of-house',
      text: 'Es wird doch gespielt: Abenddienst anrufen. Von der Absage verständigt hat: Kasse.',
      done: null,
    },
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
