import type { WorkflowExecutionDescription } from '@temporalio/client';
import { readCancellationWorkflowId } from '../domain/input';
import { CANCELLATION_STEP, NEEDS_ATTENTION, PERFORMANCE_AT } from '../workflows/messages';

/** One run, as Temporal's own records show it, without asking a worker. */
export interface RunRecord {
  house: string;
  eventNumber: string;
  workflowId: string;
  runId: string;
  status: 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated';
  startedAt: string;
  /** `null` for a run that was started by hand. */
  caseId: string | null;
  orderDigest: string | null;
  title: string | null;
  performanceAt: string | null;
  step: string | null;
  needsAttention: boolean;
}

/** What a run carries from its start on. */
export interface CaseMemo extends Record<string, unknown> {
  caseId: string;
  orderDigest: string;
  /** Without marker. */
  title: string;
}

const STATUS_NAMES: Record<string, RunRecord['status']> = {
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  CONTINUED_AS_NEW: 'running',
};

type Recorded = Pick<
  WorkflowExecutionDescription,
  'workflowId' | 'runId' | 'status' | 'startTime' | 'memo' | 'typedSearchAttributes'
>;

/** `info`: what a list or a description of the SDK says of a run. */
export function toRunRecord(info: Recorded): RunRecord {
  const { house, eventNumber } = readCancellationWorkflowId(info.workflowId) ?? {
    house: '',
    eventNumber: '',
  };
  const memo = (info.memo ?? {}) as Partial<CaseMemo>;
  const attributes = info.typedSearchAttributes;
  return {
    house,
    eventNumber,
    workflowId: info.workflowId,
    runId: info.runId,
    status: STATUS_NAMES[info.status.name] ?? 'terminated',
    startedAt: info.startTime.toISOString(),
    caseId: memo.caseId ?? null,
    orderDigest: memo.orderDigest ?? null,
    title: memo.title ?? null,
    performanceAt: attributes.get(PERFORMANCE_AT)?.toISOString() ?? null,
    step: attributes.get(CANCELLATION_STEP) ?? null,
    needsAttention: attributes.get(NEEDS_ATTENTION) ?? false,
  };
}
