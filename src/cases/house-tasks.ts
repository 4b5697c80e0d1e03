import { tasksOf, taskToTick, ticksOf, withShownNameIn, type ShownTask } from '../domain/house-tasks';
import { effectKeys, type JournalEntry } from '../domain/journal';
import { readLines } from '../domain/lines';
import { performanceOf } from '../domain/performance';
import { lastRead } from '../domain/storno-lines';
import { seriesPage, seriesResource } from '../domain/addresses';
import { linesWith } from '../domain/series-lines';
import { seriesTasks, type SeriesTask } from '../domain/series-tasks';
import type { CaseRef } from '../domain/types';
import { requireHouse, type Caller } from './caller';
import { linesOf } from './case-view';
import { narrow } from './lists';
import { requireSimulatorOrLogIn } from './missing-log-in';
import { Problem } from './problems';
import { locate, type Located } from './view';
import type { CaseSources } from './sources';
import type { WantedCase } from './which-case';

export type { ShownTask } from '../domain/house-tasks';

/** What is said of one entry of the list. */
export interface TickRequest {
  done: boolean;
  note?: string;
}

/** The list as it stands: empty where the case has none. */
export async function readTasks(
  sources: CaseSources,
  caller: Caller,
  wanted: WantedCase,
): Promise<{ tasks: ShownTask[] }> {
  requireHouse(sources.houses, caller, wanted.house, 'see');
  const entries = await linesOf(sources, wanted);
  if (!entries) throw new Problem('cancellation-not-found');
  return { tasks: listIn(entries) };
}

/**
 * Ticks an entry of the house's to-do list, or takes the tick back, and returns the list. The line goes past the run: no
 * step waits for it, and after the end of the case it is possible as well. What is so already is not written again.
 */
export async function tickTask(
  sources: CaseSources,
  caller: Caller,
  wanted: WantedCase,
  id: string,
  request: TickRequest,
): Promise<{ tasks: ShownTask[] }> {
  requireHouse(sources.houses, caller, wanted.house, 'tick-task');
  requireSimulatorOrLogIn(sources);
  const read = async () => {
    const entries = await linesOf(sources, wanted);
    if (!entries) throw new Problem('cancellation-not-found');
    return entries;
  };
  return { tasks: listIn(await tickIn(sources, caller, read, id, request)) };
}

/** Writes the tick, unless it is so already. Resolves to the lines of the case. `read`: reads them. */
export async function tickIn(
  { journal }: Pick<CaseSources, 'journal'>,
  caller: Caller,
  read: () => Promise<JournalEntry[]>,
  id: string,
  request: TickRequest,
): Promise<JournalEntry[]> {
  for (;;) {
    const entries = await read();
    const [first] = entries;
    if (!first) throw new Problem('cancellation-not-found');
    const lines = readLines(entries);
    const task = lines && taskToTick(lines, id);
    if (!task) throw new Problem('task-not-found');
    if (isSaid(task, request)) return entries;
    const line = await journal.appendNew(toRef(first), lineOf(caller, entries, id, request));
    // Where somebody else has ticked it at this moment, nothing is written, and what they said is looked at.
    if (line) return [...entries, line];
  }
}

/** Empty where the case has no list. */
export function listIn(entries: readonly JournalEntry[]): ShownTask[] {
  const lines = readLines(entries);
  return (lines && tasksOf(lines)?.map(withShownNameIn)) ?? [];
}

function isSaid({ done }: ShownTask, { done: isDone, note }: TickRequest): boolean {
  return isDone ? done !== null && (note === undefined || note === done.note) : done === null;
}

function toRef({ caseId, house, eventNumber }: JournalEntry): CaseRef {
  return { caseId, house, eventNumber };
}

function lineOf(
  { actor, id: actorId }: Caller,
  entries: readonly JournalEntry[],
  id: string,
  { done, note }: TickRequest,
) {
  return {
    actor,
    actorId,
    kind: 'task',
    step: 'report',
    operation: 'tick-task',
    effectKey: effectKeys.tick(id, ticksOf(entries, id).length + 1),
    after: { id, done, ...(done && note !== undefined && { note }) },
  } as const;
}

/** A case of which something is still to be done. */
export interface CaseWithTasks extends Pick<Located, 'house' | 'eventNumber' | 'links'> {
  caseId: string;
  title: string;
  startsAt: string;
  venue: string;
  /** Those that are not done. */
  tasks: ShownTask[];
}

/** So many of the newest cases are looked at. */
const MOST_CASES = 200;
const ENDS = [null, 'completed', 'closed-by-hand', 'aborted'] as const;

/** A series of which something is still to be done, said once for its performances. */
export interface SeriesWithTasks {
  id: string;
  title: string;
  links: { self: string; page: string };
  /** Of the soonest performance of which something is open. */
  startsAt: string;
  /** Those that are not done everywhere. */
  tasks: SeriesTask[];
}

/** The open entries of all lists, the soonest performance first: of the newest cases that the caller may see. */
export async function listOpenTasks(
  sources: CaseSources,
  caller: Caller,
  { house }: { house?: string },
): Promise<{ cases: CaseWithTasks[]; series: SeriesWithTasks[] }> {
  const { houses } = narrow(sources, caller, { house });
  const known = await sources.journal.cases({ houses, ends: ENDS, limit: MOST_CASES });
  // The first line of a case says already whether it has a list: of the others no line is read.
  const listed = known.filter(({ opening: { after } }) => 'tasks' in after);
  const lines = await sources.journal.linesOfCases(listed.map(({ opening }) => opening.caseId));
  const open = [...lines.values()]
    .map((entries) => toOpenTasks(sources, entries))
    .filter((each) => each !== null);
  const soonestFirst = <T extends { startsAt: string }>(rows: readonly T[]) =>
    rows.toSorted((one, other) => one.startsAt.localeCompare(other.startsAt));
  const alone = open.filter(({ seriesId }) => seriesId === null).map(({ shown }) => shown);
  return {
    cases: soonestFirst(alone),
    series: soonestFirst(await ofSeries(sources, open, lines)),
  };
}

type OpenTasks = NonNullable<ReturnType<typeof toOpenTasks>>;

/** What the performances of a series have in common is said once. */
async function ofSeries(
  { journal }: CaseSources,
  open: readonly OpenTasks[],
  lines: ReadonlyMap<string, JournalEntry[]>,
): Promise<SeriesWithTasks[]> {
  const ids = [...new Set(open.flatMap(({ seriesId }) => (seriesId === null ? [] : [seriesId])))];
  return Promise.all(
    ids.map(async (id) => {
      const own = open.filter(({ seriesId }) => seriesId === id).map(({ shown }) => shown);
      const listed = [...lines.values()]
        .filter((entries) => readLines(entries)?.input.series?.id === id)
        .flatMap((entries) => (entries[0] ? [{ ...toRef(entries[0]), tasks: listIn(entries) }] : []));
      const [order] = linesWith(await journal.seriesLines(id), 'order-series');
      return {
        id,
        title: order?.after.title ?? '',
        links: { self: seriesResource(id), page: seriesPage(id) },
        startsAt: own.map(({ startsAt }) => startsAt).sort()[0] ?? '',
        tasks: seriesTasks(listed).filter(({ done }) => done === null),
      };
    }),
  );
}

function toOpenTasks(
  sources: CaseSources,
  entries: readonly JournalEntry[],
): { shown: CaseWithTasks; seriesId: string | null } | null {
  const lines = readLines(entries);
  const tasks = listIn(entries).filter(({ done }) => done === null);
  if (!lines?.opening || tasks.length === 0) return null;
  const { title, startsAt, venue } = performanceOf(lines.opening, lastRead(entries));
  const ref = toRef(lines.first);
  const { links } = locate(sources, ref, null, true);
  return {
    shown: { ...ref, links, title, startsAt, venue, tasks },
    seriesId: lines.input.series?.id ?? null,
  };
}
