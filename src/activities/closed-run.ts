import { getClient } from '@temporalio/activity';

/** A run as its id's newest one shows it. */
type Described = Awaited<
  ReturnType<ReturnType<ReturnType<typeof getClient>['workflow']['getHandle']>['describe']>
>;

/**
 * The id of the run that was ended from outside, `none` where there was none; `null` while one is open. `isIts`: whether an open run is
 * the one that is looked for. A run that is paused, or whose status is not known, is not closed: nothing is concluded from it.
 */
export async function findClosedRun(
  workflowId: string,
  isIts: (run: Described) => boolean = () => true,
): Promise<string | null> {
  const handle = getClient().workflow.getHandle(workflowId);
  const run = await handle.describe().catch((error: unknown) => {
    if ((error as Error).name === 'WorkflowNotFoundError') return null;
    throw error;
  });
  if (!run) return 'none';
  return !CLOSED.includes(run.status.name) && isIts(run) ? null : run.runId;
}

const CLOSED: readonly string[] = ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'];
