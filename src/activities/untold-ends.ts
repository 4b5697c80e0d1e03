import { Context } from '@temporalio/activity';
import { toInstant } from '../domain/clock';
import type { ActivityDependencies } from './activity';
import { asScheduledActivity, RECONCILER } from './scheduled';
import { isEndUntold, tellEnd } from './house-end-notice';

/** As long as for every other mail to a house. After that, what the mail would say has been found out by other means. */
const TOLD_WITHIN_MS = 24 * 3_600_000;

/** Looks for cases whose house was certainly not told of their end: its mail server was away at that moment. */
export function createUntoldEndActivities(deps: ActivityDependencies) {
  const { journal } = deps;

  /** Tries each mail once more. Resolves to the number of those that are still not told. */
  const tellEnds = asScheduledActivity(RECONCILER, async (): Promise<{ untold: number }> => {
    let untold = 0;
    for (const ref of await journal.endedSince(toInstant(Date.now() - TOLD_WITHIN_MS))) {
      const entries = await journal.entries(ref.caseId);
      if (!isEndUntold(entries)) continue;
      await tellEnd(deps, ref, entries);
      if (isEndUntold(await journal.entries(ref.caseId))) untold += 1;
    }
    if (untold > 0) Context.current().log.warn('houses are not told yet how their cases ended', { untold });
    return { untold };
  });

  return { tellEnds };
}
