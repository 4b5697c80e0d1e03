import { randomUUID } from 'node:crypto';
import type { Job } from './procedure.ts';

const FIRST = 700_001;
const TITLE = 'Der Besuch der alten Dame';
const DAY_MS = 24 * 3_600_000;

/** So many equal performances, two months ahead. */
export function makeProgramme(count: number): object[] {
  const startsAt = new Date(Date.now() + 60 * DAY_MS).toISOString();
  return Array.from({ length: count }, (_, index) => ({
    eventNumber: String(FIRST + index),
    house: 'FSP',
    title: TITLE,
    customerTitle: `${TITLE} – Tragische Komödie`,
    externalMemo: 'Einlass ab 19.00 Uhr. Eine Pause.',
    status: 'Verkaufsfreigabe',
    startsAt,
    venue: 'Großer Saal',
    location: 'St. Pölten',
    organiser: 'Musterbühnen Festspielhaus GmbH',
    production: TITLE,
    soldViaPartner: true,
    limits: { title: 60, customerTitle: 80, externalMemo: 1_000 },
  }));
}

/** An order for each of them, one after the other. */
export function makeJobs(waitMs: number): () => Job {
  let next = FIRST;
  return () => ({ eventNumber: String(next++), caseId: randomUUID(), waitMs });
}
