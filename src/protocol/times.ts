import { clockTime, longDate } from '../domain/clock';
import type { Instant, LocalDate } from '../domain/types';

const exact = new Intl.DateTimeFormat('de-AT', {
  timeZone: 'Europe/Vienna',
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});

/** `24.11.2026, 18.17.05`: to the second, because it proves something. */
export function exactTime(instant: Instant): string {
  return exact.format(Date.parse(instant)).replaceAll(':', '.');
}

/** `Sa., 12. Dezember 2026, 19.30 Uhr` */
export function dayAndTime(instant: Instant): string {
  return `${longDate(instant)}, ${clockTime(instant)}`;
}

/** `12.06.2027` */
export function germanDay(date: LocalDate): string {
  return date.split('-').reverse().join('.');
}

const UNITS = [
  ['Std.', 3_600],
  ['Min.', 60],
  ['Sek.', 1],
] as const;

/** `15 Min. 3 Sek.`; what is shorter than a second says so. */
export function duration(ms: number): string {
  let rest = Math.floor(Math.abs(ms) / 1_000);
  if (rest === 0) return ms === 0 ? '0 Sek.' : 'unter 1 Sek.';
  const parts: string[] = [];
  for (const [unit, seconds] of UNITS) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.join(' ');
}
