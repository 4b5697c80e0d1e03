import { printable, printableJson } from '../domain/visible';

/*
 * The only place in which the commands write. What stands in Jet may hold anything, also commands for a terminal: they
 * are shown by their numbers. Whatever commands the terminal itself is not written through here.
 */

/** Writes a result, as lines of text. */
export function writeLine(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

/** Writes a result for programs. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${printableJson(JSON.stringify(value, null, 2))}\n`);
}

/** Writes what is no result, such as a problem. */
export function writeProblem(text: string): void {
  writeQuestion(`${text}\n`);
}

/** Writes to standard error and stays on the line. */
export function writeQuestion(text: string): void {
  process.stderr.write(printable(text));
}

const CLEAR_LINE = '\r\u001b[K';

/** On a terminal, the last line can be written over: a countdown. */
export function writeOver(text: string): void {
  process.stdout.write(`${CLEAR_LINE}${printable(text)}`);
}
