import type { JetEvent, Order } from '../../src/domain/types';
import { anEvent } from '../support/examples';
import type { Nemesis } from './nemesis';

const MINUTE = 60_000;

/** Mostly an ordinary event; sometimes one that must be refused, or one with traces of an earlier case. */
export function someEvent(nemesis: Nemesis, now: number): JetEvent {
  const changes: Partial<JetEvent> = {
    customerTitle: nemesis.pick(['Dürrenmatt: Der Besuch der alten Dame', null, '']),
    externalMemo: nemesis.pick(['Einlass ab 19 Uhr', null]),
    title: nemesis.chance(0.15)
      ? 'Der Besuch der alten Dame in einer neuen Fassung für Chöre'
      : 'Der Besuch der alten Dame',
    savedAt: new Date(now - nemesis.pick([2, 14, 600]) * MINUTE).toISOString(),
  };
  const event = anEvent({ startsAt: '2027-01-05T18:30:00.000Z', ...changes });
  return { ...event, ...oddity(nemesis.random(), event) };
}

function oddity(chance: number, { limits }: JetEvent): Partial<JetEvent> {
  if (chance < 0.015) return { status: 'CLOSED', statusText: 'Abschluss' };
  if (chance < 0.02) return { soldViaPartner: false };
  if (chance < 0.025) return { limits: { ...limits, title: 9 } };
  if (chance < 0.03) return { limits: { ...limits, externalMemo: 20 } };
  if (chance < 0.035) return { startsAt: '2026-11-03T18:30:00.000Z' };
  if (chance < 0.08) return { status: 'CANCELLED', statusText: 'Storno' };
  if (chance < 0.13) return { title: 'Der Besuch der alten Dame – ABGESAGT' };
  return {};
}

/** What a clerk in a guided house reads off the mask. */
export function seenInMask({ statusText, ...event }: JetEvent): NonNullable<Order['seen']> {
  const { title, customerTitle, externalMemo, startsAt, venue, location, organiser, production } = event;
  return {
    title,
    customerTitle,
    externalMemo,
    startsAt,
    venue,
    location,
    organiser,
    production,
    status: statusText,
  };
}

/** Mistakes in an order, now and then. */
export function wrongOrder(nemesis: Nemesis): Partial<Order> {
  const chance = nemesis.random();
  if (chance < 0.006) return { planHash: 'of another plan' };
  if (chance < 0.012)
    return { expected: { title: 'Ein anderes Stück', startsAt: '2027-01-05T18:30:00.000Z' } };
  return {};
}
