import { setTimeout as sleep } from 'node:timers/promises';
import { makeCases } from '../cases';
import { startCancellations, untilAsleep } from '../contenders';
import type { PartResult } from '../figures';
import type { Options } from '../options';
import { cpuMs, memoryMb } from '../process-usage';
import { progress } from '../progress';
import { startStack } from '../stack';

/** So long that no case wakes up during the measurement. */
const WAIT_MS = 60 * 60_000;
const SETTLE_MS = 5_000;
const IDLE_MS = 10_000;

/** Measures the memory of worker and server without and with waiting cases, and the CPU time of both meanwhile. */
export async function measureSleepers(options: Options): Promise<PartResult> {
  const results: PartResult[] = [];
  for (const count of options.sleepers) results.push(await measure(options, count));
  return {
    figures: results.flatMap(({ figures }) => figures),
    details: results.map(({ details }) => details),
  };
}

async function measure({ dist, jetConcurrency }: Options, sleepers: number): Promise<PartResult> {
  const cases = makeCases(sleepers, WAIT_MS);
  const stack = await startStack({
    dist,
    jetConcurrency,
    syncIntervalMs: WAIT_MS,
    programme: cases.programme,
  });
  const worker = await stack.startWorker();
  const memory = () => ({ worker: memoryMb(worker), server: memoryMb(stack.temporal) });

  await sleep(SETTLE_MS);
  const before = memory();
  await startCancellations(stack, cases, sleepers);
  await untilAsleep(stack, sleepers);
  progress(`sleepers: ${sleepers} cases wait`);

  await sleep(SETTLE_MS);
  const cpuBefore = { worker: cpuMs(worker), server: cpuMs(stack.temporal) };
  await sleep(IDLE_MS);
  const percent = (usedMs: number) => (100 * usedMs) / IDLE_MS;
  const idle = {
    worker: percent(cpuMs(worker) - cpuBefore.worker),
    server: percent(cpuMs(stack.temporal) - cpuBefore.server),
  };
  const after = memory();
  await stack.stop();

  const target = { atMost: sleepers > 1_000 ? 800 : 450 };
  const name = `with ${sleepers} sleepers`;
  return {
    figures: [
      { name: 'memory of an idle worker', unit: 'MB', value: before.worker.now },
      { name: `memory of the worker ${name}`, unit: 'MB', value: after.worker.now, target },
      { name: `most memory of the worker ${name}`, unit: 'MB', value: after.worker.peak },
      { name: 'memory of an idle server', unit: 'MB', value: before.server.now },
      { name: `memory of the server ${name}`, unit: 'MB', value: after.server.now },
      { name: `idle CPU of the worker ${name}`, unit: '%', value: idle.worker },
      { name: `idle CPU of the server ${name}`, unit: '%', value: idle.server },
    ],
    details: { before, after, idle },
  };
}
