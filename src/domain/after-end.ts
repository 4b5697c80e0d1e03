import type { JournalEntry } from './journal';
import { endLine } from './lines';

/*
 * The end of a case is its last word. After it only this may follow: mails that tell the house of it, ticks of its to-do list, and what a run notes
 * that Temporal has set back, which finds everything done.
 */

const LATER: readonly { label: string; is: (line: JournalEntry) => boolean }[] = [
  { label: 'E-Mail an das Haus', is: ({ operation }) => operation === 'alert-house' },
  { label: 'Aufgabe des Hauses', is: ({ operation }) => operation === 'tick-task' },
  { label: 'Wiederaufnahme', is: ({ operation }) => operation === 'resume' },
  { label: 'Blick in Jet', is: ({ operation }) => operation === 'read-event' },
  { label: 'schon Vorgefundenes', is: ({ outcome }) => outcome === 'found' },
];

export interface AfterEnd {
  end: JournalEntry;
  /** How many lines of which kind came later. */
  later: { label: string; count: number }[];
  /** The lines that nothing of Absage writes there. */
  foreign: JournalEntry[];
}

/** `null`: the case has not ended. */
export function readAfterEnd(entries: readonly JournalEntry[]): AfterEnd | null {
  const end = endLine(entries);
  if (!end) return null;
  const lines = entries.slice(entries.indexOf(end) + 1);
  const labels = lines.map((line) => LATER.find(({ is }) => is(line))?.label ?? null);
  const later = LATER.map(({ label }) => ({ label, count: labels.filter((each) => each === label).length }));
  return {
    end,
    later: later.filter(({ count }) => count > 0),
    foreign: lines.filter((_, index) => labels[index] === null),
  };
}
