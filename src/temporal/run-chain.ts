import { getClient } from '@temporalio/activity';
import { toInstant } from '../domain/clock';
import type { CancellationInput } from '../domain/case';
import type { SeriesInput } from '../domain/series';
import type { RunChain, WorkflowRun } from '../domain/types';
import { readCaseInput } from './case-input';

/**
 * The chain that a run belongs to, asked by an activity: a run and every run that a reset has made of it have the same first
 * run. The server says so; what a run says of itself proves nothing.
 */
export async function chainOfRun({ workflowId, runId }: WorkflowRun): Promise<RunChain> {
  const { workflow } = getClient();
  const described = await workflow.getHandle(workflowId, runId).describe();
  const { firstRunId } = described.raw.workflowExecutionInfo ?? {};
  if (!firstRunId || firstRunId === runId)
    return { firstRunId: runId, startedAt: toInstant(described.startTime.getTime()) };
  const first = await workflow
    .getHandle(workflowId, firstRunId)
    .describe()
    .catch(() => described);
  return { firstRunId, startedAt: toInstant(first.startTime.getTime()) };
}

/** What a run was started with, asked by an activity: see `readCaseInput`. */
export function inputOfRun(run: WorkflowRun): Promise<CancellationInput | SeriesInput | null> {
  return readCaseInput(getClient(), run);
}
