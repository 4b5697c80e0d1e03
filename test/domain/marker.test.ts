import fc from 'fast-check';
import { findMarker, MARKERS, markTitle, stripMarker } from '../../src/domain/marker';
import type { MarkerStyle } from '../../src/domain/types';

const suffix: MarkerStyle = { position: 'suffix', separator: ' – ' };
const prefix: MarkerStyle = { position: 'prefix', separator: ': ' };

describe('the marker', () => {
  it('stands after the title by default, before it where a house says so', () => {
    expect(markTitle('Faust', 'ENTFÄLLT', suffix, 60)).toBe('Faust – ENTFÄLLT');
    expect(markTitle('Faust', 'ABGESAGT', prefix, 60)).toBe('ABGESAGT: Faust');
  });

  it.each(['ABGESAGT! Eine Komödie', 'Die abgesagte Hochzeit', 'ABGESAGT', 'Entfällt', 'Faust - Entfällt'])(
    'is not seen in a play that is called %s',
    (title) => expect(findMarker(title, suffix)).toBeNull(),
  );

  it('is seen with whatever dash people type, and in any composition', () => {
    expect(findMarker('Faust - ABGESAGT', suffix)).toBe('ABGESAGT');
    expect(findMarker('Faust – ENTFÄLLT'.normalize('NFD'), suffix)).toBe('ENTFÄLLT');
  });

  it('is seen with a blank beyond it, which nobody sees, and comes off together with it', () => {
    expect(findMarker('Faust – ENTFÄLLT ', suffix)).toBe('ENTFÄLLT');
    expect(findMarker(' ABGESAGT: Faust', prefix)).toBe('ABGESAGT');
    expect(stripMarker('Faust – ENTFÄLLT \u00a0', suffix)).toBe('Faust');
    expect(stripMarker(' ABGESAGT: Faust', prefix)).toBe('Faust');
    expect(stripMarker('Faust ', suffix)).toBe('Faust ');
  });

  it('needs a title beside it', () => {
    expect(findMarker(' – ENTFÄLLT', suffix)).toBeNull();
    expect(findMarker('ABGESAGT: ', prefix)).toBeNull();
  });

  it('leaves a title whole that just fits with it', () => {
    expect(markTitle('Faust', 'ENTFÄLLT', suffix, 16)).toBe('Faust – ENTFÄLLT');
    expect(markTitle('Faust', 'ENTFÄLLT', suffix, 15)).toBe('Fau… – ENTFÄLLT');
  });

  it('is never shortened: the title is, between what a reader takes for characters', () => {
    expect(markTitle('👩‍👩‍👧‍👦'.repeat(4), 'ENTFÄLLT', suffix, 24)).toBe('👩‍👩‍👧‍👦… – ENTFÄLLT');
    expect(markTitle('Faust', 'ENTFÄLLT', suffix, 11)).toBeNull();
  });

  const anyTitle = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 });
  const anyStyle = fc.constantFrom(suffix, prefix);
  const anyMarker = fc.constantFrom(...MARKERS);

  it('is put on once, fits the limit, and comes off again', () => {
    fc.assert(
      fc.property(
        anyTitle,
        anyMarker,
        anyStyle,
        fc.integer({ min: 20, max: 120 }),
        (title, marker, style, limit) => {
          fc.pre(findMarker(title, style) === null);
          const marked = markTitle(title, marker, style, limit);
          if (marked === null) return;
          expect(marked.length).toBeLessThanOrEqual(limit);
          expect(findMarker(marked, style)).not.toBeNull();
          expect(markTitle(marked, 'ABGESAGT', style, limit)).toBe(marked);
          if (!marked.includes('…')) expect(stripMarker(marked, style)).toBe(title.normalize('NFC'));
        },
      ),
      { numRuns: 20_000 },
    );
  });
});

/** Each blank and dash that looks like the one that a house has set. */
const BLANKS = [
  ...' \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u3164\u2800\t',
];
const DASHES = [...'-‐‑‒–—―−﹘﹣－'];
/** What takes no room: soft hyphen, zero-width, joiners, fillers, variation selectors, tags, directions. */
const NOTHINGS = [
  ...'\u00ad\u034f\u061c\u115f\u1160\u17b4\u180e\u200b\u200c\u200d\u200e\u2060\u3164\ufe0f\ufeff\u{e0001}\u{e0100}',
];
const STYLES: readonly MarkerStyle[] = [suffix, { position: 'prefix', separator: ' – ' }];

describe('a marker that a colleague has typed anew', () => {
  const typed = ({ position }: MarkerStyle, separator: string, marker = 'ENTFÄLLT') =>
    position === 'suffix' ? `Faust${separator}${marker}` : `${marker}${separator}Faust`;
  const expectMarked = (title: string, style: MarkerStyle) => {
    expect(findMarker(title, style)).toBe('ENTFÄLLT');
    expect(stripMarker(title, style)).toBe('Faust');
    expect(markTitle(title, 'ABGESAGT', style, 60)).toBe(title);
  };

  it.each(STYLES)('counts with every blank and every dash ($position)', (style) => {
    for (const before of BLANKS)
      for (const dash of DASHES)
        for (const after of BLANKS) expectMarked(typed(style, before + dash + after), style);
  });

  it.each(STYLES)('counts with more blanks than one between dash and marker ($position)', (style) => {
    expectMarked(typed(style, style.position === 'suffix' ? ' – \u00a0 ' : ' \u00a0 – '), style);
  });

  it.each(STYLES)('counts with characters that nobody sees, wherever they stand ($position)', (style) => {
    const whole = typed(style, ' – ');
    const [from, to] =
      style.position === 'suffix' ? ['Faust '.length, whole.length] : [0, 'ENTFÄLLT –'.length];
    for (const nothing of NOTHINGS)
      for (let at = from; at <= to; at += 1)
        expectMarked(whole.slice(0, at) + nothing.repeat(2) + whole.slice(at), style);
  });

  it('counts with its umlaut taken apart, and something between the parts', () => {
    expectMarked('Faust – ENTFA\u00ad\u0308LLT', suffix);
  });

  it.each([
    'Faust–ENTFÄLLT',
    'Faust – ENT FÄLLT',
    'Faust · ENTFÄLLT',
    'Faust\n– ENTFÄLLT',
    'Faust – ENTFALLT',
  ])('does not count where a reader sees another one: %j', (title) =>
    expect(findMarker(title, suffix)).toBeNull(),
  );

  it('leaves blanks and unseen characters of the title itself', () => {
    for (const end of [...BLANKS, ...NOTHINGS])
      for (const style of STYLES) {
        const title = style.position === 'suffix' ? `Faust${end}` : `${end}Faust`;
        expect(stripMarker(markTitle(title, 'ENTFÄLLT', style, 60)!, style)).toBe(title.normalize('NFC'));
      }
  });

  it('is found at once in a title that is full of what nobody sees', () => {
    const long = ' \u3164\u00ad'.repeat(200_000);
    expect(findMarker(`Faust${long}–${long}ENTFÄLLT${long}`, suffix)).toBe('ENTFÄLLT');
  });

  const seen = fc.constantFrom('Faust', 'ENTFÄLLT', 'ABGESAGT', 'A\u0308', 'E', '\u0308', ':');
  const unseen = fc.constantFrom(...BLANKS, ...DASHES, ...NOTHINGS);
  const oddText = fc
    .array(fc.oneof(seen, unseen), { minLength: 1, maxLength: 8 })
    .map((parts) => parts.join(''));
  const oddSeparator = fc
    .array(fc.oneof(unseen, fc.constantFrom(':', '/', '*')), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join(''))
    .filter((separator) => separator.length <= 8 && !/\t/.test(separator));
  const oddStyle = fc.record({
    position: fc.constantFrom('suffix' as const, 'prefix' as const),
    separator: oddSeparator,
  });

  it('never gets a second one, and taking off undoes putting on, whatever title and separator are made of', () => {
    fc.assert(
      fc.property(oddText, oddStyle, fc.constantFrom(...MARKERS), (title, style, marker) => {
        const marked = markTitle(title, marker, style, 200)!;
        const isOnce = markTitle(marked, marker, style, 200) === marked;
        const bare = stripMarker(marked, style);
        const back = findMarker(title, style) === null ? title : stripMarker(title, style);
        return isOnce && bare === back.normalize('NFC');
      }),
      { numRuns: 20_000 },
    );
  });
});
