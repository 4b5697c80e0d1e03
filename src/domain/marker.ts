import { comparable } from './text';
import type { CancellationMarker, MarkerStyle } from './types';

export const MARKERS: readonly CancellationMarker[] = ['ENTFÄLLT', 'ABGESAGT'];

/** What may stand between a title and its marker: some characters, neither letters nor digits nor controls. */
export const MARKER_SEPARATOR = /^[^\p{Cc}\p{L}\p{N}]{1,8}$/u;

const ELLIPSIS = '…';
const DASHES = /[-‐‑‒–—]/g;

/** Whether a text is one of the two markers; `VERSCHOBEN` and `VERLEGT` belong to another procedure. */
export function isMarker(text: string): text is CancellationMarker {
  return (MARKERS as readonly string[]).includes(text);
}

/**
 * The marker that a title carries, or `null`. A title is marked when it ends (starts) with separator and one of
 * the markers: a play that is *called* "ABGESAGT! Eine Komödie" is not marked. Dashes count as equal, because
 * people type the one on their keyboard, and a blank beyond the marker counts for nothing, because nobody sees it.
 *
 * @example findMarker('Faust – ENTFÄLLT', { position: 'suffix', separator: ' – ' }) // 'ENTFÄLLT'
 */
export function findMarker(title: string, style: MarkerStyle): CancellationMarker | null {
  const shown = withEqualDashes(comparable(withoutOuterBlanks(title, style)));
  for (const marker of MARKERS) {
    const addition = withEqualDashes(comparable(additionOf(marker, style)));
    const isMarked = style.position === 'suffix' ? shown.endsWith(addition) : shown.startsWith(addition);
    if (isMarked && shown.length > addition.length) return marker;
  }
  return null;
}

/** The title without its marker; a title without one is returned as it is. */
export function stripMarker(title: string, style: MarkerStyle): string {
  const marker = findMarker(title, style);
  if (marker === null) return title;
  const composed = withoutOuterBlanks(title, style).normalize('NFC');
  const length = additionOf(marker, style).normalize('NFC').length;
  return style.position === 'suffix' ? composed.slice(0, -length) : composed.slice(length);
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

/** Without the blanks on the side where the marker stands. */
function withoutOuterBlanks(title: string, { position }: MarkerStyle): string {
  return position === 'suffix' ? title.trimEnd() : title.trimStart();
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

function withEqualDashes(text: string): string {
  return text.replace(DASHES, '-');
}
