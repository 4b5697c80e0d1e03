import { printable } from './visible';

/** What could be markup, a link (also one that is only an address), or a line of its own. */
const MARKUP = /[\\`*_[\]<>~&|#\n]|:\/\/|www\.|@|[\p{L}\p{N}-]\.\p{L}{2}/iu;

/**
 * A text from Jet within Markdown, on one line. One that a reader of Markdown could take for markup or a link becomes
 * a code span, in which nothing is; any other text stays as it is.
 *
 * @example plainMarkdown('[Karten](https://evil.example)') // '`[Karten](https://evil.example)`'
 */
export function plainMarkdown(text: string): string {
  const line = printable(text).replaceAll('\n', ' ');
  if (!MARKUP.test(printable(text))) return line;
  const runs = line.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  // A blank at both ends is not shown; without it, a backtick at an end would belong to the fence.
  const room = /^[` ]|[` ]$/.test(line) ? ' ' : '';
  return `${fence}${room}${line}${room}${fence}`;
}
