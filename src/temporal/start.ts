import type { WorkflowStartOptions } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { CancellationInput } from '../domain/case';
import { stripMarker } from '../domain/marker';
import { caseSummary } from '../domain/wording';
import {
  CANCELLATION_STEP,
  cancellationWorkflowId,
  EVENT_NUMBER,
  HOUSE,
  NEEDS_ATTENTION,
  PERFORMANCE_AT,
  TASK_QUEUE,
} from '../workflows/messages';
import type { CaseMemo } from './run-record';

/**
 * Everything that Temporal is given with a new case. One event has one open run at most, and none after one that has
 * completed, unless `mayFollowCompleted`: see `mayReplaceCases`, which the run's own check asks again.
 */
export function caseStartOptions(input: CancellationInput, orderDigest: string, mayFollowCompleted = false) {
  const { order, caseId } = input;
  const { title, startsAt } = order.expected;
  const bareTitle = stripMarker(title, input.policy.marker);
  return {
    taskQueue: TASK_QUEUE,
    workflowId: cancellationWorkflowId(order.house, order.eventNumber),
    workflowIdReusePolicy: mayFollowCompleted ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
    workflowIdConflictPolicy: 'FAIL',
    args: [input],
    staticSummary: caseSummary(order.house, order.eventNumber, bareTitle, startsAt, order.seen?.venue),
    memo: { caseId, orderDigest, title: bareTitle } satisfies CaseMemo,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: HOUSE, value: order.house },
      { key: EVENT_NUMBER, value: order.eventNumber },
      { key: CANCELLATION_STEP, value: 'check' },
      { key: NEEDS_ATTENTION, value: false },
      { key: PERFORMANCE_AT, value: new Date(startsAt) },
    ]),
  } satisfies WorkflowStartOptions;
}
