import type { EventSummary, Opening } from './case';
import { germanDate, toMs } from './clock';
import { movedText } from './conflicts';
import type { JournalEntry } from './journal';
import type { ShownEvent } from './line-content';
import { grantedRight, lastReadBack, type CaseLines } from './lines';
import { noticeAttempts, repliesOf, toldClaim } from './mail-lines';
import { stripMarker } from './marker';
import { rightFor } from './plan';
import { lastLook, lastRead, lastShown } from './storno-lines';
import { isSameText } from './text';
import type { Instant, LocalDate } from './types';
import type { FieldConflict } from './vocabulary';

/*
 * The performance as it was read last. After the Storno somebody can change its place, date or title in Jet: the right and
 * the mail to Ö-Ticket go by what was just read, so whoever reads of the case has to be told both values.
 */

const MOVABLE = ['startsAt', 'venue', 'location', 'organiser'] as const;
type Movable = (typeof MOVABLE)[number];

export type Performance = Pick<EventSummary, Movable> & {
  /** Without marker. */
  title: string;
};

/** By the newest look, and before there was one, by the check. */
export function performanceOf(opening: Opening, shown: ShownEvent | null): Performance {
  const { startsAt, venue, location, organiser } = shown ?? opening.event;
  return { startsAt, venue, location, organiser, title: bareTitle(opening, shown?.title) };
}

/** The title without the marker, whole where ours was shortened to make room for it. */
function bareTitle({ event, input }: Opening, shown: string | undefined): string {
  const isOurs = shown === undefined || isSameText(shown, event.title.after);
  return stripMarker((isOurs ? event.title.before : shown) ?? '', input.policy.marker);
}

/** The texts that stand in Jet, by whoever has looked last; `undefined`: that look did not say it. */
export interface TextsNow {
  title: string;
  externalMemo?: string | null;
}

export function textsNow({ event }: Opening, entries: readonly JournalEntry[]): TextsNow {
  const look = lastLook(entries);
  if (look?.outcome === 'by-hand') return { title: look.after.title };
  const { title, externalMemo } = lastShown(entries) ?? {};
  if (title !== undefined) return { title, externalMemo };
  // In a house without a gateway what was confirmed last counts.
  const { before } = event.title;
  return lastReadBack(entries)?.after ?? { title: before ?? '', externalMemo: event.externalMemo.before };
}

/** What the newest look showed otherwise than it was known before. */
export interface Changes {
  readAt: Instant;
  /** Of the performance and of its title, with both values. */
  fields: FieldConflict[];
}

/** `null`: nothing was changed, or nobody has looked. */
export function changesOf({ entries, opening }: CaseLines): Changes | null {
  const shown = lastRead(entries);
  if (!opening || !shown) return null;
  const fields = differences(knownBefore(opening, entries), shown);
  return fields.length > 0 ? { readAt: shown.readAt, fields } : null;
}

/** What one look showed otherwise than the look before it. */
export function changesIn({ entries, opening }: CaseLines, seq: number): FieldConflict[] {
  const before = entries.filter((entry) => entry.seq < seq);
  const shown = lastRead(entries.filter((entry) => entry.seq === seq));
  return opening && shown ? differences(lastRead(before) ?? knownBefore(opening, before), shown) : [];
}

/** The title with its marker, as it was read back last. */
type Known = Pick<ShownEvent, Movable | 'title' | 'house' | 'customerTitle' | 'externalMemo'>;

function knownBefore({ event, input }: Opening, entries: readonly JournalEntry[]): Known {
  const { startsAt, venue, location, organiser } = event;
  const { title, ...texts } = lastReadBack(entries)?.after ?? {
    title: event.title.before ?? '',
    customerTitle: event.customerTitle.before,
    externalMemo: event.externalMemo.before,
  };
  const { customerTitle, externalMemo } = texts;
  const { house } = input.order;
  return { startsAt, venue, location, organiser, title, customerTitle, externalMemo, house };
}

function differences(before: Known, now: Known): FieldConflict[] {
  const isSame = (field: keyof Known) => {
    const [earlier, later] = [before[field], now[field]];
    // What was not said is not another one.
    if (earlier === undefined || later === undefined) return true;
    const isTime = field === 'startsAt' && earlier !== null && later !== null;
    return isTime ? toMs(earlier) === toMs(later) : isSameText(earlier, later);
  };
  return (['title', 'customerTitle', 'externalMemo', ...MOVABLE, 'house'] as const)
    .filter((field) => !isSame(field))
    .map((field) => ({ field, before: before[field] ?? null, ours: null, now: now[field] ?? null }));
}

/** What the mail to Ö-Ticket names. */
const TOLD_TO_PARTNER: readonly FieldConflict['field'][] = ['title', ...MOVABLE];

/** The code of the warning that holds the texts of `changeTexts`. */
export const PERFORMANCE_CHANGED = 'performance-changed';

/** What was changed, with both values, and what follows from it for right and mail. `time`: how a time is told. */
export function changeTexts(lines: CaseLines, time: (instant: Instant) => string): string[] {
  const changes = changesOf(lines);
  if (!changes) return [];
  const what = changes.fields.map(movedText).join(' ');
  const isTold = changes.fields.some(({ field }) => TOLD_TO_PARTNER.includes(field));
  const notice = isTold ? noticeText(lines) : null;
  return [
    `Seit dem Auftrag in Jet geändert (gelesen: ${time(changes.readAt)}). ${what}`,
    rightText(lines),
    notice && NOTICE_TEXTS[notice],
  ].filter((text) => text !== null);
}

/** Why the right ends on another day than planned, or ends too soon; `null`: it is as planned. */
export function rightText(lines: CaseLines): string | null {
  const { granted, planned, needed } = rightDays(lines) ?? {};
  if (granted === undefined || !planned || !needed || needed === planned) return null;
  if (granted !== null && granted < needed) return RIGHT_TEXTS.tooShort(granted, needed);
  return granted === needed ? RIGHT_TEXTS.longer(needed, planned) : null;
}

/** Whether the performance was moved to a day that the right does not reach from. */
export function isRightTooShort(lines: CaseLines): boolean {
  const days = rightDays(lines);
  return days !== null && days.granted !== null && days.granted < days.needed && days.needed !== days.planned;
}

/** The last day of the right: as it was granted, as it was planned, and as the newest look would have it. */
function rightDays({ entries, opening }: CaseLines) {
  const shown = lastRead(entries);
  const right = grantedRight(entries);
  if (!opening || !shown || !right) return null;
  const needed = rightFor(opening, shown.startsAt).validUntil;
  return { granted: right.after.validUntil, planned: opening.right.validUntil, needed };
}

const RIGHT_TEXTS = {
  longer: (until: LocalDate, planned: LocalDate) =>
    `Die erweiterte Stornoberechtigung richtet sich nach dem neuen Beginn: bis ${germanDate(until)} statt bis ${germanDate(planned)}.`,
  tooShort: (until: LocalDate, needed: LocalDate) =>
    `Die erweiterte Stornoberechtigung endet am ${germanDate(until)}. Für den neuen Beginn sollte sie bis ${germanDate(needed)} gelten: bitte in Jet verlängern.`,
} as const;

const NOTICE_TEXTS = {
  new: 'Die E-Mail an Ö-Ticket nennt den neuen Stand.',
  old: 'Die E-Mail an Ö-Ticket nennt noch den früheren Stand: bitte Ö-Ticket verständigen.',
} as const;

/** Which of both values the mail names that has, or may have, arrived; `null`: Absage has sent none. */
function noticeText(lines: CaseLines): keyof typeof NOTICE_TEXTS | null {
  const { entries, opening } = lines;
  const shown = lastRead(entries);
  const own = noticeAttempts(entries).findLast((attempt) =>
    repliesOf(entries, attempt).some(({ outcome }) => outcome === 'accepted' || outcome === 'in-doubt'),
  );
  // A mail of a series tells of what was known when it claimed the performance.
  const sent = own ?? toldClaim(entries);
  if (!opening || !shown || !sent) return null;
  const told = performanceOf(opening, lastRead(entries.filter(({ seq }) => seq < sent.seq)));
  return differences(told, performanceOf(opening, shown)).length === 0 ? 'new' : 'old';
}

/** Whether Ö-Ticket was told of the performance as it is no longer. */
export function isNoticeOutdated(lines: CaseLines): boolean {
  return changesOf(lines) !== null && noticeText(lines) === 'old';
}
