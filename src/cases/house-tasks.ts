import { tasksOf, taskToTick, ticksOf, withShownNameIn, type ShownTask } from '../domain/house-tasks';
import { effectKeys, type JournalEntry } from '../domain/journal';
import { readLines } from '../domain/lines';
import { performanceOf } from '../domain/performance';
import { lastRead } from '../domain/storno-lines';
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
  for (;;) {
    const entries = await linesOf(sources, wanted);
    const [first] = entries ?? [];
    if (!entries || !first) throw new Problem('cancellation-not-found');
    const lines = readLines(entries);
    const task = lines && taskToTick(lines, id);
    if (!task) throw new Problem('task-not-found');
    if (isSaid(task, request)) return { tasks: listIn(entries) };
    const line = await sources.journal.appendNew(toRef(first), lineOf(caller, entries, id, request));
    // Where somebody else has ticked it at this moment, nothing is written, and what they said is looked at.
    if (line) return { tasks: listIn([...entries, line]) };
  }
}

function listIn(entries: readonly JournalEntry[]): ShownTask[] {
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

/** The open entries of all lists, the soonest performance first: of the newest cases that the caller may see. */
export async function listOpenTasks(
  sources: CaseSources,
  caller: Caller,
  { house }: { house?: string },
): Promise<{ cases: CaseWithTasks[] }> {
  const { houses } = narrow(sources, caller, { house });
  const known = await sources.journal.cases({ houses, ends: ENDS, limit: MOST_CASES });
  // The first line of a case says already whether it has a list: of the others no line is read.
  const listed = known.filter(({ opening: { after } }) => 'tasks' in after);
  const cases = await Promise.all(
    listed.map(async ({ opening }) => toOpenTasks(sources, await sources.journal.entries(opening.caseId))),
  );
  return {
    cases: cases
      .filter((each) => each !== null)
      .toSorted((one, other) => one.startsAt.localeCompare(other.startsAt)),
  };
}

function toOpenTasks(sources: CaseSources, entries: readonly JournalEntry[]): CaseWithTasks | null {
  const lines = readLines(entries);
  const tasks = listIn(entries).filter(({ done }) => done === null);
  if (!lines?.opening || tasks.length === 0) return null;
  const { title, startsAt, venue } = performanceOf(lines.opening, lastRead(entries));
  const ref = toRef(lines.first);
  const { links } = locate(sources, ref, null, true);
  return { ...ref, links, title, startsAt, venue, tasks };
}
