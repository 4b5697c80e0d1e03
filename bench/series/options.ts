export interface SeriesOptions {
  /** The folder of the build that is measured. */
  dist: string;
  /** The performances of a series. */
  items: number;
  /** Those of the one series that is measured as a whole, in turn. */
  houses: readonly string[];
  /** For each series of the measurement of fairness, its house. */
  seasons: readonly string[];
  /** So many single cases are ordered one after the other meanwhile. */
  singles: number;
  /** Activities a second on Jet's queue, and at once. */
  rate: number;
  concurrency: number;
  syncIntervalMs: number;
  pollMs: number;
}
