import type { Client } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import { RECONCILE_CANCELLATIONS, RECONCILER_SCHEDULE } from '../workflows/messages';

/**
 * When the hourly search for interrupted cases last came to its end, in milliseconds since 1970; before its first end, when
 * its schedule was made. Rejects where there is no schedule.
 */
export async function lastSearchAt({ workflowService, options: { namespace } }: Client): Promise<number> {
  const { executions } = await workflowService.listWorkflowExecutions({
    namespace,
    query: `WorkflowType = '${RECONCILE_CANCELLATIONS}' AND ExecutionStatus = 'Completed'`,
    pageSize: 1,
  });
  const endedAtMs = optionalTsToMs(executions[0]?.closeTime);
  if (endedAtMs !== undefined) return endedAtMs;
  const { info } = await workflowService.describeSchedule({
    namespace,
    scheduleId: RECONCILER_SCHEDULE.scheduleId,
  });
  const madeAtMs = optionalTsToMs(info?.createTime);
  if (madeAtMs === undefined) throw new Error('the schedule does not say since when it exists');
  return madeAtMs;
}
