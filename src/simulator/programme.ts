import { addDays, toDate, toInstant, viennaMs, weekday } from './clock';
import type { NewEvent } from './event-store';

/** A performance of the sample programme, dated relative to the day on which it is added. */
interface Sample {
  eventNumber: string;
  house: string;
  /** Days from today. */
  day: number;
  /** On a wall in Vienna. */
  time: string;
  title: string;
  customerTitle?: string;
  externalMemo?: string;
  status?: string;
  venue?: string;
  production?: string;
  isSoldHereOnly?: boolean;
}

const DEFAULT_LIMITS = { title: 60, customerTitle: 80, externalMemo: 1_000 };
const DEFAULT_STATUS = 'Verkaufsfreigabe';

/** The five sample houses, with the venue that a sample has when it names none. */
const HOUSES: Readonly<Record<string, { organiser: string; location: string; venue: string }>> = {
  FSP: { organiser: 'Musterbühnen Festspielhaus GmbH', location: 'St. Pölten', venue: 'Großer Saal' },
  LTN: { organiser: 'Musterbühnen Landestheater GmbH', location: 'St. Pölten', venue: 'Großes Haus' },
  BUS: { organiser: 'Musterbühnen Bühne im Hof GmbH', location: 'St. Pölten', venue: 'Bühne im Hof' },
  GRAF: { organiser: 'Musterbühnen Wolkenturm GmbH', location: 'Grafenegg', venue: 'Wolkenturm' },
  KREMS: { organiser: 'Musterbühnen Klangraum GmbH', location: 'Krems', venue: 'Minoritenkirche' },
};

const LONG_MEMO = `${'Einlass ab 18.30 Uhr. Bitte die Garderobe benützen, große Taschen bleiben draußen. '.repeat(10)}Dauer: 2 Stunden 40 Minuten, eine Pause.`;

/** Fixed numbers: people learn them by heart. Everything here is made up, plays and composers aside. */
const SAMPLES: readonly Sample[] = [
  {
    eventNumber: '104233',
    house: 'FSP',
    day: 42,
    time: '19:30',
    title: 'Der Besuch der alten Dame',
    customerTitle: 'Der Besuch der alten Dame – Tragische Komödie',
    externalMemo: 'Einlass ab 19.00 Uhr. Eine Pause.',
    production: 'Der Besuch der alten Dame',
  },
  {
    eventNumber: '104234',
    house: 'FSP',
    day: 43,
    time: '19:30',
    title: 'Der Besuch der alten Dame',
    production: 'Der Besuch der alten Dame',
  },
  {
    eventNumber: '104240',
    house: 'FSP',
    day: 9,
    time: '20:00',
    title: 'Atem. Ein Tanzabend',
    status: 'Bereitstellung',
    production: 'Atem',
  },
  {
    eventNumber: '104245',
    house: 'FSP',
    day: 2,
    time: '18:00',
    title: 'Offene Probe des Jugendorchesters',
    status: 'Abschluss',
    venue: 'Kleiner Saal',
  },
  {
    // Exactly as long as the field: the marker fits only when the title is shortened.
    eventNumber: '104251',
    house: 'FSP',
    day: 16,
    time: '19:00',
    title: 'Das große Neujahrskonzert mit Walzern, Polkas und Überraschu',
    customerTitle: 'Das große Neujahrskonzert mit Walzern, Polkas und Überraschungsgästen aus Wien',
    externalMemo: LONG_MEMO,
    production: 'Neujahrskonzert',
  },
  {
    eventNumber: '104260',
    house: 'FSP',
    day: -3,
    time: '19:30',
    title: 'Liederabend: Winterreise',
    venue: 'Kleiner Saal',
    production: 'Winterreise',
  },
  {
    // A play that is called so. It carries no marker.
    eventNumber: '104266',
    house: 'FSP',
    day: 23,
    time: '20:00',
    title: 'ABGESAGT! Eine Komödie',
    customerTitle: 'ABGESAGT! Eine Komödie',
    venue: 'Kleiner Saal',
    production: 'ABGESAGT! Eine Komödie',
  },
  {
    eventNumber: '104271',
    house: 'FSP',
    day: -10,
    time: '18:00',
    title: 'Jugendorchester im Konzert',
    status: 'Abschluss',
  },
  {
    eventNumber: '205101',
    house: 'LTN',
    day: 12,
    time: '15:00',
    title: 'Der Zerrissene',
    production: 'Der Zerrissene',
  },
  {
    eventNumber: '205102',
    house: 'LTN',
    day: 12,
    time: '19:30',
    title: 'Der Zerrissene',
    customerTitle: 'Der Zerrissene – Posse mit Gesang',
    production: 'Der Zerrissene',
  },
  {
    eventNumber: '205110',
    house: 'LTN',
    day: 19,
    time: '19:30',
    title: 'Die Möwe – ENTFÄLLT',
    externalMemo: 'Erkrankung im Ensemble',
    production: 'Die Möwe',
  },
  {
    eventNumber: '205115',
    house: 'LTN',
    day: 26,
    time: '19:30',
    title: 'Woyzeck – ABGESAGT',
    status: 'Storno',
    production: 'Woyzeck',
  },
  {
    // Called so, and not marked either.
    eventNumber: '205118',
    house: 'LTN',
    day: 33,
    time: '19:30',
    title: 'Die abgesagte Hochzeit',
    customerTitle: 'Die abgesagte Hochzeit. Lustspiel',
    production: 'Die abgesagte Hochzeit',
  },
  {
    eventNumber: '205120',
    house: 'LTN',
    day: 30,
    time: '10:30',
    title: 'Das kleine Gespenst (Schulvorstellung)',
    venue: 'Theaterwerkstatt',
    isSoldHereOnly: true,
    production: 'Das kleine Gespenst',
  },
  {
    eventNumber: '307001',
    house: 'BUS',
    day: 7,
    time: '20:00',
    title: 'Kabarett: Heiter bis wolkig',
    customerTitle: 'Heiter bis wolkig',
  },
  {
    eventNumber: '307002',
    house: 'BUS',
    day: 14,
    time: '20:00',
    title: 'Lesung: Briefe aus Wien',
    status: 'Gesperrt',
    venue: 'Stadtsaal',
  },
  {
    eventNumber: '307005',
    house: 'BUS',
    day: 35,
    time: '20:00',
    title: 'Jazz im Hof: Quartett & Gäste',
    externalMemo: 'Freie Platzwahl.\r\nBei Regen im Stadtsaal.',
  },
  {
    eventNumber: '408810',
    house: 'GRAF',
    day: 5,
    time: '19:00',
    title: 'Serenade unter freiem Himmel',
    customerTitle: 'Serenade unter freiem Himmel: Mozart, Haydn, Schubert',
    externalMemo: 'Open Air. Decken liegen auf.',
  },
  {
    eventNumber: '408811',
    house: 'GRAF',
    day: 21,
    time: '18:30',
    title: 'Symphoniekonzert: Beethoven 7',
  },
  {
    eventNumber: '408815',
    house: 'GRAF',
    day: 90,
    time: '11:00',
    title: 'Matinee: Streichquartette von Haydn',
    venue: 'Reitschule',
    status: 'Bereitstellung',
  },
  {
    eventNumber: '509001',
    house: 'KREMS',
    day: 10,
    time: '19:30',
    title: 'Chor & Orgel: Musik für Stimmen',
    externalMemo: 'Die Kirche ist nicht geheizt.',
  },
  {
    eventNumber: '509002',
    house: 'KREMS',
    day: 37,
    time: '19:30',
    title: 'Klangwanderung am Abend 🎶',
    venue: 'Kapitelsaal',
  },
  {
    eventNumber: '509003',
    house: 'KREMS',
    day: 150,
    time: '19:30',
    title: 'Requiem',
    customerTitle: 'Mozart: Requiem',
  },
];

/** A right that ends too early: it has to be widened. */
export const SAMPLE_RIGHT = { eventNumber: '408811', validDays: 7 };

/** How long ago the sample programme was saved, in milliseconds. */
const SAVED_BEFORE_MS = 5 * 3_600_000;

/**
 * The sample programme as seen from now: the fixed one, and evenings that come again every day and every Saturday,
 * so that there is always something to cancel, also months after the first start.
 */
export function sampleProgramme(nowMs: number): Required<NewEvent>[] {
  const today = toDate(nowMs);
  const coming = comingSamples(today).filter((sample) => startMs(sample, today) > nowMs);
  return [...SAMPLES, ...coming].map((sample) => toEvent(sample, today, nowMs));
}

/** Their numbers are made of house and date, so the same evening is never added twice. */
function comingSamples(today: string): Sample[] {
  const evening = (house: string, digit: string, day: number, title: string): Sample => ({
    eventNumber: `${digit}${addDays(today, day).replaceAll('-', '')}`,
    house,
    day,
    time: '19:30',
    title,
    production: title,
  });
  const saturday = (6 - weekday(today) + 7) % 7;
  return [
    evening('FSP', '1', 0, 'Musik am Abend'),
    evening('FSP', '1', 1, 'Musik am Abend'),
    ...[saturday, saturday + 7].flatMap((day) => [
      evening('LTN', '2', day, 'Theater am Samstag'),
      evening('BUS', '3', day, 'Samstagskabarett'),
      evening('GRAF', '4', day, 'Konzert am Wolkenturm'),
      evening('KREMS', '5', day, 'Orgel am Samstag'),
    ]),
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
