import { isGrpcServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { cancellationWorkflowId } from '../domain/input';
import type { CaseRef } from '../domain/types';
import { readCaseInput } from './case-input';
import { recordsClient } from './records';
import { isOpenRun, toRunRecord, type RunRecord } from './run-record';

const NOT_FOUND = 5;

/** A run of the case is still open, and Temporal would end it with its history. */
export class RunStillOpen extends Error {
  override readonly name = 'RunStillOpen';
}

/**
 * Deletes every closed run of a case from Temporal, with its history, and resolves to their number. Runs of other cases of
 * the event stay. Rejects with `RunStillOpen` where one is open, and then deletes none.
 */
export async function deleteRuns(client: Client, ref: CaseRef): Promise<number> {
  const workflowId = cancellationWorkflowId(ref.house, ref.eventNumber);
  const runs = await findRuns(client, workflowId, ref.caseId);
  if (runs.some(isOpenRun)) throw new RunStillOpen(`a run of case ${ref.caseId} is open`);
  let deleted = 0;
  for (const { runId } of runs) if (await deleteRun(client, workflowId, runId)) deleted += 1;
  return deleted;
}

/** The runs of a case, as they are now: lists are behind at times. */
async function findRuns(client: Client, workflowId: string, caseId: string): Promise<RunRecord[]> {
  const records = recordsClient(client);
  const listed = [];
  for await (const { runId } of records.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
    listed.push(runId);
  const found = new Map<string, RunRecord>();
  // Without an id: the newest one, which may not be in the list yet.
  for (const runId of [undefined, ...listed]) {
    const run = await readRun(records, workflowId, runId);
    if (run && (await caseOf(client, run)) === caseId) found.set(run.runId, run);
  }
  return [...found.values()];
}

async function readRun(records: Client, workflowId: string, runId?: string): Promise<RunRecord | null> {
  try {
    return toRunRecord(await records.workflow.getHandle(workflowId, runId).describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/**
 * A run that was started by hand names its case only in its input. `null`: nobody can read whose it is, or it is gone already.
 * A call that fails says nothing: taken for an answer, it would let the key go while a history still holds the contact.
 */
async function caseOf(client: Client, run: RunRecord): Promise<string | null> {
  if (run.caseId !== null) return run.caseId;
  const input = await unlessGone(readCaseInput(client, run));
  return input?.caseId ?? null;
}

/** `false`: it is gone already. */
async function deleteRun(
  { workflowService, options: { namespace } }: Client,
  workflowId: string,
  runId: string,
): Promise<boolean> {
  const workflowExecution = { workflowId, runId };
  return (
    (await unlessGone(workflowService.deleteWorkflowExecution({ namespace, workflowExecution }))) !== null
  );
}

/** `null`: the run is not there any more. */
async function unlessGone<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === NOT_FOUND) return null;
    throw error;
  }
}
