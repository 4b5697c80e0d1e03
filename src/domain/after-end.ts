import type { JournalEntry } from './journal';
import { endLine } from './lines';

/*
 * The end of a case is its last word. After it only this may follow: mails that tell the house of it; what a run notes that
 * Temporal has set back, which finds everything done; and what was under way when the end was written, by a person or by an
 * attempt that has slept. No Storno, no right and no mail to Ö-Ticket is begun there.
 */

interface Later {
  label: string;
  /** `before`: the lines up to the end. */
  is: (line: JournalEntry, before: readonly JournalEntry[]) => boolean;
}

/** What people can ask for up to the last moment, so that its line may come when another one has written the end. */
const ASKED_MEANWHILE: readonly string[] = ['retry', 'skip-wait', 'close-by-hand'];

const LATER: readonly Later[] = [
  { label: 'E-Mail an das Haus', is: ({ operation }) => operation === 'alert-house' },
  { label: 'Wiederaufnahme', is: ({ operation }) => operation === 'resume' },
  { label: 'Blick in Jet', is: ({ operation }) => operation === 'read-event' },
  { label: 'schon Vorgefundenes', is: ({ outcome }) => outcome === 'found' },
  { label: 'Blick in Connect Online', is: ({ operation }) => operation === 'read-channel' },
  { label: 'gleichzeitig Verlangtes', is: ({ operation }) => ASKED_MEANWHILE.includes(operation) },
  {
    label: 'Ergebnis von etwas vorher Begonnenem',
    is: ({ kind, operation }, before) =>
      kind === 'outcome' && before.some((line) => line.kind === 'intent' && line.operation === operation),
  },
  // Of an attempt that has slept until then. What it wants to save it read before, and Jet refuses the version.
  {
    label: 'verspäteter Versuch',
    is: ({ kind, operation }) => kind === 'intent' && operation === 'save-announcement',
  },
  // The case was aborted while it was still being checked.
  { label: 'Prüfung des Auftrags', is: (line, before) => isCheck(line) && !before.some(isCheck) },
];

function isCheck({ kind }: JournalEntry): boolean {
  return kind === 'opening' || kind === 'refusal';
}

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
  const afterIt = entries.indexOf(end) + 1;
  const [before, lines] = [entries.slice(0, afterIt), entries.slice(afterIt)];
  const labels = lines.map((line) => LATER.find(({ is }) => is(line, before))?.label ?? null);
  const later = LATER.map(({ label }) => ({ label, count: labels.filter((each) => each === label).length }));
  return {
    end,
    later: later.filter(({ count }) => count > 0),
    foreign: lines.filter((_, index) => labels[index] === null),
  };
}
