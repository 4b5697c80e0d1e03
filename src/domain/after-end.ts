import type { JournalEntry } from './journal';
import { endLine, versionAfter, versionBefore } from './lines';
import { isStornoTried } from './storno-lines';

/*
 * The end of a case is its last word. After it only this may follow: mails that tell the house of it, and ticks of its to-do list; what a run notes that
 * Temporal has set back, which finds everything done; and what was under way when the end was written, by a person or by an
 * attempt that has slept. Nothing that could still come about is begun there: no Storno, no right, no mail to Ö-Ticket.
 */

interface Later {
  label: string;
  /** `before`: the lines up to the end. */
  is: (line: JournalEntry, before: readonly JournalEntry[]) => boolean;
}

const LATER: readonly Later[] = [
  { label: 'E-Mail an das Haus', is: ({ operation }) => operation === 'alert-house' },
  { label: 'Aufgabe des Hauses', is: ({ operation }) => operation === 'tick-task' },
  { label: 'Wiederaufnahme', is: ({ operation }) => operation === 'resume' },
  { label: 'Blick in Jet', is: ({ operation }) => operation === 'read-event' },
  { label: 'schon Vorgefundenes', is: ({ outcome }) => outcome === 'found' },
  { label: 'Blick in Connect Online', is: ({ operation }) => operation === 'read-channel' },
  // People can decide up to the last moment, and the line may come when another one has brought the end. Whoever
  // confirms a Storno claims the case in the same commit: after the end only where it had been claimed before, by a run that was set back
  // and has asked again.
  {
    label: 'gleichzeitige Entscheidung',
    is: ({ kind, operation }, before) =>
      kind === 'decision' && (operation !== 'confirm-step' || before.some(isStornoTried)),
  },
  {
    label: 'Ergebnis von etwas vorher Begonnenem',
    is: ({ kind, operation }, before) =>
      kind === 'outcome' && before.some((line) => line.kind === 'intent' && line.operation === operation),
  },
  { label: 'verspäteter Versuch', is: isOutOfDate },
  // The case was aborted while it was still being checked.
  { label: 'Prüfung des Auftrags', is: (line, before) => isCheck(line) && !before.some(isCheck) },
];

/** What may follow, in words; each has its row in docs/protocol.md. */
export const AFTER_END: readonly string[] = LATER.map(({ label }) => label);

function isCheck({ kind }: JournalEntry): boolean {
  return kind === 'opening' || kind === 'refusal';
}

/** Of an attempt that has slept: it decided on a version that was gone before the end, so that Jet refuses it. */
function isOutOfDate(line: JournalEntry, before: readonly JournalEntry[]): boolean {
  const [version, newest] = [versionBefore(line), before.map(versionAfter).findLast(Boolean)];
  return line.kind === 'intent' && version !== null && newest !== undefined && version !== newest;
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
