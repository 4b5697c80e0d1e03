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
