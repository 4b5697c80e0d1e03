import fc from 'fast-check';
import { FAILURES } from '../../src/domain/failures';
import { plainMarkdown } from '../../src/domain/markdown';
import { caseSummary } from '../../src/domain/wording';

it.each([
  'Der Besuch der alten Dame',
  'Mozart: Requiem (KV 626), 2. Aufführung – z. B. heute!',
  '50 % + 3 = „viel“; Haus/Hof',
])('leaves a usual title as it is: %s', (title) => expect(plainMarkdown(title)).toBe(title));

it.each([
  '[Karten](https://evil.example)',
  '<https://evil.example>',
  'https://evil.example',
  'www.evil.example',
  'evil.example',
  'karten@evil.example',
  '![](x)',
  '<b>fett</b>',
  '**fett**',
  '~~weg~~',
  '&#91;x&#93;',
  '\\[x',
])('shows as text, and as nothing else: %s', (title) => {
  expect(plainMarkdown(title)).toBe(`\`${title}\``);
  expect(caseSummary('FSP', '1', title, '2027-01-05T18:30:00.000Z')).toContain(` · \`${title}\` · `);
});

it('keeps a text on its line, and control characters out of it', () => {
  expect(plainMarkdown('Faust\n\n# Titel')).toBe('`Faust  # Titel`');
  expect(plainMarkdown('a\u001b]8;;b\u202e')).toBe('`a[U+001B]]8;;b[U+202E]`');
});

it('holds a text with backticks: no run of them in it is as long as the fence', () => {
  const piece = fc.constantFrom('`', '``', 'a', ' ', '[x](http://y)', '\n');
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
      const text = pieces.join('');
      const shown = plainMarkdown(text);
      if (!/[`[\n]/.test(text)) return shown === text;
      const [fence = ''] = /^`+/.exec(shown) ?? [];
      const inner = shown.slice(fence.length, -fence.length);
      const runs = inner.match(/`+/g) ?? [];
      return (
        shown.endsWith(fence) && !runs.some(({ length }) => length === fence.length) && !/^`|`$/.test(inner)
      );
    }),
  );
});

it('changes no sentence of ours', () => {
  for (const { text } of Object.values(FAILURES)) expect(plainMarkdown(text)).toBe(text);
});
