import type { Instant } from '../domain/types';

/** Before the subject of every mail in rehearsal. */
export const REHEARSAL_PREFIX = '[PROBE] ';

export const REHEARSAL_LINE =
  '*** PROBE: Diese E-Mail ist eine Übung. Es ist keine echte Absage, bitte veranlassen Sie nichts. ***';

const dayAndTime = new Intl.DateTimeFormat('de-AT', {
  timeZone: 'Europe/Vienna',
  weekday: 'short',
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** `Sa., 12.12.2026, 19:30 Uhr` */
export function clock(instant: Instant): string {
  const parts = Object.fromEntries(
    dayAndTime.formatToParts(Date.parse(instant)).map(({ type, value }) => [type, value]),
  );
  const { weekday = '', day = '', month = '', year = '', hour = '', minute = '' } = parts;
  return `${weekday.replace(/\.?$/, '.')}, ${day}.${month}.${year}, ${hour}:${minute} Uhr`;
}

/** Whatever ends a line would end a header, or begin a false one in the body. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
