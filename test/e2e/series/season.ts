import { loadHouses } from '../../../src/settings/houses';
import { GUIDED_HOUSE, SEEN } from '../guided-house';

/** The two houses with a gateway, beside the guided one. */
const GATEWAY_HOUSES = ['FSP', 'LTN'] as const;
export const HOUSES: readonly string[] = [...GATEWAY_HOUSES, GUIDED_HOUSE];

/**
 * What happens to a performance. `refused`: it cannot be cancelled. `edited`: a colleague changes its title during the wait and
 * leaves the marker. `unmarked`: the same, and the marker is gone. `silent`: Connect Online never shows its Storno.
 * `struck-in-save` and `struck-in-storno`: the worker dies after the effect of that write, before its answer.
 */
export type Role =
  'plain' | 'guided' | 'refused' | 'edited' | 'unmarked' | 'silent' | 'struck-in-save' | 'struck-in-storno';

export interface Performance {
  house: string;
  eventNumber: string;
  role: Role;
  title: string;
  startsAt: string;
}

/** The performances of one series, what Jet shows of them at first, and the order. */
export interface Season {
  performances: Performance[];
  programme: object[];
  order: { title: string; marker: string; reason: string; items: object[] };
}

export const SERIES_TITLE = 'Erkrankung im Ensemble';
const REASON = 'Die Vorstellung entfällt wegen einer Erkrankung im Ensemble.';
const DAY_MS = 24 * 3_600_000;
const FIRST_NUMBER = { FSP: 610_001, LTN: 620_001, [GUIDED_HOUSE]: 630_001 } as const;

/** Where each role stands among the performances of both houses, the soonest first. The others are `plain`. */
const ROLES: readonly Role[] = [
  'struck-in-save',
  'refused',
  'silent',
  'edited',
  'unmarked',
  'struck-in-storno',
];

/** `count`: of all of them, one of which is in the guided house. */
export function makeSeason(count: number): Season {
  const inGateways = Array.from({ length: count - 1 }, (_, index) => gatewayPerformance(index));
  const guided: Performance = {
    house: GUIDED_HOUSE,
    eventNumber: String(FIRST_NUMBER[GUIDED_HOUSE]),
    role: 'guided',
    title: SEEN.title,
    startsAt: SEEN.startsAt,
  };
  const performances = [...inGateways, guided];
  return {
    performances,
    programme: inGateways.map(anEvent),
    order: {
      title: SERIES_TITLE,
      marker: 'ENTFÄLLT',
      reason: REASON,
      items: performances.map(({ house, eventNumber, role, title, startsAt }) => ({
        house,
        eventNumber,
        ...(role === 'guided' ? { seen: SEEN } : { expected: { title, startsAt } }),
      })),
    },
  };
}

export function withRole({ performances }: Season, role: Role): Performance {
  const found = performances.find((each) => each.role === role);
  if (!found) throw new Error(`no performance is ${role}`);
  return found;
}

function gatewayPerformance(index: number): Performance {
  const house = GATEWAY_HOUSES[index % 2 === 0 ? 0 : 1];
  return {
    house,
    eventNumber: String(FIRST_NUMBER[house] + Math.floor(index / 2)),
    role: ROLES[index] ?? 'plain',
    title: `Der Talisman, ${index + 1}. Abend`,
    startsAt: new Date(Date.now() + (30 + index) * DAY_MS).toISOString(),
  };
}

function anEvent({ house, eventNumber, role, title, startsAt }: Performance): object {
  const known = loadHouses(null).get(house);
  return {
    eventNumber,
    house,
    title,
    customerTitle: `Nestroy: ${title}`,
    externalMemo: 'Einlass ab 19.00 Uhr.',
    status: role === 'refused' ? 'Abschluss' : 'Verkaufsfreigabe',
    startsAt,
    venue: 'Großes Haus',
    location: 'St. Pölten',
    organiser: known?.company.name ?? house,
    production: 'Der Talisman',
    soldViaPartner: true,
    limits: { title: 60, customerTitle: 80, externalMemo: 1_000 },
  };
}
