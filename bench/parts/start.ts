import { setTimeout as sleep } from 'node:timers/promises';
import { JET_TASK_QUEUE, TASK_QUEUE } from '../../src/workflows/messages';
import { medianFigure, type PartResult } from '../figures';
import type { Options } from '../options';
import { progress } from '../progress';
import { endProcess, startStack, type Stack } from '../stack';
import { summarise } from '../statistics';

const WORKFLOWS = 1;
const ACTIVITIES = 2;
const POLLED = [
  { queue: TASK_QUEUE, type: WORKFLOWS },
  { queue: TASK_QUEUE, type: ACTIVITIES },
  { queue: JET_TASK_QUEUE, type: ACTIVITIES },
];
const POLL_MS = 10;
const SYNC_INTERVAL_MS = 20_000;

/** Measures from the start of the worker's process until the server has seen it poll all of its queues. */
export async function measureStart({ dist, jetConcurrency, repeats }: Options): Promise<PartResult> {
  const stack = await startStack({ dist, jetConcurrency, syncIntervalMs: SYNC_INTERVAL_MS, programme: [] });
  const startsMs: number[] = [];
  while (startsMs.length < repeats) {
    const startedAt = performance.now();
    const { child } = stack.launchWorker();
    while (!(await isPolling(stack, child.pid ?? 0))) await sleep(POLL_MS);
    startsMs.push(performance.now() - startedAt);
    await endProcess(child, 'SIGTERM');
  }
  await stack.stop();
  const summary = summarise(startsMs.map((ms) => ms / 1_000));
  progress(`start: ${summary.p50.toFixed(2)} s`);
  return {
    figures: [medianFigure('worker, from start to polling', 's', summary, { atMost: 1.5 })],
    details: { startsMs },
  };
}

/** Recognises the worker by its identity, which begins with its process number. */
async function isPolling({ client }: Stack, pid: number): Promise<boolean> {
  const answers = await Promise.all(
    POLLED.map(({ queue, type }) =>
      client.workflowService.describeTaskQueue({
        namespace: client.options.namespace,
        taskQueue: { name: queue },
        taskQueueType: type,
      }),
    ),
  );
  return answers.every(({ pollers }) => pollers?.some(({ identity }) => identity?.startsWith(`${pid}@`)));
}
