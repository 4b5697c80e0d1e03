/*
 * The simulator's own small clock. The simulator shares the wire contract with the product and none of its rules.
 */

const ZONE = 'Europe/Vienna';

const partsOfInstant = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE,
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  timeZoneName: 'longOffset',
});

/** Milliseconds since the epoch → `2026-12-12T19:30:00.000+01:00`, Vienna time. */
export function toInstant(ms: number): string {
  const parts: Record<string, string> = {};
  for (const { type, value } of partsOfInstant.formatToParts(ms)) parts[type] = value;
  const { year, month, day, hour, minute, second, fractionalSecond, timeZoneName = 'GMT+00:00' } = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.${fractionalSecond}${timeZoneName.slice(3)}`;
}

/** The calendar day in Vienna, `2026-12-12`. */
export function toDate(ms: number): string {
  return toInstant(ms).slice(0, 10);
}

/** A day and a Vienna wall-clock time → milliseconds since the epoch. A time that the day skips is moved forward. */
export function viennaMs(date: string, time: string): number {
  const inSummer = Date.parse(`${date}T${time}:00.000+02:00`);
  return toInstant(inSummer).startsWith(`${date}T${time}`) ? inSummer : inSummer + 3_600_000;
}

/** Adds calendar days: a day of 23 or 25 hours counts as one day. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00.000Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** 0 is Sunday. */
export function weekday(date: string): number {
  return new Date(`${date}T00:00:00.000Z`).getUTCDay();
}

/** The same instant as it was written, with exactly three digits of milliseconds. */
export function withMilliseconds(instant: string): string {
  return instant.replace(/(:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/, (_all, seconds, fraction = '', offset) => {
    return `${seconds}.${String(fraction).padEnd(3, '0').slice(0, 3)}${offset}`;
  });
}
