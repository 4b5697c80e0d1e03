import type { Marks } from '../domain/series-actions';
import type { SeriesLine, SeriesState } from '../domain/series-lines';

/** A series as it stands in the journal. */
export interface KnownSeries {
  seriesId: string;
  lines: SeriesLine[];
  state: SeriesState;
  marks: Marks;
}
