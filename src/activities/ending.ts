import type { CaseEnd, JournalHead } from '../domain/case';
import { headOf, type Claim } from '../journal/port';
import { asActivity, readCase, type ActivityDependencies, type StepInput } from './activity';
import { getClient, Context } from '@temporalio/activity';

/** The end of a case, in the journal, and the claim that makes an abort possible. */
export function createEndingActivities({ journal }: ActivityDependencies) {
  /**
   * Claims the case for an abort; `storno`: too late. A claim that is won also requests the workflow's
   * cancellation, so that the run is shown as cancelled wherever the abort came from.
   */
  const claimAbort = asActivity(async (input: StepInput & { reason: string }): Promise<{ winner: Claim }> => {
    await readCase(journal, input);
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
    return { winner };
  });

  /** What has been claimed: after a failure of the Storno step only the journal knows. */
  const readClaim = asActivity(async (input: StepInput): Promise<{ claim: Claim | null }> => {
    await readCase(journal, input);
    return { claim: await journal.readClaim(input.ref.caseId) };
  });

  /** The last line of a case. */
  const closeCase = asActivity(
    async (input: StepInput & { end: CaseEnd }): Promise<{ head: JournalHead }> => {
      await readCase(journal, input);
      const entry = await journal.append(input.ref, {
        actor: input.actor,
        kind: 'end',
        step: 'report',
        operation: 'close',
        effectKey: 'end',
        outcome: input.end,
      });
      return { head: headOf(entry) };
    },
  );

  return { claimAbort, readClaim, closeCase };
}

async function requestWorkflowCancel(): Promise<void> {
  const { workflowExecution } = Context.current().info;
  if (!workflowExecution) return;
  await getClient().workflow.getHandle(workflowExecution.workflowId, workflowExecution.runId).cancel();
}
