import type { JetStatus } from './types';

/** The word that every mask shows for a cancelled event. */
export const STORNO_WORD = 'Storno';

const STATUS_WORDS: Readonly<Record<string, JetStatus>> = {
  Verkaufsfreigabe: 'ON_SALE',
  Bereitstellung: 'PROVISIONED',
  Abschluss: 'CLOSED',
  [STORNO_WORD]: 'CANCELLED',
};

/** The raw word of the mask in code. Exact: a word that only looks like one of ours is `UNKNOWN`. */
export function toJetStatus(word: string): JetStatus {
  return (Object.hasOwn(STATUS_WORDS, word) && STATUS_WORDS[word]) || 'UNKNOWN';
}
