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
  SERIES,
} from './messages';

/** What a run carries from its start on. */
export interface CaseMemo extends Record<string, unknown> {
  caseId: string;
  orderDigest: string;
  /** Without marker. */
  title: string;
}

/**
 * What Temporal is told of a new case, whoever starts it. One event has one open run at most, and none after one that has
 * completed.
 */
export function caseStart(input: CancellationInput, orderDigest: string) {
  const { order, caseId, series } = input;
  const { title, startsAt } = order.expected;
  const bareTitle = stripMarker(title, input.policy.marker);
  return {
    workflowId: cancellationWorkflowId(order.house, order.eventNumber),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' as const,
    args: [input] as [CancellationInput],
    staticSummary: caseSummary(order.house, order.eventNumber, bareTitle, startsAt, order.seen?.venue),
    memo: { caseId, orderDigest, title: bareTitle } satisfies CaseMemo,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: HOUSE, value: order.house },
      { key: EVENT_NUMBER, value: order.eventNumber },
      { key: CANCELLATION_STEP, value: 'check' },
      { key: NEEDS_ATTENTION, value: false },
      { key: PERFORMANCE_AT, value: new Date(startsAt) },
      ...(series ? [{ key: SERIES, value: series.id }] : []),
    ]),
  };
}
