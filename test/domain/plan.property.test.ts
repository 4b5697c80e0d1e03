import fc from 'fast-check';
import { toInstant, toMs, viennaDate } from '../../src/domain/clock';
import { stripMarker } from '../../src/domain/marker';
import { planCancellation, type Situation } from '../../src/domain/plan';
import type { JetStatus } from '../../src/domain/types';
import { anEvent, anOrder, aPolicy } from '../support/examples';

const RUNS = { numRuns: 4_000 };

const STATUSES: readonly JetStatus[] = [
  'ON_SALE',
  'ON_SALE',
  'PROVISIONED',
  'CLOSED',
  'CANCELLED',
  'UNKNOWN',
];
const STATUS_TEXTS: Readonly<Record<JetStatus, string>> = {
  ON_SALE: 'Verkaufsfreigabe',
  PROVISIONED: 'Bereitstellung',
  CLOSED: 'Abschluss',
  CANCELLED: 'Storno',
  UNKNOWN: 'Gesperrt',
};
const NOW_MS = Date.parse('2026-11-24T18:00:00.000+01:00');
const MINUTE_MS = 60_000;
const POLICY = aPolicy();

const fromNow = (minutes: number) => toInstant(NOW_MS + minutes * MINUTE_MS);
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 });

/** All inputs of a plan, usual and unusual. About half of the events can be cancelled. */
const anySituation: fc.Arbitrary<Situation> = fc
  .record({
    title: text.filter((title) => title.trim() !== ''),
    customerTitle: fc.option(text),
    externalMemo: fc.option(text),
    reason: fc.constantFrom('Technischer Defekt', 'x'.repeat(950)),
    status: fc.constantFrom(...STATUSES),
    startsIn: fc.integer({ min: -600, max: 100_000 }),
    savedBefore: fc.integer({ min: 0, max: 60 }),
    limit: fc.integer({ min: 8, max: 80 }),
    soldViaPartner: fc.boolean(),
    isUserKnown: fc.boolean(),
    isAsExpected: fc.boolean(),
    allowPastEvent: fc.boolean(),
    rightValidUntil: fc.option(fc.constantFrom('2026-12-01', '2029-12-31'), { nil: undefined }),
  })
  .map(({ startsIn, savedBefore, limit, reason, isUserKnown, isAsExpected, ...rest }) => {
    const { title, customerTitle, externalMemo, status, soldViaPartner, allowPastEvent } = rest;
    const event = anEvent({
      ...{ title, customerTitle, externalMemo, status, soldViaPartner },
      statusText: STATUS_TEXTS[status],
      startsAt: fromNow(startsIn),
      savedAt: fromNow(-savedBefore),
      readAt: fromNow(0),
      limits: { title: limit, customerTitle: limit, externalMemo: 1_000 },
    });
    const expectedTitle = isAsExpected ? stripMarker(title, POLICY.marker) : `anders ${title}`;
    const expected = { title: expectedTitle, startsAt: event.startsAt };
    const order = anOrder({ reason, expected, allowPastEvent, rightValidUntil: rest.rightValidUntil });
    return { order, policy: POLICY, event, isUserKnown, right: null };
  });

describe('a plan', () => {
  it('is made only for an event that is as expected, on sale at Ö-Ticket or Storno, with room for the texts', () => {
    fc.assert(
      fc.property(anySituation, (situation) => {
        const { event, order, isUserKnown } = situation;
        const { plan, opening } = planCancellation(situation);
        if (!event || !opening) return false;
        if (!plan.cancellable) return plan.refusals.length > 0;
        const { title, customerTitle, externalMemo } = opening.event;
        const fits = (change: { before: string | null; after: string | null }, limit: number) =>
          change.after === change.before || (change.after?.length ?? Infinity) <= limit;
        return (
          isUserKnown &&
          event.soldViaPartner &&
          order.expected.title === stripMarker(event.title, POLICY.marker) &&
          ['ON_SALE', 'CANCELLED'].includes(event.status) &&
          (toMs(event.startsAt) >= NOW_MS || order.allowPastEvent === true) &&
          fits(title, event.limits.title) &&
          fits(customerTitle, event.limits.customerTitle) &&
          fits(externalMemo, event.limits.externalMemo)
        );
      }),
      RUNS,
    );
  });

  it('warns of an e-mail address or a phone number in the reason, and looks for them in no time', () => {
    const warningsFor = (reason: string) => {
      const order = anOrder({ reason });
      const situation = { order, policy: POLICY, event: anEvent(), isUserKnown: true, right: null };
      return planCancellation(situation).plan.warnings.map(({ code }) => code);
    };
    for (const reason of ['Fragen an anna.beispiel@haus.example bitte', 'Anna: +43 (2742) 000-100']) {
      expect(warningsFor(reason)).toContain('person-in-reason');
    }
    const startedAt = performance.now();
    for (const reason of ['a@'.repeat(1_000), 'x'.repeat(2_000), '@.'.repeat(1_000), '+1 '.repeat(660)]) {
      expect(warningsFor(reason)).not.toContain('person-in-reason');
    }
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it('changes no text of an event that is Storno already', () => {
    fc.assert(
      fc.property(anySituation, (situation) => {
        const event = situation.event && { ...situation.event, status: 'CANCELLED' as const };
        const { opening } = planCancellation({ ...situation, event });
        const changes = [opening?.event.title, opening?.event.customerTitle, opening?.event.externalMemo];
        return changes.every((change) => change !== undefined && change.before === change.after);
      }),
      RUNS,
    );
  });

  it('never promises Storno before an interval has passed since the save, nor the end before a second one', () => {
    fc.assert(
      fc.property(anySituation, (situation) => {
        const { plan, opening } = planCancellation(situation);
        const { event } = situation;
        if (!plan.cancellable) return plan.stornoAt === null && plan.finishedAt === null;
        if (!event || !opening || !plan.finishedAt) return false;
        if (event.status === 'CANCELLED') return plan.stornoAt === null;
        if (!plan.stornoAt) return false;
        const isToBeSaved = [
          opening.event.title,
          opening.event.customerTitle,
          opening.event.externalMemo,
        ].some(({ before, after }) => before !== after);
        const savedMs = isToBeSaved ? NOW_MS : toMs(event.savedAt);
        const stornoMs = toMs(plan.stornoAt);
        return (
          stornoMs >= NOW_MS &&
          stornoMs >= savedMs + POLICY.syncIntervalMs &&
          toMs(plan.finishedAt) >= stornoMs + POLICY.syncIntervalMs
        );
      }),
      RUNS,
    );
  });

  it('grants the right from today until half a year after today and the event, or longer where asked', () => {
    fc.assert(
      fc.property(anySituation, (situation) => {
        const { opening } = planCancellation(situation);
        const { event, order } = situation;
        if (!event || !opening) return false;
        const { validFrom, validUntil } = opening.right;
        const HALF_A_YEAR_MS = 181 * 24 * 60 * MINUTE_MS;
        const lastMs = Math.max(toMs(viennaDate(event.startsAt)), toMs(viennaDate(event.readAt)));
        return (
          validFrom === viennaDate(event.readAt) &&
          toMs(validUntil) >= lastMs + HALF_A_YEAR_MS - 24 * 60 * MINUTE_MS &&
          validUntil >= (order.rightValidUntil ?? validUntil)
        );
      }),
      RUNS,
    );
  });

  it('has the same fingerprint a minute later, and another one after any change of what would be written', () => {
    fc.assert(
      fc.property(anySituation, text, (situation, other) => {
        const { event } = situation;
        fc.pre(event !== null && Math.abs(toMs(event.startsAt) - NOW_MS) > 2 * MINUTE_MS);
        const print = (changes: Partial<NonNullable<typeof event>>) =>
          JSON.stringify(
            planCancellation({ ...situation, event: event && { ...event, ...changes } }).fingerprint,
          );
        const now = print({});
        const isSameLater = print({ readAt: fromNow(1), version: '2', savedAt: fromNow(1) }) === now;
        const isMoved = print({ startsAt: fromNow(123_456) }) !== now;
        return isSameLater && isMoved && (other === event?.venue || print({ venue: other }) !== now);
      }),
      RUNS,
    );
  });
});
