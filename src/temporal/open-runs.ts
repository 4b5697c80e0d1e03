import type { Client } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import { toInstant } from '../domain/clock';
import type { Instant } from '../domain/types';
import { WATCH_STATUS } from '../workflows/messages';

const NOT_FOUND = 5;
const INVALID_ARGUMENT = 3;
const AT_A_TIME = 10;
const PAGE_SIZE = 1_000;

/**
 * When the oldest of the runs began whose contents somebody may still have to read: of all that are open (but for the watch), and of the
 * newest run of each id that is named. A run after a reset counts from the beginning of the first one, whose events it
 * has. `null`: there is none. Needs no key.
 */
export async function findOldestRun(client: Client, workflowIds: readonly string[]): Promise<Instant | null> {
  const open = await listOpenIds(client);
  const ids = [...new Set([...open, ...workflowIds])];
  const begins: (number | null)[] = [];
  for (let from = 0; from < ids.length; from += AT_A_TIME) {
    const few = ids.slice(from, from + AT_A_TIME);
    begins.push(...(await Promise.all(few.map((workflowId) => readBegin(client, workflowId)))));
  }
  const known = begins.filter((begin) => begin !== null);
  return known.length === 0 ? null : toInstant(Math.min(...known));
}

/** The watch on the status goes on for a day with nothing in it that anybody has to read. */
const KEEPS_CONTENTS = `WorkflowType != '${WATCH_STATUS}'`;

async function listOpenIds(client: Client): Promise<string[]> {
  try {
    return await listIds(client, `${KEEPS_CONTENTS} AND ExecutionStatus IN ('Running', 'Paused')`);
  } catch (error) {
    // Older servers know no pausing, and refuse a query that names it.
    if (!isGrpcServiceError(error) || error.code !== INVALID_ARGUMENT) throw error;
    return listIds(client, `${KEEPS_CONTENTS} AND ExecutionStatus = 'Running'`);
  }
}

async function listIds(
  { workflowService, options: { namespace } }: Client,
  query: string,
): Promise<string[]> {
  const ids: string[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await workflowService.listWorkflowExecutions({
      namespace,
      query,
      pageSize: PAGE_SIZE,
      nextPageToken,
    });
    ids.push(...page.executions.map(({ execution }) => execution?.workflowId ?? ''));
    nextPageToken = page.nextPageToken;
  } while (nextPageToken && nextPageToken.length > 0);
  return ids;
}

async function readBegin(
  { workflowService, options: { namespace } }: Client,
  workflowId: string,
): Promise<number | null> {
  try {
    const { workflowExecutionInfo, workflowExtendedInfo } = await workflowService.describeWorkflowExecution({
      namespace,
      execution: { workflowId },
    });
    const times = [workflowExecutionInfo?.startTime, workflowExtendedInfo?.originalStartTime]
      .map((time) => optionalTsToMs(time) ?? 0)
      .filter((timeMs) => timeMs > 0);
    return times.length === 0 ? null : Math.min(...times);
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === NOT_FOUND) return null;
    throw error;
  }
}
