/** Whether a title loses some of its own words, so that the marker fits. */
export function isShortened({ before, after }: { before: string | null; after: string | null }): boolean {
  return before !== null && after !== null && before !== after && !after.includes(before);
}
