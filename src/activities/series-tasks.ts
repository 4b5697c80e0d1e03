import { effectKeys } from '../domain/journal';
import { ticksOf } from '../domain/house-tasks';
import { houseTicks } from '../domain/series-tasks';
import type { CaseRef } from '../domain/types';
import type { ActivityDependencies } from './activity';

/**
 * What the house has ticked for all of a series before this case began holds for it as well, in the name of whoever has ticked
 * it. What was said of the case itself stays.
 */
export async function adoptTicks(
  { journal, series }: Pick<ActivityDependencies, 'journal' | 'series'>,
  ref: CaseRef,
  seriesId: string,
): Promise<void> {
  const ticked = [...houseTicks(await series.seriesLines(seriesId), ref.house).values()];
  const done = ticked.filter(({ after }) => after.done);
  if (done.length === 0) return;
  const entries = await journal.entries(ref.caseId);
  for (const { actor, actorId, after } of done) {
    const { id, note } = after;
    if (ticksOf(entries, id).length > 0) continue;
    await journal.appendNew(ref, {
      actor,
      actorId,
      kind: 'task',
      step: 'report',
      operation: 'tick-task',
      effectKey: effectKeys.tick(id, 1),
      after: { id, done: true, ...(note !== undefined && { note }) },
    });
  }
}
