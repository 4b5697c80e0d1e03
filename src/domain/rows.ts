/** The keys of a table, in the order of its rows. */
export function keysOf<K extends string>(rows: Readonly<Record<K, unknown>>): readonly K[] {
  return Object.keys(rows) as K[];
}

/**
 * One column of a table.
 *
 * @example columnOf(STEP_ROWS, 'label') // { check: 'Prüfen', … }
 */
export function columnOf<R extends Record<string, object>, C extends keyof R[keyof R]>(
  rows: R,
  column: C,
): Readonly<Record<keyof R, R[keyof R][C]>> {
  const cells = Object.entries(rows).map(([key, row]) => [key, row[column as never]]);
  return Object.fromEntries(cells) as Record<keyof R, R[keyof R][C]>;
}
