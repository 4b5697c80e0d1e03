import type { Instant } from './types';

/** How many performances of a series are how far. */
export type SeriesCounts = Record<
  | 'waiting'
  | 'running'
  | 'needsAttention'
  | 'completed'
  | 'skipped'
  | 'aborted'
  | 'refused'
  | 'closedByHand'
  | 'interrupted',
  number
>;

export const NO_PERFORMANCES: Readonly<SeriesCounts> = {
  waiting: 0,
  running: 0,
  needsAttention: 0,
  completed: 0,
  skipped: 0,
  aborted: 0,
  refused: 0,
  closedByHand: 0,
  interrupted: 0,
};

/** How many performances wait for Ö-Ticket now: they run, and nobody works at them. */
export function waitingIn(items: readonly { state: string; waitEndsAt: Instant | null }[]): number {
  return items.filter(({ state, waitEndsAt }) => state === 'running' && waitEndsAt !== null).length;
}

/**
 * How many of how many, and what of the others. Only what Absage has done counts as finished.
 *
 * @example progressSentence(counts, 2) // "9 von 12 fertig, 1 braucht Sie, 2 warten auf Ö-Ticket"
 */
export function progressSentence(counts: SeriesCounts, waitingForPartner = 0): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts: [number, string, string?][] = [
    [counts.needsAttention, 'braucht Sie', 'brauchen Sie'],
    [counts.interrupted, 'unterbrochen'],
    [counts.running - waitingForPartner, 'läuft', 'laufen'],
    [waitingForPartner, 'wartet auf Ö-Ticket', 'warten auf Ö-Ticket'],
    [counts.waiting, 'noch nicht begonnen'],
    [counts.refused, 'nicht abgesagt'],
    [counts.aborted, 'abgebrochen'],
    [counts.skipped, 'ausgelassen'],
    [counts.closedByHand, 'von Hand geschlossen'],
  ];
  const others = parts.flatMap(([count, one, several = one]) =>
    count > 0 ? [`${count} ${count === 1 ? one : several}`] : [],
  );
  return [`${counts.completed} von ${total} fertig`, ...others].join(', ');
}

/** `1 Vorstellung`, `12 Vorstellungen`. */
export function performances(count: number): string {
  return count === 1 ? '1 Vorstellung' : `${count} Vorstellungen`;
}
