/**
 * What may wait in Jet's queue, the most urgent first: Temporal has five levels, and within one of them it takes the houses
 * in turn. So another house's case comes to its end beside a flood of searches.
 */
export const URGENCY = {
  /** A write of a single case. */
  write: 1,
  /** The check of a single case, its polls, and every look before or after a write. */
  look: 2,
  /** A plan or a search, for somebody who has not ordered yet. */
  search: 3,
  /** A write of one of many cases that were ordered at once. */
  'write-of-series': 4,
  /** A poll for one of those. */
  'look-of-series': 5,
  /** The watch on the status, which reads event after event for as long as cases wait: it takes only what nobody else needs. */
  watch: 5,
} as const;

export type Urgency = keyof typeof URGENCY;

/** Where a call stands in Jet's queue, in Temporal's words. */
export interface Turn {
  priorityKey: number;
  fairnessKey: string;
}

/** `house`: on whose behalf Jet is called. */
export function turnOf(urgency: Urgency, house: string): Turn {
  return { priorityKey: URGENCY[urgency], fairnessKey: house };
}

/** The same for a case of a series. */
export function ofSeries(urgency: Urgency): Urgency {
  return urgency === 'write' ? 'write-of-series' : 'look-of-series';
}
