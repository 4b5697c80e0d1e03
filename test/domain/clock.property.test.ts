import fc from 'fast-check';
import {
  addMonths,
  clockTime,
  isInstant,
  isLocalDate,
  laterDate,
  toInstant,
  toMs,
  viennaDate,
} from '../../src/domain/clock';

const RUNS = { numRuns: 20_000 };

const YEAR_2020_MS = Date.UTC(2020);
const YEAR_2100_MS = Date.UTC(2100);
const anyMs = fc.integer({ min: YEAR_2020_MS, max: YEAR_2100_MS });
const anyDate = fc
  .integer({ min: YEAR_2020_MS / 86_400_000, max: YEAR_2100_MS / 86_400_000 })
  .map((days) => toInstant(days * 86_400_000).slice(0, 10));

/** The last Sunday of a month at 01:00 UTC, when clocks in the EU go forward or back. */
function changeOfClocks(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0, 1));
  return last.getTime() - last.getUTCDay() * 86_400_000;
}

/** Vienna's wall clock, calculated from the rule for summer time alone. */
function viennaWall(ms: number): string {
  const year = new Date(ms).getUTCFullYear();
  const isSummer = ms >= changeOfClocks(year, 2) && ms < changeOfClocks(year, 9);
  return new Date(ms + (isSummer ? 2 : 1) * 3_600_000).toISOString();
}

describe('an instant', () => {
  it('is shown as the wall clock of Vienna shows it, also around the change of clocks', () => {
    const around = fc
      .tuple(fc.integer({ min: 2021, max: 2098 }), fc.constantFrom(2, 9), fc.integer({ min: -90, max: 90 }))
      .map(([year, month, minutes]) => changeOfClocks(year, month) + minutes * 60_000);
    fc.assert(
      fc.property(fc.oneof(anyMs, around), (ms) => {
        const wall = viennaWall(ms);
        const instant = toInstant(ms);
        const time = `${wall.slice(11, 13)}.${wall.slice(14, 16)} Uhr`;
        return viennaDate(instant) === wall.slice(0, 10) && clockTime(instant) === time;
      }),
      RUNS,
    );
  });

  it('is the same whatever its offset, and comes back from milliseconds', () => {
    fc.assert(
      fc.property(anyMs, fc.integer({ min: -14 * 60, max: 14 * 60 }), (ms, offsetMinutes) => {
        const local = new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, -1);
        const two = (n: number) => String(n).padStart(2, '0');
        const size = Math.abs(offsetMinutes);
        const offset = `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
        return isInstant(local + offset) && toMs(local + offset) === ms && toMs(toInstant(ms)) === ms;
      }),
      RUNS,
    );
  });
});

describe('a date', () => {
  it('exists or does not, as the calendar says', () => {
    const part = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(fc.integer({ min: 1_970, max: 2_200 }), part(14), part(33), (year, month, day) => {
        const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
        const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        const doesExist = month >= 1 && month <= 12 && day >= 1 && day <= (lengths[month - 1] ?? 0);
        const text = [year, month, day].map((n) => String(n).padStart(2, '0')).join('-');
        return isLocalDate(text) === doesExist && isInstant(`${text}T12:00:00Z`) === doesExist;
      }),
      RUNS,
    );
  });

  it('plus months is a day that exists, in that month, and never a later day of the month', () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: 0, max: 120 }), (date, months) => {
        const later = addMonths(date, months);
        const count = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
        const dayOf = (text: string) => Number(text.slice(8));
        const isLastOfMonth = dayOf(toInstant(toMs(`${later}T00:00:00Z`) + 86_400_000).slice(0, 10)) === 1;
        return (
          isLocalDate(later) &&
          count(later) === count(date) + months &&
          (dayOf(later) === dayOf(date) || (dayOf(later) < dayOf(date) && isLastOfMonth))
        );
      }),
      RUNS,
    );
  });

  it('of two is the later one', () => {
    fc.assert(
      fc.property(anyDate, anyDate, (a, b) => toMs(laterDate(a, b)) === Math.max(toMs(a), toMs(b))),
      RUNS,
    );
  });
});
