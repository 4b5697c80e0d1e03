import type { WorkflowStartOptions } from '@temporalio/client';
import type { CancellationInput } from '../domain/case';
import { caseStart } from '../workflows/case-start';
import { TASK_QUEUE } from '../workflows/messages';

/**
 * Everything that Temporal is given with a new case. One event has one open run at most, and none after one that has
 * completed, unless `mayFollowCompleted`: see `mayReplaceCases`, which the run's own check asks again.
 */
export function caseStartOptions(input: CancellationInput, orderDigest: string, mayFollowCompleted = false) {
  const { workflowIdReusePolicy, ...start } = caseStart(input, orderDigest);
  return {
    ...start,
    taskQueue: TASK_QUEUE,
    workflowIdReusePolicy: mayFollowCompleted ? 'ALLOW_DUPLICATE' : workflowIdReusePolicy,
    workflowIdConflictPolicy: 'FAIL',
  } satisfies WorkflowStartOptions;
}
