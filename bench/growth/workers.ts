import { progress } from '../progress';
import { COMPLETED, untilCounted } from './counting';
import {
  readUsage,
  startGrowingCluster,
  usageSince,
  type GrowingCluster,
  type Usage,
} from './growing-cluster';

const COUNTS = [1, 2, 4, 4, 2, 1];
const WARM_UP = 20;
const WAIT_MS = 1_000;
const PATIENCE_MS = 15 * 60_000;

interface Burst {
  workers: number;
  casesPerSecond: number;
  /** CPU a case, in milliseconds. */
  cpu: Usage;
}

/** Cases a second, and what each costs, with one, two and four workers; there and back, as the machine has other work. */
export async function measureWorkers(cases: number): Promise<Burst[]> {
  const cluster = await startGrowingCluster({
    cases: cases * COUNTS.length + WARM_UP,
    syncIntervalMs: WAIT_MS,
  });
  let completed = await runBurst(cluster, WARM_UP, 0);
  const bursts: Burst[] = [];
  for (const count of COUNTS) {
    const workers = await keepWorkers(cluster, count);
    const before = readUsage(cluster, workers);
    const begunAt = performance.now();
    completed = await runBurst(cluster, cases, completed);
    const seconds = (performance.now() - begunAt) / 1_000;
    const cpu = usageSince(before, readUsage(cluster, workers), cases);
    bursts.push({ workers: count, casesPerSecond: Number((cases / seconds).toFixed(1)), cpu });
    progress(JSON.stringify(bursts.at(-1)));
  }
  await cluster.stop();
  return bursts;
}

async function runBurst(cluster: GrowingCluster, count: number, completed: number): Promise<number> {
  await cluster.startCases(count);
  await untilCounted(cluster, COMPLETED, completed + count, PATIENCE_MS);
  return completed + count;
}

/** So many workers and no more; the first two are there from the start. */
async function keepWorkers({ stage }: GrowingCluster, count: number): Promise<string[]> {
  const names = Array.from({ length: Math.max(...COUNTS) }, (_, index) => `worker-${index + 1}`);
  for (const [index, name] of names.entries())
    if (index >= count) await stage.kill(name);
    else if (!stage.runs(name)) await stage.launchWorker(name);
  return names.slice(0, count);
}
