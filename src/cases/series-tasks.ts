import { taskToTick } from '../domain/house-tasks';
import type { JournalEntry } from '../domain/journal';
import { readLines } from '../domain/lines';
import { seriesKeys } from '../domain/series-lines';
import { houseTicks, seriesTasks, type SeriesTask } from '../domain/series-tasks';
import { mayDo, requireHouse, type Caller } from './caller';
import { listIn, tickIn, type TickRequest } from './house-tasks';
import { requireSimulatorOrLogIn } from './missing-log-in';
import { Problem } from './problems';
import type { KnownSeries } from './known-series';
import { requireKnown } from './series-view';
import type { CaseSources } from './sources';

export type { SeriesTask } from '../domain/series-tasks';

/** What is said of one entry, for all the performances of a house, or for some of them. */
export interface SeriesTickRequest extends TickRequest {
  /** May be left out where only one house of the series has the entry. */
  house?: string;
  /** Only in these. What begins later then has it open. */
  eventNumbers?: string[];
}

/** The list of each house of the series that the caller sees. Empty before the first performance has begun. */
export async function readSeriesTasks(
  sources: CaseSources,
  caller: Caller,
  seriesId: string,
): Promise<{ tasks: SeriesTask[] }> {
  return { tasks: await tasksIn(sources, await requireKnown(sources, caller, seriesId), caller) };
}

/** As `readSeriesTasks`, where the series is known already. */
export async function tasksIn(
  { journal }: Pick<CaseSources, 'journal'>,
  { state }: KnownSeries,
  caller: Caller,
): Promise<SeriesTask[]> {
  const visible = state.items.map(({ item }) => item).filter(({ house }) => mayDo(caller, house, 'see'));
  const lines = await journal.linesOfCases(visible.map(({ caseId }) => caseId));
  return seriesTasks(
    visible.map(({ house, eventNumber, caseId }) => ({
      house,
      eventNumber,
      caseId,
      tasks: listIn(lines.get(caseId) ?? []),
    })),
  );
}

/**
 * Ticks an entry in each of the performances that have it, or takes the ticks back, and returns the list. Each case gets a line
 * of its own, as if it had been ticked there; one that has it so already gets none.
 */
export async function tickSeriesTask(
  sources: CaseSources,
  caller: Caller,
  seriesId: string,
  id: string,
  request: SeriesTickRequest,
): Promise<{ tasks: SeriesTask[] }> {
  const known = await requireKnown(sources, caller, seriesId);
  const { having, house } = await findCases(sources, caller, known, id, request);
  requireHouse(sources.houses, caller, house, 'tick-task');
  requireSimulatorOrLogIn(sources);
  const { done, note, eventNumbers } = request;
  const tick = { done, ...(done && note !== undefined && { note }) };
  // Before the cases are ticked: one that is opened meanwhile finds it there.
  if (eventNumbers === undefined) await noteForHouse(sources, caller, known, { house, id, ...tick });
  for (const caseId of having) await tickIn(sources, caller, () => sources.journal.entries(caseId), id, tick);
  return readSeriesTasks(sources, caller, seriesId);
}

/** The cases that have the entry, and their house. */
async function findCases(
  { journal }: CaseSources,
  caller: Caller,
  { state }: KnownSeries,
  id: string,
  { house: named, eventNumbers }: SeriesTickRequest,
): Promise<{ having: string[]; house: string }> {
  const wanted = state.items
    .map(({ item }) => item)
    .filter(
      ({ house, eventNumber }) =>
        mayDo(caller, house, 'see') &&
        (named === undefined || house === named) &&
        (eventNumbers === undefined || eventNumbers.includes(eventNumber)),
    );
  const lines = await journal.linesOfCases(wanted.map(({ caseId }) => caseId));
  const having = wanted.filter(({ caseId }) => hasEntry(lines.get(caseId) ?? [], id));
  const [house, ...others] = [...new Set(having.map((item) => item.house))];
  if (house === undefined) throw new Problem('task-not-found');
  if (others.length > 0)
    throw new Problem('invalid-value', undefined, {
      errors: [{ path: 'house', text: `ist nötig: ${[house, ...others].join(', ')} haben diese Aufgabe` }],
    });
  return { having: having.map(({ caseId }) => caseId), house };
}

function hasEntry(entries: readonly JournalEntry[], id: string): boolean {
  const lines = readLines(entries);
  return lines !== null && taskToTick(lines, id) !== null;
}

async function noteForHouse(
  { journal }: CaseSources,
  { actor, id: actorId }: Caller,
  { seriesId }: KnownSeries,
  after: { house: string; id: string; done: boolean; note?: string },
): Promise<void> {
  for (;;) {
    const lines = await journal.seriesLines(seriesId);
    const said = houseTicks(lines, after.house).get(after.id)?.after;
    if (after.done ? said?.done && said.note === after.note : !said?.done) return;
    const ticks = lines.filter(
      (line) =>
        line.operation === 'tick-task' && line.after.house === after.house && line.after.id === after.id,
    );
    const line = await journal.appendNewToSeries(seriesId, {
      actor,
      actorId,
      operation: 'tick-task',
      effectKey: seriesKeys.tick(after.house, after.id, ticks.length + 1),
      after,
      outcome: null,
    });
    // Where somebody else has said something at this moment, nothing is written, and what they said is looked at.
    if (line) return;
  }
}
