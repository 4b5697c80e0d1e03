import { toInstant, toMs } from '../../src/domain/clock';
import type { JetEvent } from '../../src/domain/types';
import { anEvent } from '../support/examples';
import { limits, planned, theMarkedTexts, type Changes } from '../support/openings';

/** The order expects what Jet shows: a plan with refusals warns of nothing. */
const warningsOf = ({ event, order, ...rest }: Changes) => {
  const { title, startsAt } = anEvent(event);
  return planned({ ...rest, event, order: { expected: { title, startsAt }, ...order } }).plan.warnings;
};
const codesOf = (changes: Changes) => warningsOf(changes).map(({ code }) => code);

const MINUTE_MS = 60_000;
const { title: TITLE, customerTitle: CUSTOMER_TITLE, readAt: READ_AT } = anEvent();
const { title, customerTitle } = theMarkedTexts();
const MARKED = { title, customerTitle };
const ABGESAGT = { title: `${TITLE} – ABGESAGT`, customerTitle: null };
const CANCELLED = { status: 'CANCELLED', statusText: 'Storno' } as const;

const startingIn = (ms: number): Changes => ({ event: { startsAt: toInstant(toMs(READ_AT) + ms) } });

describe('a warning of a start that comes soon', () => {
  const BOTH_WAITS_AND_A_QUARTER_MS = 45 * MINUTE_MS;

  it.each([
    ['a millisecond before 45 minutes', BOTH_WAITS_AND_A_QUARTER_MS - 1],
    ['half an hour before', 30 * MINUTE_MS],
    ['in the last millisecond', 1],
  ])('is given %s', (_when, ms) => {
    expect(codesOf(startingIn(ms))).toEqual(['starts-soon']);
  });

  it.each([
    ['45 minutes before', BOTH_WAITS_AND_A_QUARTER_MS],
    ['on the day before', 24 * 60 * MINUTE_MS],
    ['when it has begun', 0],
    ['when it is past', -MINUTE_MS],
  ])('is not given %s', (_when, ms) => {
    expect(codesOf(startingIn(ms))).toEqual([]);
  });

  it('is due earlier where the transfers take longer: two of them and a quarter of an hour', () => {
    const policy = { syncIntervalMs: 60 * MINUTE_MS };
    expect(codesOf({ ...startingIn(135 * MINUTE_MS - 1), policy })).toEqual(['starts-soon']);
    expect(codesOf({ ...startingIn(135 * MINUTE_MS), policy })).toEqual([]);
  });

  it('names the time at which Ö-Ticket will know', () => {
    expect(warningsOf(startingIn(40 * MINUTE_MS))[0]?.text).toContain('18.30 Uhr');
  });
});

it('a show that has begun is a warning to the end, once an order allows it', () => {
  const changes = { ...startingIn(-MINUTE_MS), order: { allowPastEvent: true } };
  expect(codesOf(changes)).toEqual(['event-past']);
  expect(warningsOf(changes)[0]?.text).toContain('17.59 Uhr begonnen');
});

describe('a warning of what stands there already', () => {
  it.each<[string, Partial<JetEvent>, string[]]>([
    ['a Storno', CANCELLED, ['already-cancelled']],
    ['a Storno of a marked title', { ...CANCELLED, ...MARKED }, ['already-cancelled']],
    ['the marker in both titles', MARKED, ['already-marked']],
    ['the marker in the title only', { ...MARKED, customerTitle: CUSTOMER_TITLE }, ['already-marked']],
    ['the marker in the customer title only', { ...MARKED, title: TITLE }, []],
    ['the other marker', ABGESAGT, ['already-marked', 'other-marker-kept']],
    [
      'the other marker in the customer title only',
      { customerTitle: `${CUSTOMER_TITLE} – ABGESAGT` },
      ['other-marker-kept'],
    ],
    [
      'a Storno with the other marker',
      { ...CANCELLED, ...ABGESAGT },
      ['already-cancelled', 'other-marker-kept'],
    ],
    ['the same title and no marker', {}, []],
  ])('is given for %s', (_what, event, codes) => {
    expect(codesOf({ event })).toEqual(codes);
  });

  it('names the marker that stays, not the one that was wanted', () => {
    const texts = warningsOf({ event: ABGESAGT }).map(({ text }) => text);
    expect(texts.some((text) => text.includes('ABGESAGT'))).toBe(true);
    expect(texts.some((text) => text.includes('ENTFÄLLT'))).toBe(false);
  });
});

describe('a warning of a title that a person seems to have marked', () => {
  const looks = (event: Partial<JetEvent>) =>
    warningsOf({ event, order: { expected: { title: event.title ?? TITLE, startsAt: anEvent().startsAt } } });
  const codes = (event: Partial<JetEvent>) => looks(event).map(({ code }) => code);

  it.each([
    'Faust – Entfällt',
    'ENTFÄLLT: Faust',
    'ABGESAGT Faust',
    'Faust ABGESAGT!',
    'Faust (abgesagt)',
    '[ENTFAELLT] Faust',
    'Faust – ENTFALLT – Karten bei Kassa',
    'Faust–ENTFÄLLT',
    'Faust / ENTFÄLLT'.normalize('NFD'),
    'ABGE\u00adSAGT\u00a0Faust',
    'Faust – ENTFÄLLT leider – abgesagt',
  ])('is given for another spelling, and refuses nothing: %s', (title) => {
    expect(codes({ title })).toEqual(['looks-marked']);
    const { plan } = planned({
      event: { title },
      order: { expected: { title, startsAt: anEvent().startsAt } },
    });
    expect(plan.refusals).toEqual([]);
  });

  it.each(['Faust – VERSCHOBEN', 'VERLEGT: Faust', 'Faust (verschoben)'])(
    'says of %s that a postponed performance is another procedure',
    (title) => {
      const [warning] = looks({ title });
      expect(warning).toMatchObject({ code: 'looks-postponed' });
      expect(warning?.text).toContain('ein anderes Verfahren');
    },
  );

  it('names the word as it stands in the title, and the marker that comes beside it', () => {
    const [{ text } = { text: '' }] = looks({ title: 'Faust – Entfällt' });
    expect(text).toContain('„Entfällt“');
    expect(text).toContain('„ENTFÄLLT“');
  });

  it('is given for the customer title too, once for both', () => {
    expect(codes({ customerTitle: 'Dürrenmatt – Entfällt' })).toEqual(['looks-marked']);
    expect(codes({ title: 'Faust – Entfällt', customerTitle: 'Entfällt: Faust' })).toEqual(['looks-marked']);
    expect(codes({ title: 'Faust – Entfällt', customerTitle: 'Faust – verlegt' })).toEqual([
      'looks-marked',
      'looks-postponed',
    ]);
  });

  it.each([
    'Die abgesagte Hochzeit',
    'Entfällt',
    'ABGESAGT!',
    'Heute entfällt der Mathematikunterricht',
    'Der verlegte Schlüssel',
    'Absagen an die Welt',
    'Faust – ENTFÄLLT',
  ])('is not given for %s', (title) => {
    expect(codes({ title }).filter((code) => code.startsWith('looks-'))).toEqual([]);
  });

  it('is not given where nothing is marked any more', () => {
    expect(codes({ ...CANCELLED, title: 'Faust – Entfällt' })).toEqual(['already-cancelled']);
  });
});

describe('a warning of a title that is cut', () => {
  const titleRoom = MARKED.title.length;
  const customerTitleRoom = MARKED.customerTitle.length;

  it.each<[string, Partial<JetEvent>]>([
    ['the title by one character', { limits: limits({ title: titleRoom - 1 }) }],
    ['the customer title by one character', { limits: limits({ customerTitle: customerTitleRoom - 1 }) }],
    ['both', { limits: limits({ title: 30, customerTitle: 30 }) }],
    ['the title of an event without customer title', { customerTitle: null, limits: limits({ title: 30 }) }],
  ])('is given once when the marker costs %s', (_what, event) => {
    expect(codesOf({ event })).toEqual(['title-shortened']);
  });

  it.each<[string, Partial<JetEvent>, string[]]>([
    ['both titles just fit', { limits: limits({ title: titleRoom, customerTitle: customerTitleRoom }) }, []],
    ['a customer title is not used', { customerTitle: null }, []],
    ['long titles have their marker', { ...MARKED, limits: limits({ title: 30 }) }, ['already-marked']],
    ['it is Storno', { ...CANCELLED, limits: limits({ title: 30 }) }, ['already-cancelled']],
    ['no room is left at all: that is refused', { limits: limits({ title: 5 }) }, []],
  ])('is not given when %s', (_what, event, codes) => {
    expect(codesOf({ event })).toEqual(codes);
  });
});

describe('a warning of a person in the reason', () => {
  it.each([
    'Fragen an anna@haus.example.',
    'a@b.c',
    'Rückfragen: 0664123456789',
    'Rückfragen: 012345678',
    'Rückfragen: +43664123456',
    '(02742) 000 100',
    '+43 2742/000-100',
  ])('is given for an address or a number: %s', (reason) => {
    expect(codesOf({ order: { reason } })).toEqual(['person-in-reason']);
  });

  it.each([
    'Die Vorstellung am 05.01.2027 um 19.30 Uhr entfällt.',
    'Ersatz: 2027-02-05, 19:30 Uhr',
    'Nummer 01234567',
    'Nummer 104233104233',
    'Karten @ Kassa. Bitte warten.',
    'anna@haus',
    'Saal 1020304050',
  ])('is not given for dates, short numbers and a lone @: %s', (reason) => {
    expect(codesOf({ order: { reason } })).toEqual([]);
  });
});

test('a warning is a code and a sentence', () => {
  const event = { ...ABGESAGT, ...startingIn(MINUTE_MS).event };
  const warnings = [
    ...warningsOf({ event, order: { reason: 'anna@haus.example' } }),
    ...warningsOf({ event: CANCELLED }),
    ...warningsOf({ event: { limits: limits({ title: 30 }) } }),
  ];
  expect(warnings).toHaveLength(6);
  for (const { text } of warnings) expect(text).toMatch(/^[A-Z].*\.$/);
});

test('warnings are kept with the opening, and do not prevent a cancellation', () => {
  const { plan, opening } = planned({ event: CANCELLED });
  expect(plan.cancellable).toBe(true);
  expect(opening?.warnings).toEqual(plan.warnings);
});
