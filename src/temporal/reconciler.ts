import { type Client, ScheduleAlreadyRunning } from '@temporalio/client';
import type { Logger } from '../observability';
import type { TemporalSettings } from '../settings/temporal';
import { RECONCILER_SCHEDULE, RECONCILE_CANCELLATIONS, TASK_QUEUE } from '../workflows/messages';
import { createClient } from './connect';

/** As `ensureReconciler`. Never rejects: workers work without the schedule, and the log names what is missing. */
export async function keepReconciler(settings: TemporalSettings, logger: Logger): Promise<void> {
  const client = createClient(settings);
  try {
    await ensureReconciler(client);
  } catch (error) {
    logger.warn({ err: error }, 'the schedule that looks for interrupted cases could not be made');
  } finally {
    await client.connection.close();
  }
}

/**
 * Makes sure that the schedule exists which looks for interrupted cases. Harmless to repeat; a schedule that an operator
 * has paused or changed stays as it is.
 */
export async function ensureReconciler(client: Client): Promise<void> {
  const { scheduleId, every } = RECONCILER_SCHEDULE;
  try {
    await client.schedule.create({
      scheduleId,
      spec: { intervals: [{ every }] },
      action: {
        type: 'startWorkflow',
        workflowType: RECONCILE_CANCELLATIONS,
        workflowId: scheduleId,
        taskQueue: TASK_QUEUE,
        workflowExecutionTimeout: every,
      },
      policies: { overlap: 'SKIP', catchupWindow: every },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
