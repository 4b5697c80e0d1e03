import { getClient } from '@temporalio/activity';
import { ABSAGE } from '../domain/actor';
import { cancellationWorkflowId } from '../domain/input';
import { stripMarker } from '../domain/marker';
import { INTERRUPTED_TEXT } from '../domain/wording';
import { headOf, type EntryOf } from '../domain/journal';
import { endOf } from '../domain/lines';
import type { CaseRef } from '../domain/types';
import { alertOnce } from './house-alert';
import type { ActivityDependencies } from './activity';
import { asScheduledActivity, RECONCILER } from './scheduled';

/** What Temporal keeps about a run beside its history. */
interface RunMemo {
  caseId?: string;
}

/** Looks for cases that were begun, have not ended, and have no open run: their run was terminated from outside. */
export function createInterruptedActivities(deps: ActivityDependencies) {
  const { journal } = deps;

  /** Alerts each house once for each interruption. Resolves to the number of cases that are interrupted now. */
  const alertInterrupted = asScheduledActivity(RECONCILER, async (): Promise<{ interrupted: number }> => {
    let interrupted = 0;
    for (const opening of await journal.openCases()) {
      const closedRunId = await findClosedRun(getClient(), opening);
      // The case may have ended since the list was read.
      const hasEnded = endOf(await journal.entries(opening.caseId)) !== null;
      if (closedRunId === null || hasEnded) continue;
      interrupted += 1;
      await alertOnce(deps, toAlert(opening, closedRunId));
    }
    return { interrupted };
  });

  return { alertInterrupted };
}

/** The id of the run that was ended from outside; `null` while the case has an open run. */
async function findClosedRun(
  client: ReturnType<typeof getClient>,
  { caseId, house, eventNumber }: CaseRef,
): Promise<string | null> {
  const handle = client.workflow.getHandle(cancellationWorkflowId(house, eventNumber));
  const run = await handle.describe().catch((error: unknown) => {
    if ((error as Error).name === 'WorkflowNotFoundError') return null;
    throw error;
  });
  if (!run) return 'none';
  // A run that was started by hand has no case id in its memo.
  const { caseId: runCaseId = caseId } = (run.memo ?? {}) as RunMemo;
  return !isClosed(run) && runCaseId === caseId ? null : run.runId;
}

/** A run that is paused, or whose status is not known, is not closed: nothing is concluded from it. */
function isClosed({ status }: { status: { name: string } }): boolean {
  return CLOSED.includes(status.name);
}

const CLOSED: readonly string[] = ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'];

function toAlert(opening: EntryOf<'check', 'opening'>, closedRunId: string) {
  const { caseId, house, eventNumber } = opening;
  const { event, input } = opening.after;
  return {
    ref: { caseId, house, eventNumber },
    ...ABSAGE,
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
