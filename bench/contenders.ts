import type { ChildProcess } from 'node:child_process';
import { digest } from '../src/digest';
import { CANCEL_PERFORMANCE, cancellationWorkflowId } from '../src/workflows/messages';
import { BARE_TASK_QUEUE, BARE_WORKFLOW } from './bare/names';
import type { Cases } from './cases';
import type { Stack } from './stack';

/** One of the two that are compared: the cancellation, and a workflow of the same shape that does nothing. */
export interface Contender {
  name: 'absage' | 'bare';
  workflowType: string;
  worker: ChildProcess;
  /** Starts one run; resolves to its workflow id. */
  start(): Promise<string>;
}

/** Both on the same server, each with a worker process of its own. */
export async function startContenders(stack: Stack, cases: Cases, waitMs: number): Promise<Contender[]> {
  const [worker, bareWorker] = await Promise.all([stack.startWorker(), stack.startBareWorker()]);
  const absage: Contender = {
    name: 'absage',
    workflowType: CANCEL_PERFORMANCE,
    worker,
    start: () => startCancellation(stack, cases),
  };
  let started = 0;
  const bare: Contender = {
    name: 'bare',
    workflowType: BARE_WORKFLOW,
    worker: bareWorker,
    async start() {
      started += 1;
      const workflowId = `bare/${started}`;
      await stack.client.workflow.start(BARE_WORKFLOW, {
        taskQueue: BARE_TASK_QUEUE,
        workflowId,
        args: [waitMs],
      });
      return workflowId;
    },
  };
  return [absage, bare];
}

/** As the API starts one. */
export async function startCancellation({ cancellations }: Stack, cases: Cases): Promise<string> {
  const input = cases.next();
  const { isNew } = await cancellations.start(input, digest(input.order));
  if (!isNew) throw new Error(`event ${input.order.eventNumber} has been cancelled already`);
  return cancellationWorkflowId(input.order.house, input.order.eventNumber);
}

/** Whoever is first has a warmer or a colder machine: they take turns. */
export function inTurn<T>(both: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? both : [...both].reverse();
}
