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
    expect(seenEvent(anOrder({ seen }), ACCEPTED_AT)).toMatchObject({
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

  it('has room for any text: nobody knows where the masks of a guided house cut', () => {
    const title = 'Faust '.repeat(300).trim();
    const given = { ...seen, title, customerTitle: title, externalMemo: 'x'.repeat(5_000) };
    const order = anOrder({ seen: given, expected: { title, startsAt: seen.startsAt } });
    const event = seenEvent(order, ACCEPTED_AT);
    const situation = { order, event, policy: aPolicy(), isUserKnown: true, right: null };
    const { plan, opening: planned } = planCancellation(situation);
    expect(plan).toMatchObject({ cancellable: true, warnings: [] });
    expect(planned?.event.customerTitle.after).toBe(`${title} – ENTFÄLLT`);
  });

  it('has no version: no gateway has counted the saves', () => {
    expect(seenEvent(anOrder({ seen }), ACCEPTED_AT)?.version).toBe('');
  });

  it('keeps a status that it does not know as it was read', () => {
    const event = seenEvent(anOrder({ seen: { ...seen, status: 'Verkaufsfreigabe ' } }), ACCEPTED_AT);
    expect(event).toMatchObject({ status: 'UNKNOWN', statusText: 'Verkaufsfreigabe ' });
  });

  it('has nothing to say of an order without it', () => {
    expect(seenEvent(anOrder(), ACCEPTED_AT)).toBeNull();
  });
});
