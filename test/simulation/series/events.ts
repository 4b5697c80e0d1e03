import type { House, JetEvent } from '../../../src/domain/types';
import { anEvent } from '../../support/examples';
import type { Nemesis } from '../nemesis';

const DAY_MS = 24 * 3_600_000;
const FIRST_EVENING = Date.parse('2026-11-06T18:30:00.000Z');

/** The evenings of a series: mostly ordinary ones, now and then one that has to be refused. */
export function someEvening(nemesis: Nemesis, house: House, nth: number): JetEvent {
  const event = anEvent({
    house: house.key,
    eventNumber: `${104_233 + nth}`,
    title: `Der Besuch der alten Dame, ${nth + 1}. Abend`,
    customerTitle: nemesis.pick(['Dürrenmatt: Der Besuch der alten Dame', null]),
    externalMemo: nemesis.pick(['Einlass ab 19 Uhr', null]),
    startsAt: new Date(FIRST_EVENING + nth * DAY_MS).toISOString(),
  });
  const chance = nemesis.random();
  if (chance < 0.04) return { ...event, status: 'CLOSED', statusText: 'Abschluss' };
  if (chance < 0.06) return { ...event, limits: { ...event.limits, title: 9 } };
  if (chance < 0.1) return { ...event, title: `${event.title} – ABGESAGT` };
  return event;
}
