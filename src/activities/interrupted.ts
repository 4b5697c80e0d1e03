import { getClient } from '@temporalio/activity';
import type { Opening } from '../domain/case';
import { cancellationWorkflowId } from '../domain/input';
import { stripMarker } from '../domain/marker';
import { INTERRUPTED_TEXT } from '../domain/wording';
import { headOf } from '../domain/journal';
import { type JournalEntry } from '../domain/journal';
import { alertOnce } from './house-alert';
import { asActivity, type ActivityDependencies } from './activity';

/** Who writes of an interruption: nobody has asked for it. */
const RECONCILER = 'absage';

/** What Temporal keeps of a run beside its history. */
interface RunMemo {
  caseId?: string;
}

/** Looks for cases that were begun, have not ended, and have no open run any more: somebody has terminated it. */
export function createInterruptedActivities(deps: ActivityDependencies) {
  const { journal } = deps;

  /** Tells each house once for each interruption. Resolves to how many cases are interrupted now. */
  const alertInterrupted = asActivity<void, { interrupted: number }>(async () => {
    let interrupted = 0;
    for (const opening of await journal.openCases()) {
      const closedRunId = await findClosedRun(getClient(), opening);
      // It may have ended in between.
      const hasEnded = (await journal.entries(opening.caseId)).some(({ kind }) => kind === 'end');
      if (closedRunId === null || hasEnded) continue;
      interrupted += 1;
      await alertOnce(deps, toAlert(opening, closedRunId));
    }
    return { interrupted };
  });

  return { alertInterrupted };
}

/** The id of the run that was ended from outside; `null` while a run of the case is open. */
async function findClosedRun(
  client: ReturnType<typeof getClient>,
  { caseId, house, eventNumber }: JournalEntry,
): Promise<string | null> {
  const handle = client.workflow.getHandle(cancellationWorkflowId(house, eventNumber));
  const run = await handle.describe().catch((error: unknown) => {
    if ((error as Error).name === 'WorkflowNotFoundError') return null;
    throw error;
  });
  if (!run) return 'none';
  // A run that was started by hand names no case.
  const { caseId: runCaseId = caseId } = (run.memo ?? {}) as RunMemo;
  return run.status.name === 'RUNNING' && runCaseId === caseId ? null : run.runId;
}

function toAlert(opening: JournalEntry, closedRunId: string) {
  const { caseId, house, eventNumber, after } = opening;
  const { event, input } = after as Opening;
  return {
    ref: { caseId, house, eventNumber },
    actor: RECONCILER,
    head: headOf(opening),
    kind: 'attention',
    step: 'check',
    attention: { id: `interrupted.${closedRunId}`, text: INTERRUPTED_TEXT, actions: ['resume'] },
    event: {
      title: stripMarker(event.title.before ?? '', input.policy.marker),
      startsAt: event.startsAt,
      venue: event.venue,
    },
  } satisfies Parameters<typeof alertOnce>[1];
}
