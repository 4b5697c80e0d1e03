import type { Concealer } from './conceal';

/** So much of the end of a log is looked through, in lines. */
const MOST_LINES = 200_000;

/**
 * The lines of a log that name one of the marks of a case. Lines of the log of security stay out: they say who came from where,
 * and nothing of why a case stands where it stands.
 */
export function linesOfCase(log: string, marks: readonly string[], { text, value }: Concealer): string[] {
  return log
    .split('\n')
    .slice(-MOST_LINES)
    .filter((line) => marks.some((mark) => line.includes(mark)))
    .flatMap((line) => {
      const parsed = parseLine(line);
      if (parsed === null) return [text(line)];
      return 'security' in parsed ? [] : [JSON.stringify(value(parsed))];
    });
}

function parseLine(line: string): object | null {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' ? parsed : null;
  } catch {
    return null;
  }
}
