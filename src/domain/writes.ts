import { clockOn, dayAndTime } from './clock';
import { shownName } from './names';
import type { WritesLine } from './installation';
import type { Instant } from './types';

/** Whether Absage may write to Jet and mail Ö-Ticket, in any of its processes. Mails to the houses are not meant. */
export interface WritesState {
  on: boolean;
  /** When it was switched so; this and the others are `null` where nobody ever has. */
  since: Instant | null;
  /** The shown name. */
  by: string | null;
  reason: string | null;
}

/** `line`: the newest one about it. */
export function writesStateOf(line: WritesLine | null): WritesState {
  if (!line) return { on: true, since: null, by: null, reason: null };
  const { at, actor, after } = line;
  return { on: after.on, since: at, by: actor, reason: after.reason };
}

export type WritesOff = WritesState & { on: false; since: Instant; by: string; reason: string };

/** Off is what somebody has switched, so it is known who, when and why. */
export function isOff(writes: WritesState): writes is WritesOff {
  return !writes.on;
}

/** The code of the warning of a case that waits for it, and of the failure of an attempt to write. */
export const WRITES_OFF = 'writes-off';

/**
 * What everybody reads at the top of a page.
 *
 * @example writesOffText(…) // 'Das Schreiben ist seit 18.02 Uhr abgeschaltet, von Ada: „Titel falsch“. …'
 */
export function writesOffText({ since, by, reason }: WritesOff, now: Instant): string {
  return `${switchedOffText({ since, by, reason }, now)} ${UNTIL_ON}`;
}

const UNTIL_ON = 'Absage schreibt nichts in Jet und nichts an Ö-Ticket, bis es wieder eingeschaltet ist.';

/** The same for whoever asks: a reason may name a person or a performance. */
export function writesOffPublicText({ since }: Pick<WritesOff, 'since'>): string {
  return `Das Schreiben ist seit ${dayAndTime(since)} abgeschaltet: ${UNTIL_ON}`;
}

function switchedOffText(
  { since, by, reason }: Pick<WritesOff, 'since' | 'by' | 'reason'>,
  now: Instant,
): string {
  return `Das Schreiben ist seit ${clockOn(since, now)} abgeschaltet, von ${shownName(by)}: „${reason}“.`;
}

/** The same text, with who has switched, when and why: the run does not know it. */
export function withSwitch(text: string, writes: WritesOff, now: Instant): string {
  return text.replace(OFF, () => switchedOffText(writes, now));
}

const OFF = 'Das Schreiben ist abgeschaltet.';

/** What a case says that has come to something to write. `isAborting`: it is its titles that wait. */
export function waitsForWritesText(isAborting: boolean): string {
  return isAborting
    ? `${OFF} Die Absage ist abgebrochen, aber Titel und Hinweis stehen noch in Jet: sie werden zurückgesetzt, sobald es wieder eingeschaltet ist.`
    : `${OFF} Hier gibt es etwas zu schreiben, und das wartet: es geht von selbst weiter, sobald es wieder eingeschaltet ist.`;
}

/** What the house reads once, when it has lasted. */
export function writesOffMail({ since, by, reason }: WritesOff): string {
  return `Seit ${dayAndTime(since)} schreibt Absage nichts in Jet und nichts an Ö-Ticket: ${shownName(by)} hat das Schreiben abgeschaltet („${reason}“). Diese Absage wartet deshalb, und ebenso jede andere Ihres Hauses, bei der etwas zu schreiben ist. Es ist nichts verloren: sobald es wieder eingeschaltet ist, geht es von selbst weiter. Einschalten kann die Betreuung. Dazu kommt keine weitere E-Mail.`;
}
