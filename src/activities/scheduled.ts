import { ApplicationFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import {
  ERASE_CONTACTS,
  ERASER_SCHEDULE,
  isRunOf,
  RECONCILE_CANCELLATIONS,
  RECONCILER_SCHEDULE,
  WATCH_SCHEDULE,
  WATCH_STATUS,
  type ScheduleName,
} from '../domain/schedules';
import { asActivity, currentRun, outsideOfCase } from './activity';

/** How a worker does what belongs to no case. */
interface ScheduledWork {
  schedule: ScheduleName;
  workflowType: string;
  /** No attempt goes on for longer: whoever waits for the worker gets its place then. */
  mostMs: number;
}

/**
 * As `asActivity`, for what a schedule of Absage does, for no case and for all of them: only inside of a run of that schedule, and
 * once at a time in each worker. Whoever reaches Temporal can ask for it as often as they like, and would take every place that a
 * worker has for activities, so that not even an abort got through. One too many ends at once, and is tried again later: so it
 * is there when the first one's worker stops.
 */
export function asScheduledActivity<O>(
  { schedule, workflowType, mostMs }: ScheduledWork,
  work: () => Promise<O>,
): () => Promise<O> {
  let atWork: string | null = null;
  return asActivity<void, O>(async () => {
    const { workflowId, runId } = currentRun();
    const { workflowType: type, activityId } = Context.current().info;
    if (type !== workflowType || !isRunOf(schedule, workflowId)) throw outsideOfCase();
    const own = `${runId}/${activityId}`;
    // A later attempt of the very same work follows on one that Temporal has given up.
    if (atWork !== null && atWork !== own) throw notNow('another attempt is at work here');
    atWork = own;
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(notNow('it has taken too long')), mostMs).unref();
    });
    try {
      return await Promise.race([work(), tooLong]);
    } finally {
      clearTimeout(timer);
      atWork = null;
    }
  });
}

const MINUTE_MS = 60_000;

/** As long as their workflows wait for them. */
export const RECONCILER = {
  schedule: RECONCILER_SCHEDULE,
  workflowType: RECONCILE_CANCELLATIONS,
  mostMs: 30 * MINUTE_MS,
} as const satisfies ScheduledWork;
export const ERASER = {
  schedule: ERASER_SCHEDULE,
  workflowType: ERASE_CONTACTS,
  mostMs: 2 * 60 * MINUTE_MS,
} as const satisfies ScheduledWork;
export const WATCH = {
  schedule: WATCH_SCHEDULE,
  workflowType: WATCH_STATUS,
  mostMs: 24 * 60 * MINUTE_MS,
} as const satisfies ScheduledWork;

const ONE_TOO_MANY_PAUSE_MS = 30_000;

function notNow(message: string): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    nextRetryDelay: ONE_TOO_MANY_PAUSE_MS,
    category: ApplicationFailureCategory.BENIGN,
  });
}
