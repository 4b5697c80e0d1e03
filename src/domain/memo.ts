import { comparable } from './text';

const BETWEEN_REASON_AND_OLD_TEXT = '\n\n';

/** Whether the memo begins with the reason as a paragraph of its own. */
export function hasReason(memo: string | null, reason: string): boolean {
  const shown = comparable(memo);
  const wanted = comparable(reason);
  return shown === wanted || shown.startsWith(wanted + BETWEEN_REASON_AND_OLD_TEXT);
}

/** The reason verbatim, a blank line, then the old text as it was; never added twice. */
export function addReason(memo: string | null, reason: string): string {
  if (memo !== null && hasReason(memo, reason)) return memo;
  return memo === null || memo.trim() === '' ? reason : reason + BETWEEN_REASON_AND_OLD_TEXT + memo;
}

/** The memo of which only our reason is taken off; anything that people wrote stays. */
export function removeReason(memo: string | null, reason: string): string | null {
  if (memo === null || !hasReason(memo, reason)) return memo;
  const rest = comparable(memo).slice(comparable(reason).length + BETWEEN_REASON_AND_OLD_TEXT.length);
  return rest === '' ? null : rest;
}
