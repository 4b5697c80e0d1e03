import { Context, getClient } from '@temporalio/activity';
import type { Action } from '../domain/vocabulary';
import type { JournalHead } from '../domain/journal';
import type { CaseEnd } from '../domain/vocabulary';
import type { StepName } from '../domain/vocabulary';
import type { Choice } from '../domain/vocabulary';
import { headOf } from '../domain/journal';
import { type Claim } from '../domain/journal';
import { asActivity, type ActivityDependencies, type StepInput } from './activity';
import { readCase } from './reading';
import { lastHead } from './reading';
import { openedCase, type OpenedCase } from './check';
import { tellEnd } from './house-end-notice';

/** What somebody has decided, as it is written down. */
export interface RecordedAction extends StepInput {
  reason: string;
  action: Action;
  step: StepName;
  /** Unique for what was decided: repeated or replayed, it stands there once. */
  effectKey: string;
  /** `decide` only. */
  choice?: Choice;
  details?: Record<string, unknown>;
}

export interface AbortClaim {
  winner: Claim;
  opened: OpenedCase | null;
}

/** What people decide, and the end of a case, in the journal. */
export function createEndingActivities(deps: ActivityDependencies) {
  const { journal } = deps;

  /**
   * Claims the case for an abort; `storno`: too late. A claim that is won also requests the workflow's
   * cancellation, so that the run is shown as cancelled wherever the abort came from. A run that was begun anew may
   * abort before its check has told it what there is to undo: `opened` does, `null` where nothing was ever opened.
   */
  const claimAbort = asActivity(async (input: StepInput & { reason: string }): Promise<AbortClaim> => {
    const { entries, opening } = await readCase(journal, input);
    const winner = await journal.claim(input.ref, 'abort', {
      actor: input.actor,
      kind: 'decision',
      step: 'set-storno',
      operation: 'abort',
      effectKey: 'abort',
      after: { reason: input.reason },
      outcome: 'accepted',
    });
    if (winner === 'abort') await requestWorkflowCancel();
    return { winner, opened: opening && openedCase(entries, opening, winner) };
  });

  /** What has been claimed: after a failure of the Storno step only the journal knows. */
  const readClaim = asActivity(async (input: StepInput): Promise<{ claim: Claim | null }> => {
    await readCase(journal, input);
    return { claim: await journal.readClaim(input.ref.caseId) };
  });

  /** Writes down who has decided what, and why. */
  const recordAction = asActivity(async (input: RecordedAction): Promise<{ head: JournalHead }> => {
    await readCase(journal, input);
    const entry = await journal.append(input.ref, {
      actor: input.actor,
      kind: 'decision',
      step: input.step,
      operation: input.action,
      effectKey: input.effectKey,
      after: { ...input.details, reason: input.reason },
      outcome: input.choice ?? 'accepted',
    });
    return { head: headOf(entry) };
  });

  /** Writes down how the case has ended, and tells the house. */
  const closeCase = asActivity(
    async (input: StepInput & { end: CaseEnd }): Promise<{ head: JournalHead }> => {
      const known = await readCase(journal, input);
      const entry = await journal.append(input.ref, {
        actor: input.actor,
        kind: 'end',
        step: 'report',
        operation: 'close',
        effectKey: 'end',
        outcome: input.end,
      });
      await tellEnd(deps, input.ref, known, entry);
      return { head: lastHead(await journal.entries(input.ref.caseId)) };
    },
  );

  return { claimAbort, readClaim, recordAction, closeCase };
}

async function requestWorkflowCancel(): Promise<void> {
  const { workflowExecution } = Context.current().info;
  if (!workflowExecution) return;
  await getClient().workflow.getHandle(workflowExecution.workflowId, workflowExecution.runId).cancel();
}
