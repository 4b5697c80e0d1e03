import { Client, isGrpcServiceError, ScheduleAlreadyRunning } from '@temporalio/client';
import { ApplicationFailure, ValueError, type Duration } from '@temporalio/common';
import type { Logger } from '../observability';
import type { TemporalSettings } from '../settings/temporal';
import {
  ERASE_CONTACTS,
  ERASER_SCHEDULE,
  RECONCILER_SCHEDULE,
  RECONCILE_CANCELLATIONS,
  TASK_QUEUE,
  WATCH_SCHEDULE,
  WATCH_STATUS,
} from '../workflows/messages';
import { createClient } from './connect';
import { PayloadNotReadable } from './payload-codec';

/** Another installation's cases are in this namespace: whoever works here as well would carry them out. */
export class ForeignNamespace extends Error {
  override readonly name = 'ForeignNamespace';

  constructor(readonly owner: string | null) {
    super(`the namespace belongs to the installation ${owner ?? 'that encrypts with other keys'}`);
  }
}

/**
 * Makes sure that the schedule exists which looks for interrupted cases, and that it names this installation: so it says
 * whose namespace this is. Harmless to repeat; a schedule that an operator has paused or changed stays as it is. Rejects
 * with `ForeignNamespace` where it names another one.
 */
export async function ensureReconciler(client: Client, installation: string): Promise<void> {
  const memo = { installation };
  try {
    await createSchedule(client, RECONCILER, { memo });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { owner, isEncrypted } = await readOwner(client);
    if (owner !== undefined && owner !== installation) throw new ForeignNamespace(owner);
    // One from before schedules named anybody, or did so in the clear; with another fate than ours meanwhile, the next start
    // sees it.
    if (owner === undefined || isEncrypted) await nameOwner(client, memo);
  }
}

/** No start waits longer for it. */
const PATIENCE_MS = 10_000;

type Memo = { installation: string };

interface Owner {
  /** `undefined`: the schedule names nobody. `null`: it names somebody in words that these keys do not read. */
  owner: string | null | undefined;
  isEncrypted: boolean;
}

async function readOwner(client: Client): Promise<Owner> {
  const inClear = await readMemo(inTheClear(client));
  if (inClear !== null) return { owner: inClear.installation, isEncrypted: false };
  const decrypted = await readMemo(client);
  return { owner: decrypted === null ? null : decrypted.installation, isEncrypted: true };
}

/** `null`: it cannot be read. */
async function readMemo({ schedule }: Client): Promise<Partial<Memo> | null> {
  try {
    const { memo } = await schedule.getHandle(RECONCILER_SCHEDULE.scheduleId).describe();
    return memo ?? {};
  } catch (error) {
    if (UNREADABLE.some((unreadable) => error instanceof unreadable)) return null;
    throw error;
  }
}

const UNREADABLE = [PayloadNotReadable, ValueError, ApplicationFailure] as const;

/** Whose the namespace is, everybody has to be able to read, whatever keys they have, and after each change of the keys. */
function inTheClear({ connection, options: { namespace } }: Client): Client {
  return new Client({ connection, namespace });
}

/** Temporal has no way to give a schedule a memo later, so it is made anew, paused where it was. */
async function nameOwner(client: Client, memo: Memo): Promise<void> {
  const handle = client.schedule.getHandle(RECONCILER_SCHEDULE.scheduleId);
  const { state } = await handle.describe();
  await handle.delete();
  await createSchedule(client, RECONCILER, { memo, state: { paused: state.paused, note: state.note } });
}

/** Makes sure that a schedule exists. One that an operator has paused or changed stays as it is. */
async function ensureSchedule(client: Client, schedule: ScheduleRow): Promise<void> {
  try {
    await createSchedule(client, schedule);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}

interface ScheduleRow {
  scheduleId: string;
  every: Duration;
  workflowType: string;
  /** How long one of its runs may go on. */
  lasts: Duration;
}

const RECONCILER = {
  ...RECONCILER_SCHEDULE,
  workflowType: RECONCILE_CANCELLATIONS,
  lasts: '1 hour',
} as const;
const ERASER = { ...ERASER_SCHEDULE, workflowType: ERASE_CONTACTS, lasts: '1 day' } as const;
const WATCH = { ...WATCH_SCHEDULE, workflowType: WATCH_STATUS, lasts: '25 hours' } as const;

async function createSchedule(
  client: Client,
  { scheduleId, every, workflowType, lasts }: ScheduleRow,
  more: { memo?: Memo; state?: { paused?: boolean; note?: string } } = {},
): Promise<void> {
  await inTheClear(client).schedule.create({
    scheduleId,
    spec: { intervals: [{ every }] },
    action: {
      type: 'startWorkflow',
      workflowType,
      workflowId: scheduleId,
      taskQueue: TASK_QUEUE,
      workflowExecutionTimeout: lasts,
    },
    policies: { overlap: 'SKIP', catchupWindow: every },
    ...more,
  });
}

/**
 * As `ensureReconciler`, for all schedules, with a client of its own. Rejects only with `ForeignNamespace`: without the schedule everything
 * else works, and the log names what is missing. `false`: Temporal has not answered, so nobody knows whose the namespace is.
 */
export async function claimNamespace(
  settings: TemporalSettings,
  installation: string,
  logger: Pick<Logger, 'warn'>,
): Promise<boolean> {
  const client = createClient(settings);
  try {
    await client.withDeadline(Date.now() + PATIENCE_MS, async () => {
      await ensureReconciler(client, installation);
      await ensureSchedule(client, ERASER);
      await ensureSchedule(client, WATCH);
    });
    return true;
  } catch (error) {
    if (error instanceof ForeignNamespace) throw error;
    logger.warn(
      { err: error },
      'the schedules that look for interrupted cases, erase contacts and watch the status could not be made',
    );
    return !isUnanswered(error);
  } finally {
    await client.connection.close();
  }
}

/** As gRPC numbers them: no answer in time, nobody there. */
const UNANSWERED: readonly number[] = [4, 14];

function isUnanswered(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (isGrpcServiceError(cause)) return UNANSWERED.includes(cause.code);
  return false;
}
