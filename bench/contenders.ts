import { BY } from '../test/support/trust';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkersUnavailable } from '../src/client';
import { digest } from '../src/digest';
import { CANCEL_PERFORMANCE, cancellationWorkflowId } from '../src/workflows/messages';
import { BARE_TASK_QUEUE, BARE_WORKFLOW } from './bare/names';
import type { Cases } from './cases';
import { FLOOR_WORKFLOW, floorJetTaskQueue, floorTaskQueue } from './floor/names';
import type { FloorInput } from './floor/workflows';
import type { Stack } from './stack';

const ASLEEP_POLL_MS = 250;
const ASLEEP_DEADLINE_MS = 5 * 60_000;

/**
 * The workflows that are compared: the cancellation; what has the same effects and is nothing but a procedure, with Jet's
 * activities on a queue of their own as ours has them (the fair measure) or handed over with the workflow task; and one of the
 * same shape that does nothing.
 */
export const CONTENDERS = ['absage', 'own-queue', 'eager', 'bare'] as const;

export type ContenderName = (typeof CONTENDERS)[number];

export interface Contender {
  name: ContenderName;
  workflowType: string;
  /** What the lists of Temporal know its runs by. */
  query: string;
  worker: ChildProcess;
  /** Starts one run; resolves to its workflow id. */
  start(): Promise<string>;
}

/** Starts all on the same server, each in a process of its own: code that has run twice as often is twice as well compiled. */
export async function startContenders(stack: Stack, cases: Cases, waitMs: number): Promise<Contender[]> {
  const [worker, ownQueueWorker, eagerWorker, bareWorker] = await Promise.all([
    stack.startWorker(),
    stack.startOtherWorker('floor', 'own-queue'),
    stack.startOtherWorker('floor', 'eager'),
    stack.startOtherWorker('bare'),
  ]);
  const absage: Contender = {
    name: 'absage',
    workflowType: CANCEL_PERFORMANCE,
    query: ofType(CANCEL_PERFORMANCE),
    worker,
    start: () => startCancellation(stack, cases),
  };
  const sameEffects = (name: 'own-queue' | 'eager'): Contender => ({
    name,
    workflowType: FLOOR_WORKFLOW,
    query: `${ofType(FLOOR_WORKFLOW)} AND WorkflowId STARTS_WITH '${name}/'`,
    worker: name === 'eager' ? eagerWorker : ownQueueWorker,
    async start() {
      const { caseId, order } = cases.next();
      const { eventNumber } = order;
      const workflowId = `${name}/${eventNumber}`;
      const input: FloorInput = { caseId, eventNumber, waitMs, jetTaskQueue: floorJetTaskQueue(name) };
      await stack.client.workflow.start(FLOOR_WORKFLOW, {
        taskQueue: floorTaskQueue(name),
        workflowId,
        args: [input],
      });
      return workflowId;
    },
  });
  let started = 0;
  const bare: Contender = {
    name: 'bare',
    workflowType: BARE_WORKFLOW,
    query: ofType(BARE_WORKFLOW),
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
  return [absage, sameEffects('own-queue'), sameEffects('eager'), bare];
}

const ofType = (workflowType: string) => `WorkflowType = '${workflowType}'`;

/** How many events a measurement needs, in which each contender but the bare one has so many cases. */
export const eventsFor = (casesOfEach: number): number => casesOfEach * (CONTENDERS.length - 1);

/** What was measured, by contender. */
export async function ofEach<T>(
  contenders: readonly Contender[],
  measure: (contender: Contender) => Promise<T>,
): Promise<Record<ContenderName, T>> {
  const measured: Partial<Record<ContenderName, T>> = {};
  for (const contender of contenders) measured[contender.name] = await measure(contender);
  return measured as Record<ContenderName, T>;
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

/** They take turns, because the first one runs on a warmer or colder machine. */
export function inTurn<T>(all: readonly T[], round: number): readonly T[] {
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
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
