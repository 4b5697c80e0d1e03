import type { ShownTask, Tick } from './house-tasks';
import { linesWith, type SeriesLine, type SeriesLineOf } from './series-lines';
import type { TaskContact } from './types';

/*
 * The to-do list of a series is no list of its own: it is what the lists of its performances have in common, by house. So each
 * performance keeps its own ticks and its own Protokoll, and people tick once.
 */

/** One entry: the same words in some or all of the performances of a house. */
export interface SeriesTask {
  house: string;
  id: string;
  text: string;
  contact: TaskContact | null;
  /** Every performance of the house that has a list has this entry. */
  isForAll: boolean;
  items: { eventNumber: string; caseId: string; done: Tick | null }[];
  /** The newest tick, where it is done in all of them. */
  done: Tick | null;
}

/** The list of one performance. */
export interface ItemTasks {
  house: string;
  eventNumber: string;
  caseId: string;
  tasks: readonly ShownTask[];
}

/** Of the performances that have a list, in their order. What only some of them have comes first: it is about something that happened. */
export function seriesTasks(cases: readonly ItemTasks[]): SeriesTask[] {
  return [...new Set(cases.map(({ house }) => house))].flatMap((house) => {
    const own = cases.filter((each) => each.house === house && each.tasks.length > 0);
    const found = new Map<string, SeriesTask>();
    for (const { eventNumber, caseId, tasks } of own)
      for (const { id, text, contact, done } of tasks) {
        const key = JSON.stringify([id, text, contact]);
        const entry = found.get(key) ?? { house, id, text, contact, isForAll: false, items: [], done: null };
        entry.items.push({ eventNumber, caseId, done });
        found.set(key, entry);
      }
    const all = [...found.values()].map((entry) => ({
      ...entry,
      isForAll: entry.items.length === own.length,
      done: doneInAll(entry.items),
    }));
    return [...all.filter((entry) => !entry.isForAll), ...all.filter((entry) => entry.isForAll)];
  });
}

function doneInAll(items: SeriesTask['items']): Tick | null {
  const ticks = items.flatMap(({ done }) => (done ? [done] : []));
  if (ticks.length < items.length) return null;
  return ticks.reduce((newest, each) => (each.at > newest.at ? each : newest));
}

/** The newest word on each entry that was ticked for a whole house, by id: it holds for what begins later as well. */
export function houseTicks(
  lines: readonly SeriesLine[],
  house: string,
): Map<string, SeriesLineOf<'tick-task'>> {
  const own = linesWith(lines, 'tick-task').filter(({ after }) => after.house === house);
  return new Map(own.map((line) => [line.after.id, line]));
}
