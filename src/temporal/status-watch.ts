import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { cancellationWorkflowId } from '../domain/input';
import type { CaseRef, JetEvent } from '../domain/types';
import { turnOf } from '../domain/urgency';
import { JET_TASK_QUEUE, lookAgainSignal } from '../workflows/messages';

/** No read of the watch is waited for longer, in milliseconds: the next case's turn comes. */
const READ_PATIENCE_MS = 30_000;

/** How the watch reads an event in Jet's queue, and has a run look for itself. `client`: asked when it is needed. */
export function watchPorts(client: () => Client) {
  return {
    readEvent: ({ house, eventNumber }: CaseRef): Promise<JetEvent | null> =>
      client().activity.execute<JetEvent | null>('readEvent', {
        id: `watch/${randomUUID()}`,
        taskQueue: JET_TASK_QUEUE,
        args: [{ eventNumber }],
        scheduleToCloseTimeout: READ_PATIENCE_MS,
        heartbeatTimeout: 3_000,
        retry: { maximumAttempts: 1 },
        priority: turnOf('watch', house),
      }),

    async lookAgain({ house, eventNumber }: CaseRef): Promise<void> {
      try {
        await client().workflow.getHandle(cancellationWorkflowId(house, eventNumber)).signal(lookAgainSignal);
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
  };
}
