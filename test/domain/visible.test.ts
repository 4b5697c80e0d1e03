import fc from 'fast-check';
import {
  byNumber,
  isUnseen,
  printable,
  printableJson,
  visible,
  visibleToCompare,
} from '../../src/domain/visible';

/** Every character there is, line break and halves aside. */
const ALL = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code !== 0x0a && (code < 0xd800 || code > 0xdfff))
  .map((code) => String.fromCodePoint(code));

const FILLERS = ['\u115f', '\u1160', '\u3164', '\uffa0', '\u2800'];

describe('what a reader cannot see', () => {
  it.each([
    ['format characters', /\p{Cf}/u],
    ['what a font may ignore', /\p{Default_Ignorable_Code_Point}/u],
    ['blanks other than the usual one', /[^\P{Zs} ]/u],
    ['separators of lines and paragraphs', /[\p{Zl}\p{Zp}]/u],
    ['letters that look like a blank', /[\u115f\u1160\u2800\u3164\uffa0]/u],
  ])('is shown by its number: %s', (_what, kind) => {
    const those = ALL.filter((character) => kind.test(character));
    expect(those.length).toBeGreaterThan(1);
    expect(those.filter((character) => visible(`a${character}b`) !== `a${byNumber(character)}b`)).toEqual([]);
  });

  it('is shown by its number: control characters, of which a break of lines stays one', () => {
    const controls = ALL.filter((character) => /\p{Cc}/u.test(character) && character !== '\r');
    expect(controls.filter((character) => visible(character) !== byNumber(character))).toEqual([]);
    expect(visible('a\r\nb\rc\nd')).toBe('a\nb\nc\nd');
  });

  it.each(['\u17b4', '\u180e', '\u034f', '\u{e0001}', '\u{e007f}', '\u00ad', '\u200c', '\ufe0f', ...FILLERS])(
    'is named: %j',
    (character) => {
      expect(isUnseen(character)).toBe(true);
      expect(visible(character)).toMatch(/^\[U\+[0-9A-F]{4,5}\]$/);
    },
  );

  it('is half a character too, and never half of a whole one', () => {
    expect(visible('a\ud83cb')).toBe('a[U+D83C]b');
    expect(visible('🎭')).toBe('🎭');
  });

  it.each(['Faust – ENTFÄLLT', '„Ä“ é 3 × 4 €', 'שלום – مرحبا', '中文', 'Familie 👨‍👩‍👧‍👦 🇦🇹 ❤️ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿'])(
    'is not what a reader sees: %s',
    (text) => expect(visible(text)).toBe(text),
  );

  it('is what joins an emoji, where there is none to join', () => {
    expect(visible('a\u200db\ufe0f')).toBe('a[U+200D]b[U+FE0F]');
  });

  it('is a blank at the end of a text that is compared', () => {
    expect(visibleToCompare(' Faust  I  ')).toBe('[U+0020]Faust  I[U+0020][U+0020]');
    expect(visibleToCompare('Faust\u00a0I')).toBe('Faust[U+00A0]I');
  });

  it('never makes two texts look the same that are not', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', ' ', '\u00a0', '\u00ad', '\u200d', '\ufe0f', '❤', '👩', '\u3164'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (a, b) => (a === b) === (visibleToCompare(a) === visibleToCompare(b))),
      { numRuns: 5_000 },
    );
  });
});

describe('what a terminal is given', () => {
  const ESCAPES = ['\u001b]0;title\u0007', '\u001b[2J', '\u009b31m', '\b\b', '\u007f', '\u202e', 'a\u0000b'];

  it.each(ESCAPES)('holds no command: %j', (text) => {
    expect(printable(text)).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(printable(text)).toContain('[U+');
  });

  it.each(ESCAPES)('is JSON of the same value, without a command: %j', (text) => {
    const json = printableJson(JSON.stringify({ text }, null, 2));
    expect(json).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(JSON.parse(json)).toEqual({ text });
  });

  it('is otherwise as it was, so that it can be copied', () => {
    const text = 'Faust\u00a0I\u00ad – 👨‍👩‍👧‍👦\nzweite Zeile';
    expect(printable(text)).toBe(text);
  });
});
