import { toInstant, toMs } from '../../src/domain/clock';
import { planCancellation } from '../../src/domain/plan';
import { refusal } from '../../src/domain/refusals';
import type { JetEvent, Order } from '../../src/domain/types';
import { anEvent, anOrder } from '../support/examples';
import { aSituation, limits, planned, type Changes } from '../support/openings';

const planFor = (changes: Changes) => planned(changes).plan;
const refusalsOf = (changes: Changes) => planFor(changes).refusals.map(({ code }) => code);

const { title: TITLE, startsAt: STARTS_AT, readAt: READ_AT } = anEvent();
const { reason: REASON } = anOrder();
const ADDITION = ' – ENTFÄLLT';
const JUST_PAST = toInstant(toMs(READ_AT) - 1);

const expecting = (title: string, startsAt = STARTS_AT): Partial<Order> => ({
  expected: { title, startsAt },
});
const startingAt = (startsAt: string, order: Partial<Order> = {}): Changes => ({
  event: { startsAt },
  order: { ...expecting(TITLE, startsAt), ...order },
});
const cancelled = { status: 'CANCELLED', statusText: 'Storno' } as const;

describe('an event that can be cancelled', () => {
  it('is planned without a refusal or a warning', () => {
    expect(planFor({})).toMatchObject({ cancellable: true, refusals: [], warnings: [] });
  });

  it.each<[string, Changes]>([
    ['whose start differs by less than a minute', { event: { startsAt: '2027-01-05T19:30:59.999+01:00' } }],
    ['whose start is named in another zone', { order: expecting(TITLE, '2027-01-05T18:30:00Z') }],
    ['with blanks around its title', { event: { title: ` ${TITLE}  ` } }],
    [
      'with a title in decomposed letters',
      { event: { title: 'Käthchen'.normalize('NFD') }, order: expecting('Käthchen') },
    ],
    [
      'with a title of two lines',
      { event: { title: 'Faust\n  Erster Teil' }, order: expecting('Faust Erster Teil') },
    ],
    [
      'with control characters in its title, named by their number',
      { event: { title: 'Faust\u0007\u0000 II' }, order: expecting('Faust[U+0007][U+0000] II') },
    ],
    ['with a tabulator beyond its title', { event: { title: 'Faust\t' }, order: expecting('Faust') }],
    [
      'with a control character before its marker',
      { event: { title: `Faust\u0007${ADDITION}` }, order: expecting(`Faust[U+0007]${ADDITION}`) },
    ],
    [
      'with tabulators around its marker',
      { event: { title: 'Faust\t–\tENTFÄLLT' }, order: expecting('Faust') },
    ],
    [
      'with tabulators around its marker, named by their number',
      {
        event: { title: 'Faust\t–\tENTFÄLLT' },
        order: expecting('Faust[U+0009]–[U+0009]ENTFÄLLT'),
      },
    ],
    ['that is marked already', { event: { title: TITLE + ADDITION } }],
    ['with a blank beyond its marker', { event: { title: `${TITLE}${ADDITION} ` } }],
    ['with a blank before its marker', { event: { title: `${TITLE} ${ADDITION}` } }],
    ['that the caller names with a marker', { order: expecting(`${TITLE} – ABGESAGT`) }],
    ['that is Storno already', { event: cancelled }],
    ['that starts at this very moment', startingAt(READ_AT)],
    ['that is past, where that is allowed', startingAt(JUST_PAST, { allowPastEvent: true })],
    [
      'whose title has room for one character and the marker',
      { event: { limits: limits({ title: ADDITION.length + 2 }) } },
    ],
    ['that has no customer title', { event: { customerTitle: null, limits: limits({ customerTitle: 1 }) } }],
    [
      'whose customer title is blank',
      { event: { customerTitle: ' ', limits: limits({ customerTitle: 1 }) } },
    ],
    [
      'whose memo just holds the reason',
      { event: { externalMemo: null, limits: limits({ externalMemo: REASON.length }) } },
    ],
    [
      'whose memo holds the reason already and is longer than its field',
      { event: { externalMemo: REASON, limits: limits({ externalMemo: 5 }) } },
    ],
    [
      'that is Storno and whose memo is longer than its field',
      { event: { ...cancelled, limits: limits({ externalMemo: 5 }) } },
    ],
  ])('may be one %s', (_which, changes) => {
    expect(planFor(changes)).toMatchObject({ cancellable: true, refusals: [] });
  });
});

describe('an event that cannot be cancelled', () => {
  const tight = ADDITION.length + 1;

  it.each<[string, string, Changes]>([
    ['event-not-as-expected', 'another title', { order: expecting('Die Physiker') }],
    ['event-not-as-expected', 'the title in other letters', { order: expecting(TITLE.toUpperCase()) }],
    ['event-not-as-expected', 'a part of the title', { order: expecting('Der Besuch') }],
    ['event-not-as-expected', 'the next minute', { order: expecting(TITLE, '2027-01-05T19:31:00+01:00') }],
    ['event-not-as-expected', 'the minute before', { order: expecting(TITLE, '2027-01-05T19:29:59+01:00') }],
    ['event-not-as-expected', 'the next evening', { order: expecting(TITLE, '2027-01-06T19:30:00+01:00') }],
    ['status-not-cancellable', 'Bereitstellung', { event: { status: 'PROVISIONED' } }],
    ['status-not-cancellable', 'Abschluss', { event: { status: 'CLOSED' } }],
    ['status-unknown', 'a word that is not ours', { event: { status: 'UNKNOWN', statusText: 'Gesperrt' } }],
    ['event-past', 'a start a moment ago', startingAt(JUST_PAST)],
    ['event-past', 'a past that is not allowed', startingAt(JUST_PAST, { allowPastEvent: false })],
    ['title-too-long', 'no room in the title', { event: { limits: limits({ title: tight }) } }],
    ['title-too-long', 'none in the customer title', { event: { limits: limits({ customerTitle: tight }) } }],
    [
      'memo-too-long',
      'one character too much',
      { event: { externalMemo: null, limits: limits({ externalMemo: REASON.length - 1 }) } },
    ],
    ['memo-too-long', 'no room beside the old text', { event: { limits: limits({ externalMemo: 60 }) } }],
    ['not-sold-via-partner', 'no Ö-Ticket Verkaufsart', { event: { soldViaPartner: false } }],
    ['user-not-found', 'no Connect Online Kassierer', { isUserKnown: false }],
  ])('is refused with %s, and nothing else, for %s', (code, _why, changes) => {
    const { refusals, cancellable } = planFor(changes);
    expect(refusals).toEqual([{ code, text: expect.stringMatching(/\S\.$/) as string }]);
    expect(cancellable).toBe(false);
  });

  it('is refused with everything that is in its way, what is expected first', () => {
    const changes: Changes = {
      event: { status: 'CLOSED', soldViaPartner: false, limits: limits({ title: 1, externalMemo: 1 }) },
      order: expecting('Die Physiker', JUST_PAST),
      isUserKnown: false,
    };
    expect(refusalsOf({ ...changes, event: { ...changes.event, startsAt: JUST_PAST } })).toEqual([
      'event-not-as-expected',
      'status-not-cancellable',
      'event-past',
      'title-too-long',
      'memo-too-long',
      'not-sold-via-partner',
      'user-not-found',
    ]);
  });

  it('names the word of the mask that is in its way', () => {
    const { refusals } = planFor({ event: { status: 'CLOSED', statusText: 'Abschluss' } });
    expect(refusals[0]?.text).toContain('Abschluss');
  });

  it('names the word that is not ours', () => {
    const { refusals } = planFor({ event: { status: 'UNKNOWN', statusText: 'Gesperrt' } });
    expect(refusals[0]?.text).toBe('Der Status „Gesperrt“ ist Absage nicht bekannt.');
  });

  it('is still summarised: people see what stands in Jet', () => {
    const { plan, opening } = planned({ isUserKnown: false });
    expect(opening?.event.title.before).toBe(TITLE);
    expect(plan.steps.find(({ name }) => name === 'mark-titles')?.before).toMatchObject({ title: TITLE });
  });

  // Used to name the time of the Storno and of the end, and to warn: "Die E-Mail an Ö-Ticket geht sofort".
  it.each<[string, Changes]>([
    ['on sale and to begin soon', { event: { startsAt: toInstant(toMs(READ_AT) + 60_000) } }],
    ['Storno for long', { event: { ...cancelled, savedAt: '2026-01-01T00:00:00Z' } }],
  ])('is promised nothing: %s', (_which, changes) => {
    const { plan } = planned({ ...changes, isUserKnown: false });
    expect(plan).toMatchObject({ cancellable: false, warnings: [], stornoAt: null, finishedAt: null });
    for (const { state, text, earliestAt, before, after } of plan.steps) {
      expect([state, text, earliestAt]).toEqual([
        'skipped',
        expect.stringMatching(/^Geschieht nicht/),
        undefined,
      ]);
      expect(after).toEqual(before);
    }
  });
});

describe('an event that there is not, or not in this house,', () => {
  const missing: [string, JetEvent | null][] = [
    ['unknown number', null],
    ['event of another house', anEvent({ house: 'KKS' })],
  ];

  it.each(missing)('is refused with nothing to look at: %s', (_which, event) => {
    expect(planCancellation({ ...aSituation(), event })).toEqual({
      plan: {
        cancellable: false,
        refusals: [refusal('event-not-found')],
        warnings: [],
        steps: [],
        stornoAt: null,
        finishedAt: null,
        event: null,
      },
      fingerprint: { refusals: ['event-not-found'] },
      opening: null,
    });
  });

  it('is refused in words', () => {
    const { code, text } = refusal('event-not-found');
    expect(code).toBe('event-not-found');
    expect(text).toMatch(/^Diese Veranstaltung .*\.$/);
  });
});
