/** Before the subject of every mail in rehearsal. */
export const REHEARSAL_PREFIX = '[PROBE] ';

export const REHEARSAL_LINE =
  '*** PROBE: Diese E-Mail ist eine Übung. Es ist keine echte Absage, bitte veranlassen Sie nichts. ***';

/** Whatever ends a line would end a header, or begin a false one in the body. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
