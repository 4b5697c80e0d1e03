/*
 * What a reader cannot see. Jet's masks take any character, and people compare texts by eye: what they cannot see is
 * shown by its number, such as `[U+00AD]`, so that nothing vanishes silently.
 */

import { onOneLine } from './text';

/** Control characters (a line break stays one), marks for the writing direction, separators, halves of characters. */
const DISTURBING =
  '\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\p{Cs}';

/** Also what takes no room, every blank but the usual one, and letters that look like a blank. U+2800 is Braille. */
const UNSEEN = `${DISTURBING}\\p{Cf}\\p{Default_Ignorable_Code_Point}\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000\\u2800`;

const EACH_DISTURBING = new RegExp(`[${DISTURBING}]`, 'gu');
const ONE_UNSEEN = new RegExp(`^[${UNSEEN}]$`, 'u');

/** An emoji is one picture, whatever joins its parts. Its property of strings needs the flag `v`. */
const EACH_EMOJI_OR_UNSEEN = new RegExp(`\\p{RGI_Emoji}|[${UNSEEN}]`, 'gv');

/** A text as people read it: what they cannot see by its number. A joined emoji stays whole. */
export function visible(text: string): string {
  return withPlainBreaks(text).replace(EACH_EMOJI_OR_UNSEEN, (found) =>
    isUnseen(found) ? byNumber(found) : found,
  );
}

/** A text that stands beside another one to be compared: blanks at its ends are shown by their number too. */
export function visibleToCompare(text: string): string {
  return visible(text).replace(/^ +| +$/g, (blanks) => byNumber(' ').repeat(blanks.length));
}

/**
 * A text that a terminal shows and cannot take for a command: control characters and marks for the writing direction
 * by their numbers. Everything else stays as it is, so that it can be copied.
 */
export function printable(text: string): string {
  return withPlainBreaks(text).replace(EACH_DISTURBING, byNumber);
}

/**
 * A title as an order names it, whatever stands in the mask: on one line, and what no text of a caller may hold by its
 * number, as people read it.
 *
 * @example titleAsNamed('Faust\n\u0007II') // 'Faust [U+0007]II'
 */
export function titleAsNamed(title: string): string {
  return printable(onOneLine(title).trim());
}

/** JSON that is the same value, and in which a terminal finds no command. */
export function printableJson(json: string): string {
  return json.replace(EACH_DISTURBING, (character) => {
    const code = character.charCodeAt(0);
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Whether a reader would not see this one character. */
export function isUnseen(character: string): boolean {
  return ONE_UNSEEN.test(character);
}

/** `[U+1F3AD]` */
export function byNumber(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}

function withPlainBreaks(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
