import { seenEvent, taskFor, type TaskName } from '../../src/domain/guided';
import { type Task } from '../../src/domain/case';
import { planCancellation } from '../../src/domain/plan';
import { anOrder, aPolicy } from '../support/examples';
import { aGuidedOpening } from '../support/openings';

const opening = aGuidedOpening();
const NAMES: TaskName[] = ['mark-titles', 'restore-titles', 'set-storno', 'verify-channel', 'grant-right'];
const task = (name: TaskName): Task => taskFor(name, opening, 'CONNECTONLINE');
const EVENT_MASK = [
  'Kartenverkauf Basis',
  'Verkaufsstammdaten',
  'Veranstaltungen',
  'Veranstaltungen bearbeiten',
];

describe('taskFor', () => {
  it('names mask, fields and exact texts for the marking', () => {
    expect(task('mark-titles')).toMatchObject({
      mask: EVENT_MASK,
      fields: [
        { label: 'VA-Nummer', value: '104233' },
        { label: 'Titel', value: 'Faust – ENTFÄLLT' },
        { label: 'Titel (Kundensicht)', value: '' },
        { label: 'Externer Memotext', value: 'Technische Störung.\n\nEinlass ab 19 Uhr' },
      ],
    });
  });

  it('gives the originals back byte for byte for the restoring', () => {
    expect(task('restore-titles')).toMatchObject({
      mask: EVENT_MASK,
      fields: [
        { label: 'VA-Nummer', value: '104233' },
        { label: 'Titel', value: 'Faust' },
        { label: 'Titel (Kundensicht)', value: '' },
        { label: 'Externer Memotext', value: 'Einlass ab 19 Uhr' },
      ],
    });
  });

  it.each([
    ['mark-titles', 'title', 'Titel'],
    ['mark-titles', 'externalMemo', 'Externer Memotext'],
    ['restore-titles', 'title', 'Titel'],
    ['restore-titles', 'customerTitle', 'Titel (Kundensicht)'],
    ['restore-titles', 'externalMemo', 'Externer Memotext'],
  ] as const)('asks in %s for an empty field where there is no text: %s', (name, field, label) => {
    const event = { ...opening.event, [field]: { before: null, after: null } };
    const { fields } = taskFor(name, { ...opening, event }, 'CONNECTONLINE');
    expect(fields).toContainEqual({ label, value: '' });
  });

  it('leaves a title for customers that is not used empty, in words and fields', () => {
    expect(task('mark-titles').instruction).toContain('Titel (Kundensicht) leer lassen');
    const customerTitle = { before: 'Goethe: Faust', after: 'Goethe: Faust – ENTFÄLLT' };
    const used = taskFor('mark-titles', { ...opening, event: { ...opening.event, customerTitle } }, 'X');
    expect(used.instruction).toMatch(/^Titel und Titel \(Kundensicht\) um den Zusatz ergänzen/);
  });

  it('says what is accepted where a mask has too little room', () => {
    expect(task('mark-titles').instruction).toContain('der Zusatz muss ganz dastehen');
  });

  it('says that the sale goes on until Storno is set', () => {
    expect(task('set-storno').instruction).toContain('bis dahin wird weiter verkauft');
  });

  it('lets Storno be set, and nothing else, after a look at the marker', () => {
    const { mask, fields, instruction, confirm } = task('set-storno');
    expect(mask).toEqual(EVENT_MASK);
    expect(fields).toEqual([
      { label: 'VA-Nummer', value: '104233' },
      { label: 'Status', value: 'Storno' },
    ]);
    expect(instruction).toMatch(/^Prüfen, ob der Zusatz noch im Titel steht\./);
    expect(instruction).toContain('AUF KEINEN FALL Bereitstellung oder Abschluss');
    expect(confirm).toContain('Status und Titel');
  });

  it('sends the look to the Connect Online mask', () => {
    expect(task('verify-channel')).toMatchObject({
      mask: [
        'Kartenverkauf Basis',
        'Verkaufsstammdaten',
        'Veranstaltungen',
        'Connect Online Veranstaltungsinformationen',
      ],
      fields: [
        { label: 'VA-Nummer', value: '104233' },
        { label: 'Status', value: 'Storno' },
      ],
    });
  });

  it('names user and period of the right, in Austrian dates', () => {
    expect(task('grant-right')).toMatchObject({
      mask: ['Systemverwaltung', 'Berechtigungen', 'Erweiterte Stornoberechtigungen'],
      fields: [
        { label: 'Benutzer', value: 'CONNECTONLINE' },
        { label: 'VA-Nummer', value: '104233' },
        { label: 'Gültig von', value: '24.11.2026' },
        { label: 'Gültig bis', value: '05.07.2027' },
      ],
    });
  });

  it.each(NAMES)('says for %s what to do and what to confirm, in sentences', (name) => {
    const { instruction, confirm } = task(name);
    expect(instruction).toMatch(/^[A-ZÄÖÜ].*\.$/);
    expect(confirm).toMatch(/^Bitte .*\.$/);
  });

  it.each(NAMES)('never asks for a status other than Storno in %s', (name) => {
    const statuses = task(name).fields.filter(({ label }) => label === 'Status');
    expect(statuses.every(({ value }) => value === 'Storno')).toBe(true);
  });

  it.each(['mark-titles', 'restore-titles'] as const)('forbids to touch the status in %s', (name) => {
    expect(task(name).instruction).toContain('Den Status nicht verändern.');
  });
});

describe('seenEvent', () => {
  const seen = {
    title: 'Faust',
    customerTitle: null,
    externalMemo: 'Einlass ab 19 Uhr',
    status: 'Verkaufsfreigabe',
    startsAt: '2027-01-05T19:30:00.000+01:00',
    venue: 'Großes Haus',
    location: 'St. Pölten',
    organiser: 'Festspielhaus',
  };
  const ACCEPTED_AT = '2026-11-24T18:00:00.000Z';

  it('takes what the clerk sees for the event, and the moment of acceptance for its time', () => {
    expect(seenEvent(anOrder({ seen }), ACCEPTED_AT, null)).toMatchObject({
      ...{ ...seen, status: 'ON_SALE' },
      statusText: 'Verkaufsfreigabe',
      production: null,
      house: 'FSP',
      eventNumber: '104233',
      soldViaPartner: true,
      savedAt: ACCEPTED_AT,
      readAt: ACCEPTED_AT,
    });
  });

  const planned = (changes: object, limits: Parameters<typeof seenEvent>[2], reason?: string) => {
    const given = { ...seen, ...changes };
    const order = anOrder({
      seen: given,
      expected: { title: given.title, startsAt: seen.startsAt },
      ...(reason && { reason }),
    });
    const event = seenEvent(order, ACCEPTED_AT, limits);
    return planCancellation({ order, event, policy: aPolicy(), isUserKnown: true, right: null });
  };
  const limits = { title: 60, customerTitle: 60, externalMemo: 1_000 };

  it('has a title shortened that does not fit where the house has named its masks', () => {
    const { plan, opening: begun } = planned({ title: 'x'.repeat(57) }, limits);
    expect(plan.warnings.map(({ code }) => code)).toEqual(['title-shortened']);
    expect(begun?.event.title.after).toHaveLength(60);
  });

  it('has a hint refused that does not fit where the house has named its masks', () => {
    const { plan } = planned({ externalMemo: null }, limits, 'x'.repeat(1_001));
    expect(plan.refusals.map(({ code }) => code)).toEqual(['memo-too-long']);
  });

  it('has room for any text where nobody has said where the masks of the house cut', () => {
    const title = 'Faust '.repeat(300).trim();
    const given = { ...seen, title, customerTitle: title, externalMemo: 'x'.repeat(5_000) };
    const order = anOrder({ seen: given, expected: { title, startsAt: seen.startsAt } });
    const event = seenEvent(order, ACCEPTED_AT, null);
    const situation = { order, event, policy: aPolicy(), isUserKnown: true, right: null };
    const { plan, opening: planned } = planCancellation(situation);
    expect(plan).toMatchObject({ cancellable: true, warnings: [] });
    expect(planned?.event.customerTitle.after).toBe(`${title} – ENTFÄLLT`);
  });

  it('has no version: no gateway has counted the saves', () => {
    expect(seenEvent(anOrder({ seen }), ACCEPTED_AT, null)?.version).toBe('');
  });

  it('keeps a status that it does not know as it was read', () => {
    const event = seenEvent(anOrder({ seen: { ...seen, status: 'Verkaufsfreigabe ' } }), ACCEPTED_AT, null);
    expect(event).toMatchObject({ status: 'UNKNOWN', statusText: 'Verkaufsfreigabe ' });
  });

  it('has nothing to say of an order without it', () => {
    expect(seenEvent(anOrder(), ACCEPTED_AT, null)).toBeNull();
  });
});
