/** Standard output belongs to the table. */
export function progress(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
