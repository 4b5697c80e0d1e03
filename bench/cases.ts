import { randomUUID } from 'node:crypto';
import { policyOf } from '../src/cases/orders';
import type { CancellationInput } from '../src/domain/case';
import { loadHouses } from '../src/settings/houses';
import type { LogEntry } from '../src/simulator/operation-log';

const HOUSE = 'FSP';
const FIRST_NUMBER = 700_001;

/** Whose performances they are, and the number of the first one. */
interface Place {
  house?: string;
  firstNumber?: number;
}
const DAY_MS = 24 * 3_600_000;
const TITLE = 'Der Besuch der alten Dame';

/** Long enough that a case which waits for its turn among hundreds never asks for a person. */
const PATIENCE_MS = 10 * 60_000;

/** A programme of equal performances, and an order for each: an event can be cancelled only once. */
export interface Cases {
  programme: object[];
  next(): CancellationInput;
}

export function makeCases(
  count: number,
  syncIntervalMs: number,
  { house: key = HOUSE, firstNumber = FIRST_NUMBER }: Place = {},
): Cases {
  const startsAt = new Date(Date.now() + 60 * DAY_MS).toISOString();
  const programme = Array.from({ length: count }, (_, index) => anEvent(key, firstNumber + index, startsAt));
  const house = loadHouses(null).get(key);
  if (!house) throw new Error(`the sample houses do not know ${key}`);
  const timing = {
    syncIntervalMs,
    pollIntervalMs: 1_000,
    attentionAfterMs: PATIENCE_MS,
    jetTimeoutMs: 8_000,
  };
  let used = 0;
  return {
    programme,
    next() {
      const eventNumber = String(firstNumber + used);
      used += 1;
      if (used > count) throw new Error('more cases than events');
      return {
        caseId: randomUUID(),
        order: {
          house: key,
          eventNumber,
          marker: 'ENTFÄLLT',
          reason: 'Die Vorstellung entfällt wegen einer technischen Störung.',
          expected: { title: TITLE, startsAt },
        },
        orderedBy: 'bench',
        hasFewTurns: true,
        policy: policyOf(house, timing),
      };
    },
  };
}

function anEvent(house: string, eventNumber: number, startsAt: string): object {
  return {
    eventNumber: String(eventNumber),
    house,
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
  };
}

/** How often Storno was tried, and how often it was tried before the interval of the marked titles was over. */
export interface StornoWrites {
  all: number;
  early: number;
}

/** Counts in the simulator's own log: every attempt, accepted or refused. */
export function countStornoWrites(log: readonly LogEntry[], syncIntervalMs: number): StornoWrites {
  const savedAtMs = new Map<string | null, number>();
  const counted = { all: 0, early: 0 };
  for (const { at, operation, eventNumber, outcome } of log) {
    if (operation === 'save-announcement' && outcome === 'ok') savedAtMs.set(eventNumber, Date.parse(at));
    if (operation !== 'set-storno') continue;
    counted.all += 1;
    const waitedMs = Date.parse(at) - (savedAtMs.get(eventNumber) ?? Infinity);
    if (!(waitedMs >= syncIntervalMs)) counted.early += 1;
  }
  return counted;
}

/** How many were Storno after each ten seconds since then. */
export function countStornosOverTime(log: readonly LogEntry[], sinceMs: number): number[] {
  const tens = log
    .filter(({ operation, outcome }) => operation === 'set-storno' && outcome === 'ok')
    .map(({ at }) => Math.floor((Date.parse(at) - sinceMs) / 10_000));
  const steps = Math.max(-1, ...tens) + 1;
  return Array.from({ length: steps }, (_, step) => tens.filter((ten) => ten <= step).length);
}
