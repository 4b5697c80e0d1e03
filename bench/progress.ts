/** Writes to standard error, because standard output belongs to the table. */
export function progress(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
