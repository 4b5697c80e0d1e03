import type { Instant, LocalDate } from './types';

/** The zone of every wall clock in the product. */
const ZONE = 'Europe/Vienna';

const dayParts = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});
const timeParts = new Intl.DateTimeFormat('de-AT', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});
const exactParts = new Intl.DateTimeFormat('de-AT', {
  timeZone: ZONE,
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});
const DAY_MS = 24 * 3_600_000;
/** What is beyond has five digits, and nobody reads it. */
const LAST_YEAR = 9999;
const weekday = new Intl.DateTimeFormat('de-AT', { timeZone: ZONE, weekday: 'short' });
const longDay = new Intl.DateTimeFormat('de-AT', {
  timeZone: ZONE,
  weekday: 'short',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});

/** Milliseconds since the epoch, or `NaN` for a text that is no instant. */
export function toMs(instant: Instant): number {
  return Date.parse(instant);
}

/** Milliseconds since the epoch → instant in UTC, with milliseconds. */
export function toInstant(ms: number): Instant {
  return new Date(ms).toISOString();
}

/** `18.17 Uhr`, as people in Austria write it. */
export function clockTime(instant: Instant): string {
  return `${timeParts.format(toMs(instant)).replace(':', '.')} Uhr`;
}

/** `Di., 5. Jänner 2027`. */
export function longDate(instant: Instant): string {
  return longDay.format(toMs(instant));
}

/** `Di., 5. Jänner 2027, 18.41 Uhr`. */
export function dayAndTime(instant: Instant): string {
  return `${longDate(instant)}, ${clockTime(instant)}`;
}

/** `18.17 Uhr` on the day of `now`, and with the date on any other day. */
export function clockOn(instant: Instant, now: Instant): string {
  return viennaDate(instant) === viennaDate(now) ? clockTime(instant) : dayAndTime(instant);
}

/** `Sa., 12.12.2026, 19.30 Uhr`: in mails, where a date is compared with one on a ticket. */
export function numericDayAndTime(instant: Instant): string {
  // Not every version of Node writes the full stop.
  const shortWeekday = weekday.format(toMs(instant)).replace(/\.?$/, '.');
  return `${shortWeekday}, ${germanDate(viennaDate(instant))}, ${clockTime(instant)}`;
}

/** `2027-06-12` as people write it: `12.06.2027`. */
export function germanDate(date: LocalDate): string {
  return date.split('-').reverse().join('.');
}

/** The calendar day in Vienna. */
export function viennaDate(instant: Instant): LocalDate {
  return dayParts.format(toMs(instant));
}

/** `24.11.2026, 18.17.05`: to the second, where it proves something. */
export function exactTime(instant: Instant): string {
  return exactParts.format(toMs(instant)).replaceAll(':', '.');
}

/**
 * What a clock in Vienna shows, `2026-12-12T19:30`, as an instant. `null` for what no clock there shows, or shows
 * twice: the hour that is skipped in March, and the one that comes again in October.
 */
export function viennaInstant(wallClock: string): Instant | null {
  const candidates = ['+01:00', '+02:00'].map((offset) => `${wallClock}:00${offset}`).filter(isInstant);
  const [date, time] = wallClock.split('T');
  const fitting = candidates.filter(
    (instant) => viennaDate(instant) === date && timeParts.format(toMs(instant)) === time,
  );
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

/** The day so many days later. */
export function addDays(date: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** `2026-08-31` plus 6 months is `2027-02-28`: the last day of a shorter month. */
export function addMonths(from: LocalDate, months: number): LocalDate {
  const [year = 0, month = 1, day = 1] = from.split('-').map(Number);
  const firstOfTarget = new Date(Date.UTC(year, month - 1 + months, 1));
  const lastDay = new Date(
    Date.UTC(firstOfTarget.getUTCFullYear(), firstOfTarget.getUTCMonth() + 1, 0),
  ).getUTCDate();
  firstOfTarget.setUTCDate(Math.min(day, lastDay));
  const date = firstOfTarget.toISOString().slice(0, 10);
  return firstOfTarget.getUTCFullYear() > LAST_YEAR ? `${LAST_YEAR}-12-31` : date;
}

/** ISO dates compare as text. */
export function laterDate(a: LocalDate, b: LocalDate): LocalDate {
  return a > b ? a : b;
}

/** Whether a text is a day that exists: `2027-02-30` does not. */
export function isLocalDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const parsed = new Date(`${text}T00:00:00.000Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}

/** Instants are written with years of four digits, in UTC; what is beyond cannot be kept beside a run. */
const EARLIEST_MS = 0;
const LATEST_MS = Date.UTC(9999, 11, 31);

/** Whether a text is an instant that exists: ISO 8601 with seconds optional and an offset required. */
export function isInstant(text: string): boolean {
  const match =
    /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/.exec(
      text,
    );
  const ms = toMs(text);
  return match !== null && isLocalDate(match[1] ?? '') && ms >= EARLIEST_MS && ms < LATEST_MS;
}
