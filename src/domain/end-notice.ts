import { clockTime, dayAndTime, viennaDate } from './clock';
import type { Instant } from './types';
import type { WaivableStep } from './vocabulary';
import { LEFT_FOR_THE_HOUSE } from './wording';

/** What the house is told when a case has ended. */
export interface EndFacts {
  end: 'completed' | 'aborted';
  endedAt: Instant;
  /** When the marker was saved first; `null`: never by this case. */
  markedAt: Instant | null;
  /** When it was over: Storno set, or the titles restored. */
  unmarkedAt: Instant | null;
  /** The steps that were left out. */
  waived: readonly WaivableStep[];
}

/** What ended and when, and how long the performance was on sale with the marker: its buyers may ask. */
export function endText({ end, endedAt, markedAt, unmarkedAt }: EndFacts): string {
  const isCompleted = end === 'completed';
  const lines = [
    isCompleted
      ? `Absage abgeschlossen: ${dayAndTime(endedAt)}.`
      : `Absage abgebrochen: ${dayAndTime(endedAt)}. Der Status wurde von Absage nicht verändert.`,
  ];
  if (markedAt && unmarkedAt) {
    const until =
      viennaDate(markedAt) === viennaDate(unmarkedAt) ? clockTime(unmarkedAt) : dayAndTime(unmarkedAt);
    lines.push(
      isCompleted
        ? `Mit dem Zusatz im Titel war die Vorstellung noch im Verkauf: ${dayAndTime(markedAt)} bis ${until}.`
        : `Der Zusatz stand im Titel: ${dayAndTime(markedAt)} bis ${until}.`,
    );
  }
  if (!isCompleted)
    lines.push(
      'Titel und Hinweis stehen wieder wie vorher in Jet. Was inzwischen jemand anderer geändert hat, ist geblieben.',
    );
  return lines.join('\n');
}

/** What nobody but the house can do, once a performance is cancelled. */
export function remainingByHand({ end, waived }: EndFacts): string[] {
  if (end === 'aborted') return [];
  return [...waived.map((step) => LEFT_BY_WAIVER[step]), ...LEFT_FOR_THE_HOUSE];
}

/** What is left to do when a step was left out. */
const LEFT_BY_WAIVER: Record<WaivableStep, string> = {
  'grant-right':
    'Erweiterte Stornoberechtigung gesondert vergeben: ohne sie kann Ö-Ticket Rückerstattungen nicht buchen.',
  'notify-partner':
    'Ö-Ticket verständigen und die Rückerstattung anweisen: von hier ging keine E-Mail hinaus.',
};
