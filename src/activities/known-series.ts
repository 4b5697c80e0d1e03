import type { Marks } from '../domain/series-actions';
import type { SeriesLine, SeriesState } from '../domain/series-lines';

/** A series as it stands in the journal, with how far its cases are. */
export interface KnownSeries {
  lines: SeriesLine[];
  state: SeriesState;
  marks: Marks;
}
