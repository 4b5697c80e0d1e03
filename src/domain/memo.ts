import { comparable } from './text';

const BETWEEN_REASON_AND_OLD_TEXT = '\n\n';

/** Whether the memo begins with the reason as a paragraph of its own. Blanks count as equal: they look the same. */
export function hasReason(memo: string | null, reason: string): boolean {
  const shown = withEqualBlanks(comparable(memo));
  const wanted = withEqualBlanks(comparable(reason));
  return shown === wanted || shown.startsWith(wanted + BETWEEN_REASON_AND_OLD_TEXT);
}

/** The reason verbatim, a blank line, then the old text as it was; never added twice. */
export function addReason(memo: string | null, reason: string): string {
  if (memo !== null && hasReason(memo, reason)) return memo;
  return memo === null || memo.trim() === '' ? reason : reason + BETWEEN_REASON_AND_OLD_TEXT + memo;
}

/**
 * The memo of which only our reason is taken off, also where somebody has put a text before it; anything that
 * people wrote stays.
 */
export function removeReason(memo: string | null, reason: string): string | null {
  const apart = BETWEEN_REASON_AND_OLD_TEXT;
  const shown = comparable(memo);
  const wanted = withEqualBlanks(comparable(reason));
  const at = `${apart}${withEqualBlanks(shown)}${apart}`.indexOf(`${apart}${wanted}${apart}`);
  if (memo === null || at === -1) return memo;
  const above = shown.slice(0, Math.max(0, at - apart.length));
  const below = shown.slice(at + wanted.length + apart.length);
  const rest = [above, below].filter((text) => text !== '').join(apart);
  return rest === '' ? null : rest;
}

/** Each blank is one character and stays one, so that places in the text stay the same. */
function withEqualBlanks(text: string): string {
  return text.replace(/\p{Zs}/gu, ' ');
}
