import type { Client } from '@temporalio/client';
import type { ActivityDependencies } from '../activities';
import {
  ActionInDoubt,
  ActionNotPossible,
  createCancellationClient,
  isOpenRun,
  type MakeSeal,
} from '../client';

/** How a series reaches the runs of its cases, from an activity. */
export function seriesPorts(
  client: () => Client,
  seal: MakeSeal,
): Required<Pick<ActivityDependencies, 'abortCase' | 'casesInNeed' | 'holderOf'>> {
  const cases = () => createCancellationClient(client(), seal);
  return {
    /**
     * As an action of whoever has aborted the series, sealed as if they had asked for each case. One for which it is too late, or
     * that has ended, goes on as it is.
     */
    async abortCase({ caseId, house, eventNumber }, { actor, actorId }, reason, updateKey) {
      // What nobody has proven is sealed for nobody.
      const by = { actorId: actorId ?? '', role: 'clerk' } as const;
      try {
        await cases().act('abort', { caseId, house, eventNumber }, { actor, reason }, { by, updateKey });
      } catch (error) {
        if (!(error instanceof ActionNotPossible) && !(error instanceof ActionInDoubt)) throw error;
      }
    },

    async holderOf({ caseId, house, eventNumber }) {
      const run = await cases().find(house, eventNumber);
      if (!run || !isOpenRun(run)) return 'none';
      return run.caseId === caseId ? 'own' : 'other';
    },

    async casesInNeed(seriesId) {
      const open = await cases().series.listOpenCases(seriesId);
      return new Set(
        open.flatMap(({ needsAttention, caseId }) => (needsAttention && caseId ? [caseId] : [])),
      );
    },
  };
}
