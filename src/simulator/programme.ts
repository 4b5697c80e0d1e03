import { addDays, toDate, toInstant, viennaMs, weekday } from './clock';
import type { NewEvent } from './event-store';
import { SAMPLES, type Sample } from './samples';

const DEFAULT_LIMITS = { title: 60, customerTitle: 80, externalMemo: 1_000 };
const DEFAULT_STATUS = 'Verkaufsfreigabe';

/** The six sample houses, each with the venue of samples that name none. */
const HOUSES: Readonly<Record<string, { organiser: string; location: string; venue: string }>> = {
  FSP: { organiser: 'Musterbühnen Festspielhaus GmbH', location: 'St. Pölten', venue: 'Großer Saal' },
  LTN: { organiser: 'Musterbühnen Landestheater GmbH', location: 'St. Pölten', venue: 'Großes Haus' },
  BUS: { organiser: 'Musterbühnen Bühne im Hof GmbH', location: 'St. Pölten', venue: 'Bühne im Hof' },
  GRAF: { organiser: 'Musterbühnen Wolkenturm GmbH', location: 'Grafenegg', venue: 'Wolkenturm' },
  KREMS: { organiser: 'Musterbühnen Klangraum GmbH', location: 'Krems', venue: 'Minoritenkirche' },
  GUID: { organiser: 'Musterbühnen Gastspielhaus GmbH', location: 'Zwettl', venue: 'Stadtsaal' },
};

/** The keys of the sample houses, in their order. */
export const SAMPLE_HOUSES: readonly string[] = Object.keys(HOUSES);

/** The sample house whose clerks do every step in the masks. */
export const GUIDED_HOUSE = 'GUID';

/** A right that ends too early and has to be widened. */
export const SAMPLE_RIGHT = { eventNumber: '408811', validDays: 7 };

/** How long ago the sample programme counts as saved, in milliseconds. */
const SAVED_BEFORE_MS = 5 * 3_600_000;

/**
 * The sample programme as seen from now: the fixed performances, and evenings that repeat every day and every
 * Saturday, so that there is always something to cancel, even months after the first start.
 */
export function sampleProgramme(nowMs: number): Required<NewEvent>[] {
  const today = toDate(nowMs);
  const coming = comingSamples(today).filter((sample) => startMs(sample, today) > nowMs);
  return [...SAMPLES, ...coming].map((sample) => toEvent(sample, today, nowMs));
}

/** What the theatre plays on which weekday, from Sunday on. */
const REPERTOIRE = [
  'Der Alpenkönig und der Menschenfeind',
  'Liebelei',
  'Der Talisman',
  'Nathan der Weise',
  'Minna von Barnhelm',
  'Der Verschwender',
  'Theater am Samstag',
] as const;

/** The repeating evenings. Their numbers are made of house and date, so no evening is added twice. */
function comingSamples(today: string): Sample[] {
  const evening = (house: string, digit: string, day: number, title: string): Sample => ({
    eventNumber: `${digit}${addDays(today, day).replaceAll('-', '')}`,
    house,
    day,
    time: '19:30',
    title,
    production: title,
  });
  const play = (day: number) =>
    evening('LTN', '2', day, REPERTOIRE[weekday(addDays(today, day))] ?? REPERTOIRE[0]);
  const matinee = ({ eventNumber, ...sample }: Sample): Sample => ({
    ...sample,
    eventNumber: `${eventNumber}1`,
    time: '15:00',
  });
  const saturday = (6 - weekday(today) + 7) % 7;
  return [
    evening('FSP', '1', 0, 'Musik am Abend'),
    evening('FSP', '1', 1, 'Musik am Abend'),
    ...[0, 1, 2, 3, 4, 5, 6].map(play),
    matinee(play(1)),
    ...[saturday, saturday + 7].flatMap((day) => [
      ...(day > 6 ? [play(day)] : []),
      evening('BUS', '3', day, 'Samstagskabarett'),
      evening('GRAF', '4', day, 'Konzert am Wolkenturm'),
      evening('KREMS', '5', day, 'Orgel am Samstag'),
    ]),
    evening(GUIDED_HOUSE, '6', 0, 'Kabarett auf Reisen'),
    evening(GUIDED_HOUSE, '6', 1, 'Kabarett auf Reisen'),
  ];
}

function startMs({ day, time }: Sample, today: string): number {
  return viennaMs(addDays(today, day), time);
}

function toEvent(sample: Sample, today: string, nowMs: number): Required<NewEvent> {
  const { eventNumber, house, title, customerTitle, externalMemo, production } = sample;
  const home = HOUSES[house];
  if (!home) throw new Error(`the sample ${eventNumber} names no sample house`);
  return {
    eventNumber,
    house,
    title,
    customerTitle: customerTitle ?? null,
    externalMemo: externalMemo ?? null,
    status: sample.status ?? DEFAULT_STATUS,
    startsAt: toInstant(startMs(sample, today)),
    venue: sample.venue ?? home.venue,
    location: home.location,
    organiser: home.organiser,
    production: production ?? null,
    soldViaPartner: !sample.isSoldHereOnly,
    limits: DEFAULT_LIMITS,
    savedAt: toInstant(nowMs - SAVED_BEFORE_MS),
  };
}
