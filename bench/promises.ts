import { promiseHooks } from 'node:v8';
import { Worker, type ReplayWorkerOptions } from '@temporalio/worker';

/** The most that one case may make that goes well. The count is exact, so the ordinary tests hold it. */
export const MOST_PROMISES = 90;

type History = Parameters<typeof Worker.runReplayHistory>[1];

/**
 * Counts the promises that a run makes in its own context, from its first event to its last. A replay plays the history again
 * in this very thread, where the engine tells of each new promise: the same history and the same code give the same number on
 * any machine, under any load. The SDK takes and formats a stack for every one of them.
 */
export async function countPromises(
  options: ReplayWorkerOptions,
  history: History,
  workflowId: string,
): Promise<number> {
  let promises = 0;
  const stop = promiseHooks.onInit((promise) => {
    if (isOfRun(promise)) promises += 1;
  }) as () => void;
  try {
    await Worker.runReplayHistory(options, history, workflowId);
  } finally {
    stop();
  }
  return promises;
}

/** Each run's context has globals of its own, among them the SDK's state of the run. */
function isOfRun(promise: Promise<unknown>): boolean {
  const inItsContext = promise.constructor.constructor as FunctionConstructor;
  return inItsContext('return globalThis.__TEMPORAL_ACTIVATOR__ !== undefined')() as boolean;
}
