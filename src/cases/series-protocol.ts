import type { SeriesLine } from '../domain/series-lines';
import type { SeriesTask } from '../domain/series-tasks';
import type { Marks } from '../domain/series-actions';
import type { House } from '../domain/types';
import { mayDo, type Caller } from './caller';
import { tasksIn } from './series-tasks';
import { requireKnown } from './series-view';
import type { CaseSources } from './sources';

/** What the Protokoll of a series is made of, as far as the caller may see it. */
export interface SeriesPapers {
  lines: SeriesLine[];
  marks: Marks;
  tasks: SeriesTask[];
  /** Those of the series that the caller sees. */
  houses: House[];
}

export async function readSeriesPapers(
  sources: CaseSources,
  caller: Caller,
  seriesId: string,
): Promise<SeriesPapers> {
  const known = await requireKnown(sources, caller, seriesId);
  const { lines, marks, state } = known;
  const keys = [...new Set(state.items.map(({ item }) => item.house))].sort();
  const houses = keys.flatMap((key) => (mayDo(caller, key, 'see') ? (sources.houses.get(key) ?? []) : []));
  return { lines, marks, houses, tasks: await tasksIn(sources, known, caller) };
}
