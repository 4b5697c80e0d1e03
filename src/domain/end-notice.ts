import { clockOn, dayAndTime, toInstant, toMs } from './clock';
import { endingSummary } from './ending';
import type { JournalEntry } from './journal';
import { endLine, lastRestoring, textOf, type CaseLines } from './lines';
import { shownName, withShownNames } from './names';
import { lossText, statusLosses } from './lost-status';
import { changeTexts } from './performance';
import { onSaleOf, wasMarkedBefore, type MarkerGap } from './on-sale';
import type { Instant } from './types';
import type { CaseEnd } from './vocabulary';

/** The ends that the house is told. One that was refused at once was never opened, and the house is not told of it. */
export type ToldEnd = CaseEnd;

/** What page, command line and mail tell of a case that has ended. */
export interface EndFacts {
  end: ToldEnd;
  endedAt: Instant;
  /** Who ended it before its time, and why; `null`: it came to its end. */
  endedBy: { actor: string; reason: string } | null;
  /** How far it came, as the Protokoll says it. */
  summary: string;
  /** When the marker was saved first; `null`: never by this case. */
  markedAt: Instant | null;
  /** When it was over: Storno set, or the titles restored. */
  unmarkedAt: Instant | null;
  markerGaps: readonly MarkerGap[];
  /** The title carried the marker before this case saved anything. */
  wasMarkedBefore: boolean;
  /** Where the event was something else after its Storno: sentences. */
  losses: readonly string[];
  /** What somebody changed of the performance, with both values: sentences. */
  changes: readonly string[];
  /** Until when Ö-Ticket may still show the marker that was taken back; `null`: nothing was taken back. */
  shownUntil: Instant | null;
}

/** `null`: no line ends the case. */
export function endFactsOf(lines: CaseLines): EndFacts | null {
  const { entries, input } = lines;
  const line = endLine(entries);
  if (!line) return null;
  const { outcome: end, at: endedAt } = line;
  const onSale = onSaleOf(lines);
  const time = (instant: Instant) => clockOn(instant, endedAt);
  const restoredAt = end === 'aborted' ? (lastRestoring(entries)?.after.savedAt ?? null) : null;
  return {
    end,
    endedAt,
    endedBy: endedBy(entries, end),
    summary: endingSummary(lines),
    markedAt: onSale?.from ?? null,
    unmarkedAt: restoredAt ?? onSale?.until ?? null,
    markerGaps: onSale?.gaps ?? [],
    wasMarkedBefore: onSale?.wasMarkedBefore ?? false,
    losses: statusLosses(entries).map((loss) => lossText(loss, time)),
    changes: changeTexts(lines, time),
    // A marker that stood there before was not taken back.
    shownUntil:
      restoredAt && !wasMarkedBefore(lines)
        ? toInstant(toMs(restoredAt) + input.policy.syncIntervalMs)
        : null,
  };
}

function endedBy(entries: readonly JournalEntry[], end: ToldEnd): EndFacts['endedBy'] {
  const operation = {
    completed: null,
    aborted: 'abort',
    'closed-by-hand': 'close-by-hand',
    refused: 'reject',
  }[end];
  const decision = entries.findLast((entry) => entry.operation === operation);
  return decision ? { actor: decision.actor, reason: textOf(decision.after, 'reason') ?? '' } : null;
}

const HEADS: Record<ToldEnd, { head: string; by: string }> = {
  completed: { head: 'Absage abgeschlossen', by: '' },
  aborted: { head: 'Absage abgebrochen', by: 'Abgebrochen' },
  'closed-by-hand': { head: 'Absage von Hand geschlossen', by: 'Geschlossen' },
  refused: { head: 'Absage nicht begonnen', by: 'Nicht freigegeben' },
};

/** The mail about the end: what ended and when, and what buyers may ask about. */
export function endText(facts: EndFacts): string {
  const head = `${HEADS[facts.end].head}: ${dayAndTime(facts.endedAt)}.`;
  return [head, ...endNotes(facts), ...facts.changes, ...markerTimes(facts)].join('\n');
}

/**
 * Who ended the case and why, how far it came, when it was no longer Storno, and what is still on its way to Ö-Ticket. What
 * was changed of the performance stands among the warnings of a case.
 */
export function endNotes({ end, endedAt, endedBy, summary, losses, shownUntil }: EndFacts): string[] {
  const by = endedBy && `${HEADS[end].by} von ${shownName(endedBy.actor)}. Begründung: ${endedBy.reason}`;
  const late =
    shownUntil &&
    `Ö-Ticket bekommt das mit der nächsten Übertragung: bis ca. ${clockOn(shownUntil, endedAt)} kann dort noch der Zusatz zu sehen sein.`;
  return [by, withShownNames(summary), ...losses, late].filter((sentence) => sentence !== null);
}

function markerTimes({ end, markedAt, unmarkedAt, markerGaps, wasMarkedBefore }: EndFacts): string[] {
  if (!markedAt || !unmarkedAt) return [];
  const before = wasMarkedBefore ? ' Der Titel trug ihn schon vorher; seit wann, ist nicht bekannt.' : '';
  const least = wasMarkedBefore || markerGaps.length > 0 ? 'mindestens ' : '';
  const times = `${least}${dayAndTime(markedAt)} bis ${clockOn(unmarkedAt, markedAt)}.${before}`;
  const gaps = markerGaps.map(
    ({ from, until }) =>
      `Irgendwann zwischen ${clockOn(from, markedAt)} und ${clockOn(until, markedAt)} wurde er entfernt: so lange fehlte er.`,
  );
  return end === 'aborted'
    ? [`Der Zusatz stand im Titel: ${times}`, ...gaps]
    : [`Mit dem Zusatz im Titel war die Vorstellung noch im Verkauf: ${times}`, ...gaps];
}
