import type { WorkflowExecutionDescription } from '@temporalio/client';
import { optionalTsToDate } from '@temporalio/common/lib/time';
import { readCancellationWorkflowId } from '../domain/input';
import type { Instant } from '../domain/types';
import { readPendingTries, type PendingTry } from './pending-tries';
import { isStuck } from './stuck-runs';
import type { CaseMemo } from '../workflows/case-start';
import { CANCELLATION_STEP, NEEDS_ATTENTION, PERFORMANCE_AT, SERIES } from '../workflows/messages';

/** One run, as Temporal's own records show it, without asking a worker. */
export interface RunRecord {
  house: string;
  eventNumber: string;
  workflowId: string;
  runId: string;
  /** The first run of its chain, which a reset keeps; a list does not say it, and then it is the run itself. */
  firstRunId: string;
  /** `unknown`: nothing may be concluded from it. */
  status: 'running' | 'paused' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'unknown';
  startedAt: string;
  /** When the first run of its chain was started; a list does not say it, and then it is when the run itself was. */
  begunAt: string;
  /** Where it is paused and the run itself was asked. */
  pausedAt: string | null;
  /** Its workflow task fails again and again: see `stuck-runs.ts`. */
  isStuck: boolean;
  /** The build of the worker that it stays on; `null`: it takes any. */
  buildId: string | null;
  /** No worker of that build asks for work, where the run itself was asked. */
  isAbandoned: boolean;
  /** Since when it is stuck, where the run itself was asked and its history says it. */
  stuckSince: string | null;
  /** `null` for a run that was started by hand. */
  caseId: string | null;
  orderDigest: string | null;
  title: string | null;
  performanceAt: string | null;
  step: string | null;
  needsAttention: boolean;
  /** Absent: it was ordered by itself. */
  seriesId?: string;
  /** What is being tried at the moment. Empty where only a list was read. */
  pending: PendingTry[];
  /** How many events the run had. */
  historyLength: number;
}

const STATUS_NAMES: Record<string, RunRecord['status']> = {
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  CONTINUED_AS_NEW: 'running',
  PAUSED: 'paused',
  TERMINATED: 'terminated',
  TIMED_OUT: 'terminated',
};

/** Whether a run holds its workflow id, so that no other one can start. What is not known counts as open. */
export function isOpenRun({ status }: Pick<RunRecord, 'status'>): boolean {
  return status === 'running' || status === 'paused' || status === 'unknown';
}

type Recorded = Pick<
  WorkflowExecutionDescription,
  'workflowId' | 'runId' | 'status' | 'startTime' | 'memo' | 'typedSearchAttributes' | 'historyLength'
> &
  // A list knows nothing of this.
  Partial<{
    raw: Pick<Described, 'workflowExecutionInfo' | 'workflowExtendedInfo' | 'pendingActivities'> | object;
    stuckSince: Instant | null;
    isAbandoned: boolean;
  }>;
type Described = WorkflowExecutionDescription['raw'];

/** `info`: what a list or a description of the SDK says of a run. */
export function toRunRecord(info: Recorded): RunRecord {
  const { house, eventNumber } = readCancellationWorkflowId(info.workflowId) ?? {
    house: '',
    eventNumber: '',
  };
  const { raw } = info;
  const memo = (info.memo ?? {}) as Partial<CaseMemo>;
  const attributes = info.typedSearchAttributes;
  const seriesId = attributes.get(SERIES);
  return {
    house,
    eventNumber,
    workflowId: info.workflowId,
    runId: info.runId,
    firstRunId: readFirstRunId(info),
    status: STATUS_NAMES[info.status.name] ?? 'unknown',
    startedAt: info.startTime.toISOString(),
    begunAt: readBegunAt(info),
    pausedAt: readPausedAt(info),
    isStuck: isStuck(info),
    buildId: readBuildId(info),
    isAbandoned: info.isAbandoned ?? false,
    stuckSince: info.stuckSince ?? null,
    caseId: memo.caseId ?? null,
    orderDigest: memo.orderDigest ?? null,
    title: memo.title ?? null,
    performanceAt: attributes.get(PERFORMANCE_AT)?.toISOString() ?? null,
    step: attributes.get(CANCELLATION_STEP) ?? null,
    needsAttention: attributes.get(NEEDS_ATTENTION) ?? false,
    ...(seriesId !== undefined && { seriesId }),
    pending: raw && 'pendingActivities' in raw ? readPendingTries(raw.pendingActivities) : [],
    historyLength: info.historyLength,
  };
}

/** Only a run that is pinned stays on its build. */
export function readBuildId({ raw }: Pick<Recorded, 'raw'>): string | null {
  const described = raw && 'workflowExecutionInfo' in raw ? raw.workflowExecutionInfo : null;
  const { behavior, deploymentVersion } = described?.versioningInfo ?? {};
  return behavior === PINNED ? (deploymentVersion?.buildId ?? null) : null;
}

/** As Temporal numbers the behaviours. */
const PINNED = 1;

function readFirstRunId({ raw, runId }: Recorded): string {
  const described = raw && 'workflowExecutionInfo' in raw ? raw.workflowExecutionInfo : null;
  return described?.firstRunId ? described.firstRunId : runId;
}

function readBegunAt({ raw, startTime }: Recorded): string {
  const extended = raw && 'workflowExtendedInfo' in raw ? raw.workflowExtendedInfo : null;
  const original = optionalTsToDate(extended?.originalStartTime);
  return (original && original < startTime ? original : startTime).toISOString();
}

function readPausedAt({ raw }: Recorded): string | null {
  if (!raw || !('workflowExtendedInfo' in raw)) return null;
  const pausedAt = optionalTsToDate(raw.workflowExtendedInfo?.pauseInfo?.pausedTime);
  return pausedAt?.toISOString() ?? null;
}
