import { isUnseen } from './visible';
import type { CancellationMarker, MarkerStyle } from './types';

export const MARKERS: readonly CancellationMarker[] = ['ENTFÄLLT', 'ABGESAGT'];

/** What may stand between a title and its marker: some characters, neither letters nor digits nor controls. */
export const MARKER_SEPARATOR = /^[^\p{Cc}\p{L}\p{N}]{1,8}$/u;

const ELLIPSIS = '…';
const DASH = /[-‐‑‒–—―−﹘﹣－]/;
const BLANK = /[\p{Zs}\t]/u;
/** Letters that look like a blank, or like nothing; U+2800 is Braille without a dot. */
const FILLER = /[\u115f\u1160\u2800\u3164\uffa0]/u;

/** Whether a text is one of the two markers; `VERSCHOBEN` and `VERLEGT` belong to another procedure. */
export function isMarker(text: string): text is CancellationMarker {
  return (MARKERS as readonly string[]).includes(text);
}

/**
 * The marker that a title carries, or `null`. A title is marked when it ends (starts) with separator and one of
 * the markers: a play that is *called* "ABGESAGT! Eine Komödie" is not marked. Dashes count as equal, because
 * people type the one on their keyboard, and so do blanks, because they look the same. What nobody sees counts for
 * nothing: a blank beyond the marker, a soft hyphen within it.
 *
 * @example findMarker('Faust – ENTFÄLLT', { position: 'suffix', separator: ' – ' }) // 'ENTFÄLLT'
 */
export function findMarker(title: string, style: MarkerStyle): CancellationMarker | null {
  return takeApart(title, style)?.marker ?? null;
}

/** The title without its marker; a title without one is returned as it is. */
export function stripMarker(title: string, style: MarkerStyle): string {
  return takeApart(title, style)?.bare ?? title;
}

/**
 * The title with the marker, at most `limit` UTF-16 code units long: the original is shortened with "…", never
 * the marker. A title that is already marked is returned as it is. `null`: the limit leaves no room.
 */
export function markTitle(
  title: string,
  marker: CancellationMarker,
  style: MarkerStyle,
  limit: number,
): string | null {
  if (findMarker(title, style) !== null) return title;
  const addition = additionOf(marker, style);
  const marked = (text: string) => (style.position === 'suffix' ? text + addition : addition + text);
  if (marked(title).length <= limit) return marked(title);
  const shortened = shorten(title, limit - addition.length);
  return shortened === null ? null : marked(shortened);
}

function takeApart(title: string, style: MarkerStyle): { bare: string; marker: CancellationMarker } | null {
  for (const marker of MARKERS) {
    const bare = withoutAddition(title.normalize('NFC'), additionOf(marker, style), style);
    if (bare !== null && bare !== '') return { bare, marker };
  }
  return null;
}

/** The title without marker and separator as we write them, or as a reader takes them for ours; `null`: neither. */
function withoutAddition(title: string, addition: string, { position }: MarkerStyle): string | null {
  const ours = addition.normalize('NFC');
  if (position === 'suffix') {
    if (title.endsWith(ours)) return title.slice(0, -ours.length);
    const characters = [...title].reverse();
    const end = endOfAddition(characters, partsOf(ours, true), true);
    return end === null ? null : characters.slice(end).reverse().join('');
  }
  if (title.startsWith(ours)) return title.slice(ours.length);
  const characters = [...title];
  const end = endOfAddition(characters, partsOf(ours, false), false);
  return end === null ? null : characters.slice(end).join('');
}

/**
 * How many characters of a title, read from its outer end towards its own text, show the addition; `null`: they show
 * something else. Of the title's own text nothing is taken, whatever it begins or ends with, so that taking off undoes
 * putting on.
 */
function endOfAddition(
  characters: readonly string[],
  addition: readonly string[],
  isBackwards: boolean,
): number | null {
  const wanted = addition.filter((character) => !isNothing(character) || isFiller(character)).map(asSeen);
  let at = skip(characters, 0, (character) => isNothing(character) || /\s/.test(character));
  for (let next = 0; next < wanted.length;) {
    if (wanted[next] === ' ') {
      const length = skip(wanted, next, (character) => character === ' ') - next;
      // Beside the title no more than the separator's own: any other blank is the title's.
      const most = next + length === wanted.length ? length : Infinity;
      const end = endOfBlanks(characters, at, most, isBlank) ?? endOfBlanks(characters, at, most, looksBlank);
      if (end === null) return null;
      at = end;
      next += length;
    } else {
      at = skip(characters, at, isNothing);
      const parts = partsOf(characters[at] ?? '', isBackwards).map(asSeen);
      if (parts.length === 0 || parts.some((part, index) => part !== wanted[next + index])) return null;
      at += 1;
      next += parts.length;
    }
  }
  return at;
}

function additionOf(marker: CancellationMarker, style: MarkerStyle): string {
  return style.position === 'suffix' ? style.separator + marker : marker + style.separator;
}

/** Cuts between what a reader takes for characters, never inside one. */
function shorten(text: string, limit: number): string | null {
  let kept = '';
  for (const { segment } of new Intl.Segmenter('de', { granularity: 'grapheme' }).segment(text)) {
    if (kept.length + segment.length + ELLIPSIS.length > limit) break;
    kept += segment;
  }
  return kept === '' ? null : kept.trimEnd() + ELLIPSIS;
}

/** Letters and the marks above them apart, in the order in which the title is read. */
function partsOf(text: string, isBackwards: boolean): string[] {
  const parts = [...text.normalize('NFD')];
  return isBackwards ? parts.reverse() : parts;
}

/** Where a run ends. */
function skip(characters: readonly string[], start: number, belongs: (character: string) => boolean): number {
  let at = start;
  while (at < characters.length && belongs(characters[at] ?? '')) at += 1;
  return at;
}

/** Where a run of at least one blank ends, `most` of them at most, or `null`. */
function endOfBlanks(
  characters: readonly string[],
  start: number,
  most: number,
  counts: (character: string) => boolean,
): number | null {
  let end: number | null = null;
  for (let at = start, taken = 0; at < characters.length && taken < most; at += 1) {
    const character = characters[at] ?? '';
    if (counts(character)) {
      taken += 1;
      end = at + 1;
    } else if (!isNothing(character)) break;
  }
  return end;
}

function asSeen(character: string): string {
  if (DASH.test(character)) return '-';
  return looksBlank(character) ? ' ' : character;
}

function isBlank(character: string): boolean {
  return BLANK.test(character);
}

function isFiller(character: string): boolean {
  return FILLER.test(character);
}

function looksBlank(character: string): boolean {
  return isBlank(character) || isFiller(character);
}

/** Fillers too: some fonts give them no room. */
function isNothing(character: string): boolean {
  return isUnseen(character) && !/[\p{Zs}\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(character);
}
