import { isUnseen } from './visible';

/** What people type where the house would have its marker, folded; the umlaut may be missing. */
const CANCELLED = new Set(['ENTFÄLLT', 'ENTFAELLT', 'ENTFALLT', 'ENTFALLEN', 'ABGESAGT', 'ABSAGE']);

/** These belong to another procedure. */
const POSTPONED = new Set(['VERSCHOBEN', 'VERSCHIEBUNG', 'VERLEGT', 'VERLEGUNG']);

export interface MarkByHand {
  /** As it stands in the title. */
  word: string;
  isPostponed: boolean;
}

/**
 * The word with which a person seems to have marked a title: its first or last word, or one that stands alone between
 * dashes, colons or brackets. A title that is one such word is a name, and so is what stands within a sentence.
 *
 * @example findMarkByHand('Faust (abgesagt)') // { word: 'abgesagt', isPostponed: false }
 */
export function findMarkByHand(title: string): MarkByHand | null {
  const seen = [...title.normalize('NFC')].map((character) => (isBlank(character) ? ' ' : character));
  const shown = seen.filter((character) => !isUnseen(character)).join('');
  const words = shown.match(/[\p{L}\p{M}]+/gu) ?? [];
  if (words.length < 2) return null;
  const alone = shown.split(/[^\p{L}\p{M}\p{N}\s]+/u).map((part) => part.trim());
  for (const word of [words.at(-1), words[0], ...alone]) {
    const folded = word?.toUpperCase() ?? '';
    if (word && CANCELLED.has(folded)) return { word, isPostponed: false };
    if (word && POSTPONED.has(folded)) return { word, isPostponed: true };
  }
  return null;
}

function isBlank(character: string): boolean {
  return /\p{Zs}/u.test(character);
}
