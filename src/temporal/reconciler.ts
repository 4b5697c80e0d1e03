import { type Client, ScheduleAlreadyRunning } from '@temporalio/client';
import { RECONCILER_SCHEDULE, RECONCILE_CANCELLATIONS, TASK_QUEUE } from '../workflows/messages';

/**
 * Makes sure that the schedule exists which looks for interrupted cases. Harmless to repeat; a schedule that somebody
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
