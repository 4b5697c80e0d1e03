import fc from 'fast-check';
import { addReason, hasReason, removeReason } from '../../src/domain/memo';
import { isSameText, normaliseText, textFault } from '../../src/domain/text';

const RUNS = { numRuns: 20_000 };

const piece = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
  fc.constantFrom('\n', '\r\n', '\n\n', '\r', ' ', 'Ä', 'A\u0308', '\u0308', 'Grund'),
);
const anyMemo = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const anyReason = anyMemo.map(normaliseText).filter((text) => textFault(text) === null);
const anyStored = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.normalize('NFD'),
  (text: string) => text.replace(/\r\n?|\n/g, '\r\n'),
);

describe('the memo', () => {
  it('begins with the reason, keeps the old text byte for byte, and gets the reason once', () => {
    fc.assert(
      fc.property(fc.option(anyMemo), anyReason, (memo, reason) => {
        const once = addReason(memo, reason);
        const isKept = (memo ?? '').trim() === '' || hasReason(memo, reason) || once.endsWith(memo ?? '');
        return hasReason(once, reason) && addReason(once, reason) === once && isKept;
      }),
      RUNS,
    );
  });

  it('is recognised and freed of the reason however Jet has stored it', () => {
    fc.assert(
      fc.property(anyMemo, anyReason, anyStored, (memo, reason, store) => {
        fc.pre(memo.trim() !== '' && !hasReason(memo, reason));
        const stored = store(addReason(memo, reason));
        return hasReason(stored, reason) && isSameText(removeReason(stored, reason), memo);
      }),
      RUNS,
    );
  });

  it('keeps a text that a colleague put before or after the reason', () => {
    const paragraph = anyMemo.map((text) => normaliseText(text)).filter((text) => text !== '');
    fc.assert(
      fc.property(paragraph, anyReason, paragraph, (above, reason, below) => {
        const around = `\n\n${above}\n\n${below}\n\n`;
        fc.pre(!around.includes(`\n\n${reason}\n\n`));
        const freed = removeReason(`${above}\n\n${reason}\n\n${below}`, reason);
        return freed === `${above}\n\n${below}`;
      }),
      RUNS,
    );
  });

  it('is recognised and freed of the reason when its blanks were typed anew, which nobody sees', () => {
    for (const blank of ['\u00a0', '\u202f', '\u2009', '\u3000']) {
      const memo = 'Leider entfällt sie heute.\n\nEinlass ab 19 Uhr'.replaceAll(' ', blank);
      expect(hasReason(memo, 'Leider entfällt sie\u00a0heute.')).toBe(true);
      expect(addReason(memo, 'Leider entfällt sie heute.')).toBe(memo);
      expect(removeReason(memo, 'Leider entfällt sie heute.')).toBe(
        'Einlass ab 19 Uhr'.replaceAll(' ', blank),
      );
    }
  });

  it.each([null, '', ' \n'])(
    'that is empty (%j) becomes the reason alone, and has none to take off',
    (memo) => {
      expect(addReason(memo, 'Grund')).toBe('Grund');
      expect(removeReason('Grund', 'Grund')).toBeNull();
      expect(removeReason(memo, 'Grund')).toBe(memo);
    },
  );

  it('without the reason stays as it is', () => {
    fc.assert(
      fc.property(anyMemo, anyReason, (memo, reason) => {
        fc.pre(!memo.includes(reason) && !memo.normalize('NFC').includes(reason));
        return reason.includes('\n') || removeReason(memo, reason) === memo;
      }),
      RUNS,
    );
  });
});

describe('text', () => {
  it('is normalised once', () => {
    fc.assert(
      fc.property(anyMemo, (text) => normaliseText(normaliseText(text)) === normaliseText(text)),
      RUNS,
    );
  });
});
