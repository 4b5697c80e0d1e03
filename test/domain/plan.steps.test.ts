import { STEPS } from '../../src/domain/vocabulary';
import { toInstant, toMs } from '../../src/domain/clock';
import type { JetEvent, Order } from '../../src/domain/types';
import { anEvent, anOrder } from '../support/examples';
import { planned, theMarkedTexts, type Changes } from '../support/openings';

const textsOf = (changes: Changes) => {
  const { title, customerTitle, externalMemo } = planned(changes).opening?.event ?? {};
  return [title?.after, customerTitle?.after, externalMemo?.after];
};

const { title: TITLE, customerTitle: CUSTOMER_TITLE, externalMemo: MEMO, readAt: READ_AT } = anEvent();
const { reason: REASON } = anOrder();
const BOTH_MEMOS = `${REASON}\n\n${MEMO}`;
const MARKED = theMarkedTexts();
const CANCELLED = { status: 'CANCELLED', statusText: 'Storno' } as const;

describe('the planned texts', () => {
  it('carry the marker in both titles, and the reason before the old memo', () => {
    expect(textsOf({})).toEqual([MARKED.title, MARKED.customerTitle, BOTH_MEMOS]);
  });

  it.each<[string, Changes, (string | null)[]]>([
    ['nothing where all is marked', { event: MARKED }, [MARKED.title, MARKED.customerTitle, BOTH_MEMOS]],
    ['nothing where it is Storno', { event: CANCELLED }, [TITLE, CUSTOMER_TITLE, MEMO]],
    [
      'nothing in a customer title that is not used',
      { event: { customerTitle: null } },
      [MARKED.title, null, BOTH_MEMOS],
    ],
    [
      'nothing in a customer title of blanks',
      { event: { customerTitle: '  ' } },
      [MARKED.title, '  ', BOTH_MEMOS],
    ],
    [
      'no second marker: the one of the title is used for the other title too',
      { event: { title: `${TITLE} – ABGESAGT` } },
      [`${TITLE} – ABGESAGT`, `${CUSTOMER_TITLE} – ABGESAGT`, BOTH_MEMOS],
    ],
    [
      'no second marker: the one of the customer title is used for the title too',
      { event: { customerTitle: `${CUSTOMER_TITLE} – ABGESAGT` } },
      [`${TITLE} – ABGESAGT`, `${CUSTOMER_TITLE} – ABGESAGT`, BOTH_MEMOS],
    ],
    [
      'no second marker in a customer title with a blank beyond its own',
      { event: { customerTitle: `${MARKED.customerTitle} ` } },
      [MARKED.title, `${MARKED.customerTitle} `, BOTH_MEMOS],
    ],
    [
      'the marker before the title, where the house writes it so',
      { policy: { marker: { position: 'prefix', separator: ': ' } } },
      [`ENTFÄLLT: ${TITLE}`, `ENTFÄLLT: ${CUSTOMER_TITLE}`, BOTH_MEMOS],
    ],
    [
      'each title within its own limit',
      { event: { limits: { title: 20, customerTitle: 24, externalMemo: 1_000 } } },
      ['Der Besu… – ENTFÄLLT', 'Dürrenmatt:… – ENTFÄLLT', BOTH_MEMOS],
    ],
  ])('add %s', (_what, changes, texts) => {
    expect(textsOf(changes)).toEqual(texts);
  });

  it('name the title’s marker when each title carries its own', () => {
    const event = { title: `${TITLE} – ABGESAGT`, customerTitle: MARKED.customerTitle };
    expect(planned({ event }).opening?.marker).toBe('ABGESAGT');
    expect(planned().opening?.marker).toBe('ENTFÄLLT');
  });
});

describe('the opening', () => {
  it('keeps what was there before, whom it belongs to, and what the mask called its status', () => {
    const { venue, location, organiser, production, startsAt, statusText } = anEvent();
    expect(planned().opening?.event).toEqual({
      title: { before: TITLE, after: MARKED.title },
      customerTitle: { before: CUSTOMER_TITLE, after: MARKED.customerTitle },
      externalMemo: { before: MEMO, after: BOTH_MEMOS },
      ...{ venue, location, organiser, production, startsAt, statusText },
    });
  });

  it.each([
    ['Storno', CANCELLED, true],
    ['on sale', {}, false],
    ['closed', { status: 'CLOSED' } as const, false],
  ])('knows whether somebody had cancelled before: %s', (_which, event, wasCancelledBefore) => {
    expect(planned({ event }).opening).toMatchObject({ wasCancelledBefore });
  });
});

describe('the period of the right', () => {
  const period = (changes: Changes) => planned(changes).opening?.right;

  it.each<[string, Changes, string]>([
    ['half a year after the event', {}, '2027-07-05'],
    ['half a year after today, for a past event', startingAt('2026-10-05T19:30:00+02:00'), '2027-05-04'],
    ['as long after as the house wants', { policy: { rightReserveMonths: 12 } }, '2028-01-05'],
    ['on the day that the order names, if that is later', { order: until('2027-07-06') }, '2027-07-06'],
    ['not on the day that the order names, if that is earlier', { order: until('2027-07-04') }, '2027-07-05'],
    ['half a year after the day in Vienna', startingAt('2027-01-05T23:30:00Z'), '2027-07-06'],
  ])('begins today and ends %s', (_when, changes, validUntil) => {
    expect(period(changes)).toEqual({ validFrom: '2026-11-04', validUntil });
  });

  it('begins on the day that it is in Vienna', () => {
    expect(period({ event: { readAt: '2026-11-04T23:30:00Z' } })?.validFrom).toBe('2026-11-05');
  });

  function startingAt(startsAt: string): Changes {
    return { event: { startsAt } };
  }
  function until(rightValidUntil: string): Partial<Order> {
    return { rightValidUntil };
  }
});

describe('the planned times', () => {
  const minutesAfterRead = (instant: string | null | undefined) =>
    (toMs(instant ?? '') - toMs(READ_AT)) / 60_000;
  const savedBefore = (minutes: number) => ({ savedAt: toInstant(toMs(READ_AT) - minutes * 60_000) });

  it.each<[string, Partial<JetEvent>, number, number]>([
    ['both waits are to come for an event to be marked', {}, 15, 30.5],
    ['that it was saved just now changes nothing', savedBefore(1), 15, 30.5],
    ['a wait that has begun is not begun anew', { ...MARKED, ...savedBefore(5) }, 10, 25.5],
    ['a wait is over after a whole interval', { ...MARKED, ...savedBefore(15) }, 0, 15.5],
    ['a wait that is long over costs nothing', { ...MARKED, ...savedBefore(600) }, 0, 15.5],
    ['a title to be marked begins it', { ...MARKED, title: TITLE, ...savedBefore(5) }, 15, 30.5],
    [
      'a customer title to be marked begins it',
      { ...MARKED, customerTitle: CUSTOMER_TITLE, ...savedBefore(5) },
      15,
      30.5,
    ],
    ['a memo to be written begins it', { ...MARKED, externalMemo: MEMO, ...savedBefore(5) }, 15, 30.5],
  ])('tell that %s', (_what, event, stornoIn, finishedIn) => {
    const { plan } = planned({ event });
    expect(minutesAfterRead(plan.stornoAt)).toBe(stornoIn);
    expect(minutesAfterRead(plan.finishedAt)).toBe(finishedIn);
  });
});

describe('an event that is Storno already', () => {
  const minutes = (instant: string | null | undefined) => (toMs(instant ?? '') - toMs(READ_AT)) / 60_000;
  const savedBefore = (ago: number): Partial<JetEvent> => ({
    ...CANCELLED,
    savedAt: toInstant(toMs(READ_AT) - ago * 60_000),
  });
  const planFor = (ago: number, order: Partial<Order> = {}) =>
    planned({ event: savedBefore(ago), order }).plan;
  const step = (plan: ReturnType<typeof planFor>, wanted: string) =>
    plan.steps.find(({ name }) => name === wanted);

  it.each([
    ['a wait that has begun is waited for to its end', 5, 10],
    ['a wait of long ago is over', 600, 0],
  ])('has no time for a Storno, and %s', (_what, ago, verifyIn) => {
    const plan = planFor(ago);
    expect(plan.stornoAt).toBeNull();
    expect(minutes(step(plan, 'verify-channel')?.earliestAt)).toBe(verifyIn);
    expect(minutes(plan.finishedAt)).toBe(verifyIn + 0.5);
  });

  it('skips what writes in it, and the wait before', () => {
    const states = Object.fromEntries(planFor(5).steps.map(({ name, state }) => [name, state]));
    expect(states).toMatchObject({
      'mark-titles': 'skipped',
      'wait-for-title-transfer': 'skipped',
      'set-storno': 'skipped',
      'wait-for-storno-transfer': 'planned',
      'notify-partner': 'planned',
    });
    expect(step(planFor(600), 'wait-for-storno-transfer')?.state).toBe('skipped');
  });

  it('shows its texts unchanged', () => {
    expect(step(planFor(5), 'mark-titles')).toMatchObject({
      before: { title: TITLE, externalMemo: MEMO },
      after: { title: TITLE, externalMemo: MEMO },
    });
  });

  it.each([
    ['at once', 600, 'geht sofort'],
    ['after the wait that is left', 5, 'geht ab ca. 18.10 Uhr'],
  ])('is announced as what it will be: the mail goes %s, and nothing can be aborted', (_when, ago, when) => {
    const plan = planFor(ago);
    const words = [plan.warnings, plan.steps].flat().map(({ text }) => text);
    expect(plan.warnings.map(({ code }) => code)).toEqual(['already-cancelled']);
    expect(plan.warnings[0]?.text).toContain(when);
    expect(words.join(' ')).toContain('Abbrechen ist nicht möglich.');
    expect(words.join(' ')).not.toMatch(/können Sie abbrechen|Absage speichert|setzt den Status/);
  });
});

describe('a house without a gateway', () => {
  const { externalMemo, customerTitle, venue, location, organiser, startsAt } = anEvent();
  const seenAs = (status: string) => ({
    order: {
      seen: { title: TITLE, customerTitle, externalMemo, venue, location, organiser, startsAt, status },
    },
  });
  const stepsOf = (changes: Changes) => planned(changes).plan.steps;

  it('is told which steps are the clerk’s, and that showing the task of Storno ends the abort', () => {
    const steps = stepsOf(seenAs('Verkaufsfreigabe'));
    expect(steps.filter(({ by }) => by === 'person').map(({ name }) => name)).toEqual([
      'mark-titles',
      'set-storno',
      'verify-channel',
      'grant-right',
    ]);
    for (const { by, text } of steps) if (by === 'person') expect(text).toMatch(/^Sie /);
    expect(steps.find(({ name }) => name === 'set-storno')?.text).toContain(
      'Sobald Absage Ihnen diese Aufgabe zeigt, können Sie nicht mehr abbrechen.',
    );
    for (const name of ['wait-for-title-transfer', 'wait-for-storno-transfer'])
      expect(steps.find((step) => step.name === name)?.text).toContain('gebraucht');
  });

  it('never reads that Absage writes in its Jet', () => {
    const changes = seenAs('Verkaufsfreigabe');
    const words = stepsOf(changes).map(({ text }) => text);
    expect(words.join(' ')).not.toMatch(/Absage (speichert|setzt|vergibt|kontrolliert|sucht)/);
  });

  it('is told, where it is Storno already, when the clerk is needed', () => {
    const event = { ...CANCELLED, savedAt: READ_AT };
    const { warnings, steps } = planned({ ...seenAs('Storno'), event }).plan;
    expect(warnings[0]?.text).toContain('Ab ca. 18.15 Uhr sehen Sie in Connect Online nach');
    expect(steps.find(({ name }) => name === 'set-storno')).toMatchObject({ state: 'skipped' });
  });
});

describe('the planned steps', () => {
  const steps = (changes: Changes = {}) => planned(changes).plan.steps;

  it('are those of the procedure, each with its name for people', () => {
    expect(steps().map(({ name }) => name)).toEqual(STEPS);
    expect(new Set(steps().map(({ label }) => label)).size).toBe(STEPS.length);
    for (const { label } of steps()) expect(label).toMatch(/^\p{Lu}.*\p{Ll}$/u);
  });

  it('tell of each write what it changes, and of each wait when it can be over', () => {
    const { plan } = planned();
    const facts = plan.steps.flatMap(({ name, before, after, earliestAt }) =>
      before || after || earliestAt
        ? [{ name, ...(before && { before }), ...(after && { after }), ...(earliestAt && { earliestAt }) }]
        : [],
    );
    const now = toInstant(toMs(READ_AT));
    expect(facts).toEqual([
      { name: 'check', earliestAt: now },
      {
        name: 'mark-titles',
        earliestAt: now,
        before: { title: TITLE, customerTitle: CUSTOMER_TITLE, externalMemo: MEMO },
        after: MARKED,
      },
      {
        name: 'set-storno',
        before: { status: 'Verkaufsfreigabe' },
        after: { status: 'Storno' },
        earliestAt: plan.stornoAt,
      },
      { name: 'verify-channel', earliestAt: plan.finishedAt },
      { name: 'grant-right', after: { validFrom: '2026-11-04', validUntil: '2027-07-05' } },
    ]);
  });

  it('say of each what it really is, in a sentence', () => {
    for (const { text, state, by } of steps()) {
      expect(text).toMatch(/^\p{Lu}.*\.$/u);
      expect({ state, by }).toEqual({ state: 'planned', by: 'absage' });
    }
  });

  it('skip what stands in Jet as it should, and a wait that is over', () => {
    const savedAt = toInstant(toMs(READ_AT) - 3_600_000);
    const skipped = steps({ event: { ...MARKED, savedAt } }).filter(({ state }) => state === 'skipped');
    expect(skipped.map(({ name }) => name)).toEqual(['mark-titles', 'wait-for-title-transfer']);
  });

  it('name the status as the mask does, also one that is unknown', () => {
    const storno = steps({ event: { status: 'UNKNOWN', statusText: 'Gesperrt' } }).find(
      ({ name }) => name === 'set-storno',
    );
    expect(storno?.before).toEqual({ status: 'Gesperrt' });
  });
});

describe('the fingerprint of a plan', () => {
  const fingerprint = (changes: Changes = {}) => planned(changes).fingerprint;

  it.each<[string, Changes]>([
    ['title', { event: { title: 'Die Physiker' } }],
    ['customer title', { event: { customerTitle: null } }],
    ['memo', { event: { externalMemo: null } }],
    ['status', { event: { statusText: 'verkaufsfreigabe' } }],
    ['start', { event: { startsAt: '2027-01-05T19:30:01+01:00' } }],
    ['venue', { event: { venue: 'Kleines Haus' } }],
    ['location', { event: { location: 'Grafenegg' } }],
    ['organiser', { event: { organiser: 'Bühne' } }],
    ['production', { event: { production: null } }],
    ['number', { event: { eventNumber: '104234' } }],
    ['house', { event: { house: 'KKS' }, order: { house: 'KKS' } }],
    ['marker', { order: { marker: 'ABGESAGT' } }],
    ['reason', { order: { reason: 'Erkrankung im Ensemble.' } }],
    ['right', { order: { rightValidUntil: '2030-01-01' } }],
    ['refusals', { isUserKnown: false }],
  ])('changes with the %s', (_what, changes) => {
    expect(fingerprint(changes)).not.toEqual(fingerprint());
  });

  it.each<[string, Changes]>([
    ['time of the day', { event: { readAt: '2026-11-04T18:01:00.000+01:00' } }],
    ['version and save of the event', { event: { version: '2', savedAt: READ_AT } }],
    ['zone in which the start is written', { event: { startsAt: '2027-01-05T18:30:00Z' } }],
    ['day on which it is made', { event: { readAt: '2026-11-05T18:00:00.000+01:00' } }],
    ['people who can be called back', { order: { contact: { name: 'Kartenbüro', phone: '+43 1 000 00' } } }],
  ])('stays the same whatever the %s', (_what, changes) => {
    expect(fingerprint(changes)).toEqual(fingerprint());
  });

  it('stays the same when the event begins between the preview and the order', () => {
    const startsAt = toInstant(toMs(READ_AT) + 60_000);
    const readAt = toInstant(toMs(startsAt) + 1);
    const order = { allowPastEvent: true };
    expect(fingerprint({ event: { startsAt, readAt } })).toEqual(fingerprint({ event: { startsAt } }));
    expect(fingerprint({ event: { startsAt, readAt }, order })).toEqual(fingerprint({ event: { startsAt } }));
  });

  it('names the refusals by their codes', () => {
    const changes = { event: { soldViaPartner: false }, isUserKnown: false };
    expect(fingerprint(changes)).toMatchObject({ refusals: ['not-sold-via-partner', 'user-not-found'] });
  });
});
