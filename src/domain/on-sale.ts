import { toMs } from './clock';
import type { JournalEntry } from './journal';
import { isSaved, textOf, type CaseLines, type SaveLine } from './lines';
import { findStorno, stornoOf } from './storno-lines';
import { findMarker } from './marker';
import type { Instant, MarkerStyle } from './types';

/** A time in which the marker was taken off by somebody, between two saves. Since when, no line says. */
export interface MarkerGap {
  from: Instant;
  until: Instant;
}

/**
 * From this case's first save of the marker to the Storno: how long people could still buy what was already marked. It was
 * longer where the title carried the marker before.
 */
export interface OnSale {
  /** The title carried the marker before this case saved anything. Since when, no line says. */
  wasMarkedBefore: boolean;
  from: Instant;
  /** When Storno was saved; `null`: not by this case. */
  until: Instant | null;
  /** In these times the marker stood there only in part. */
  gaps: MarkerGap[];
}

/** `null`: this case has not saved the marker. */
export function onSaleOf(lines: CaseLines): OnSale | null {
  const { entries, input } = lines;
  const savings = entries.filter((entry): entry is SaveLine => isSaved(entry));
  const [first] = savings;
  if (!first) return null;
  const storno = findStorno(entries);
  return {
    wasMarkedBefore: wasMarkedBefore(lines),
    from: first.after.savedAt,
    until: storno && stornoOf(storno).savedAt,
    gaps: savings
      .slice(1)
      .map((next, index) => ({ before: savings[index] as SaveLine, next }))
      .filter(({ before, next }) => wasTakenOff(entries, before, next, input.policy.marker))
      .map(({ before, next }) => ({ from: before.after.savedAt, until: next.after.savedAt })),
  };
}

/** The check found the marker in the title. */
export function wasMarkedBefore({ event, input }: Pick<CaseLines, 'event' | 'input'>): boolean {
  return findMarker(event?.title.before ?? '', input.policy.marker) !== null;
}

/** How long the marker stood there for certain; `null`: the case did not save both. */
export function onSaleWithMarkerMs({ from, until, gaps }: OnSale): number | null {
  if (until === null) return null;
  const all = toMs(until) - toMs(from);
  const uncertain = gaps.reduce((sum, gap) => sum + toMs(gap.until) - toMs(gap.from), 0);
  return Math.max(0, all - uncertain);
}

/** The next save says what it found; where it wrote nothing itself, the question that was answered says it. */
function wasTakenOff(
  entries: readonly JournalEntry[],
  before: SaveLine,
  next: SaveLine,
  style: MarkerStyle,
): boolean {
  const found = textOf(next.before, 'title');
  if (found !== null) return findMarker(found, style) === null;
  return entries.some(
    ({ seq, operation, after }) =>
      seq > before.seq &&
      seq < next.seq &&
      operation === 'decide' &&
      textOf(after, 'code') === 'marker-removed',
  );
}
