import { BY } from '../test/support/trust';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkersUnavailable } from '../src/client';
import { digest } from '../src/digest';
import { CANCEL_PERFORMANCE, cancellationWorkflowId } from '../src/workflows/messages';
import { BARE_TASK_QUEUE, BARE_WORKFLOW } from './bare/names';
import type { Cases } from './cases';
import type { Stack } from './stack';

const ASLEEP_POLL_MS = 250;
const ASLEEP_DEADLINE_MS = 5 * 60_000;

/** One of the two workflows that are compared: the cancellation, or one of the same shape that does nothing. */
export interface Contender {
  name: 'absage' | 'bare';
  workflowType: string;
  worker: ChildProcess;
  /** Starts one run; resolves to its workflow id. */
  start(): Promise<string>;
}

/** Starts both on the same server, each with a worker process of its own. */
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

/** Starts a case as the API does. Asks again when a busy server delays the start: the case may have begun. */
export async function startCancellation(
  { cancellations }: Pick<Stack, 'cancellations'>,
  cases: Cases,
): Promise<string> {
  const input = cases.next();
  const { house, eventNumber } = input.order;
  for (let mayHaveBegun = false; ; mayHaveBegun = true) {
    try {
      const { isNew } = await cancellations.start(input, digest(input.order), { by: BY });
      if (isNew || mayHaveBegun) return cancellationWorkflowId(house, eventNumber);
    } catch (error) {
      if (error instanceof WorkersUnavailable) continue;
      throw error;
    }
    throw new Error(`event ${eventNumber} has been cancelled already`);
  }
}

const STARTED_TOGETHER = 50;

/** Starts this many cases, without asking the server for all of them at once. */
export async function startCancellations(
  stack: Pick<Stack, 'cancellations'>,
  cases: Cases,
  count: number,
): Promise<void> {
  for (let started = 0; started < count; started += STARTED_TOGETHER) {
    const together = Math.min(STARTED_TOGETHER, count - started);
    await Promise.all(Array.from({ length: together }, () => startCancellation(stack, cases)));
  }
}

/** The two take turns, because the first one runs on a warmer or colder machine. */
export function inTurn<T>(both: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? both : [...both].reverse();
}

/** Resolves when this many cases are in their first wait. */
export async function untilAsleep({ client }: Stack, count: number): Promise<void> {
  const query = `CancellationStep = 'wait-for-title-transfer'`;
  const deadline = Date.now() + ASLEEP_DEADLINE_MS;
  for (;;) {
    const asleep = await client.workflow.count(query);
    if (asleep.count >= count) return;
    if (Date.now() > deadline) throw new Error(`only ${asleep.count} of ${count} cases have come to wait`);
    await sleep(ASLEEP_POLL_MS);
  }
}
