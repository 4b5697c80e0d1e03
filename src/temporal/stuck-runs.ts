import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { optionalTsToDate } from '@temporalio/common/lib/time';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { Instant } from '../domain/types';
import { CANCEL_PERFORMANCE } from '../workflows/messages';

/**
 * So often must one workflow task have failed until its run is called stuck: from then on the lists of newer servers say so,
 * too. It answers nothing, and does nothing more, until a task succeeds.
 */
const STUCK_AFTER_FAILURES = 5;

/** The server sets it by itself and takes it away again; older ones do not know it. */
const REPORTED_PROBLEMS = defineSearchAttributeKey(
  'TemporalReportedProblems',
  SearchAttributeType.KEYWORD_LIST,
);

/** So many of the newest events are looked at: of a task that fails again and again only the first failure is one. */
const NEWEST_EVENTS = 20;

type Described = Pick<WorkflowExecutionDescription['raw'], 'pendingWorkflowTask'>;

/** `info`: what a list or a description says of a run. */
export function isStuck({
  typedSearchAttributes,
  raw,
}: Pick<WorkflowExecutionDescription, 'typedSearchAttributes'> & { raw?: Described | object }): boolean {
  if (raw && 'pendingWorkflowTask' in raw) return failedAttempts(raw) >= STUCK_AFTER_FAILURES;
  return typedSearchAttributes.get(REPORTED_PROBLEMS) !== undefined;
}

/** How often the workflow task that is due now has failed. */
function failedAttempts({ pendingWorkflowTask }: Described): number {
  return (pendingWorkflowTask?.attempt ?? 1) - 1;
}

/** Since when its workflow task fails; `null`: its newest events do not say it. */
export async function findStuckSince(
  workflowService: Client['workflowService'],
  namespace: string,
  execution: { workflowId: string; runId: string },
): Promise<Instant | null> {
  const { history } = await workflowService.getWorkflowExecutionHistoryReverse({
    namespace,
    execution,
    maximumPageSize: NEWEST_EVENTS,
  });
  const failure = history?.events?.find(
    (event) => event.workflowTaskFailedEventAttributes ?? event.workflowTaskTimedOutEventAttributes,
  );
  return optionalTsToDate(failure?.eventTime)?.toISOString() ?? null;
}

export interface StuckRun {
  workflowId: string;
  runId: string;
  failures: number;
  since: Instant | null;
}

const AT_A_TIME = 20;

/** The open runs of cases whose workflow task fails again and again. Each is asked for: older servers do not list them. */
export async function listStuckRuns(
  workflowService: Client['workflowService'],
  namespace: string,
): Promise<StuckRun[]> {
  const stuck: StuckRun[] = [];
  const query = `WorkflowType = '${CANCEL_PERFORMANCE}' AND ExecutionStatus = 'Running'`;
  for (let nextPageToken: Uint8Array | undefined; ;) {
    const page = await workflowService.listWorkflowExecutions({
      namespace,
      query,
      pageSize: AT_A_TIME,
      nextPageToken,
    });
    const looked = (page.executions ?? []).map(async ({ execution }): Promise<StuckRun | null> => {
      const run = { workflowId: execution?.workflowId ?? '', runId: execution?.runId ?? '' };
      const described = await workflowService.describeWorkflowExecution({ namespace, execution: run });
      const failures = failedAttempts(described);
      if (failures < STUCK_AFTER_FAILURES) return null;
      return { ...run, failures, since: await findStuckSince(workflowService, namespace, run) };
    });
    stuck.push(...(await Promise.all(looked)).filter((run) => run !== null));
    if (!page.nextPageToken?.length) return stuck;
    nextPageToken = page.nextPageToken;
  }
}
