import { addDays, clockTime, germanDate, viennaDate } from './clock';
import type { Instant, JetEvent } from './types';

/** What a person searches by. */
export type Searched = Pick<
  JetEvent,
  'eventNumber' | 'title' | 'customerTitle' | 'production' | 'startsAt' | 'venue' | 'location'
>;

/** Words that say nothing of a performance. */
const EMPTY = new Set(
  'am an auf bei das dem den der die ein eine einen im in ins um und uhr vom von zu zum zur'.split(' '),
);

/** Of a word at least so many letters have to be right. */
const STEM = 4;
/** So many letters at its end may be those of another case. */
const ENDING = 2;

const UMLAUTS: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };
const WEEKDAYS = ['Sonntag', 'Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag'];
const MONTHS = [
  'Jänner Januar',
  'Februar Feber',
  'März',
  'April',
  'Mai',
  'Juni',
  'Juli',
  'August',
  'September',
  'Oktober',
  'November',
  'Dezember',
];

/**
 * Whether an event has every word of a search: a part of its texts, its number, its day or hour as people write them, or the
 * beginning of a word, as "Großen" is of "Großes Haus". Umlauts may be written as ae, oe, ue.
 *
 * @example matchesWords('im Großen Haus heute 19.30', event, now)
 */
export function matchesWords(text: string, event: Searched, now: Instant): boolean {
  const known = wordsOf(event, now);
  const all = known.join(' ');
  return folded(text)
    .split(/\s+/)
    .filter((word) => word !== '' && !EMPTY.has(word))
    .every((word) => isPart(word, all) || known.some((each) => each.startsWith(stemOf(word))));
}

/** A day or an hour has to be whole: "1.12." is no part of "31.12.", and "9.30" none of "19.30". */
function isPart(word: string, all: string): boolean {
  if (!/^\d+\.[\d.]*$/.test(word)) return all.includes(word);
  // After a full stop a year may follow.
  const end = word.endsWith('.') ? '' : '(?!\\d)';
  return new RegExp(`(?<!\\d)${word.replaceAll('.', '\\.')}${end}`).test(all);
}

/** The word without the ending that it has in a sentence; a short word, a number and an hour are taken whole. */
function stemOf(word: string): string {
  // What begins a day or an hour is told by `isPart`.
  if (/^\d+\./.test(word)) return `${word} `;
  return /^[a-z]+$/.test(word) ? word.slice(0, Math.max(STEM, word.length - ENDING)) : word;
}

function wordsOf({ startsAt, ...event }: Searched, now: Instant): string[] {
  const { eventNumber, title, customerTitle, production, venue, location } = event;
  const texts = [eventNumber, title, customerTitle, production, venue, location, ...timeWords(startsAt, now)];
  return texts.flatMap((text) => folded(text ?? '').split(/[\s,;:()„“"]+/)).filter(Boolean);
}

/** The day and the hour, in each way in which people write them. */
function timeWords(startsAt: Instant, now: Instant): string[] {
  const day = viennaDate(startsAt);
  const today = viennaDate(now);
  const [year = '', month = '', date = ''] = day.split('-');
  const clock = clockTime(startsAt).replace(' Uhr', '');
  const weekday = WEEKDAYS[new Date(`${day}T12:00:00Z`).getUTCDay()] ?? '';
  return [
    day === today ? 'heute' : '',
    day === addDays(today, 1) ? 'morgen' : '',
    weekday,
    MONTHS[Number(month) - 1] ?? '',
    germanDate(day),
    `${Number(date)}.${Number(month)}.${year}`,
    clock,
    partOfDay(clock),
  ];
}

/** As people say it of a performance: "heute abend". */
function partOfDay(clock: string): string {
  const hour = Number.parseInt(clock, 10);
  if (hour < 12) return 'früh vormittag vormittags';
  return hour < 17 ? 'nachmittag nachmittags' : 'abend abends';
}

function folded(text: string): string {
  const lower = text.normalize('NFC').toLowerCase();
  const spelt = lower
    .replace(/[äöüß]/g, (letter) => UMLAUTS[letter] ?? letter)
    .replace(/(\d):(\d)/g, '$1.$2');
  return spelt.normalize('NFD').replace(/\p{M}/gu, '');
}
