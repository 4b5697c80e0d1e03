/**
 * What a reader would not see, or see in another order than it stands: control characters, marks for the writing
 * direction, separators, halves of characters. A line break stays one.
 */
const UNSEEN =
  // eslint-disable-next-line no-control-regex -- control characters are what this looks for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;

/** The same text with such characters by their numbers, so that nothing vanishes silently. */
export function visible(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(UNSEEN, byNumber);
}

/** `[U+1F3AD]` */
export function byNumber(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}
