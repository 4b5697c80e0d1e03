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
const MOST = 0.9;
const PATIENCE_MS = 15 * 60_000;

interface Burst {
  workers: number;
  /** Until nine of ten have ended: a mail that is begun too late in such a burst waits for its next try while nothing else is left to do. */
  casesPerSecond: number;
  /** Until the last one has. */
  allSeconds: number;
  /** CPU a case, in milliseconds. */
  cpu: Usage;
}

/** Cases a second, and what each costs, with one, two and four workers; there and back, as the machine has other work. */
export async function measureWorkers(cases: number): Promise<Burst[]> {
  const cluster = await startGrowingCluster({
    cases: cases * COUNTS.length + WARM_UP,
    syncIntervalMs: WAIT_MS,
  });
  await cluster.startCases(WARM_UP);
  await untilCounted(cluster, COMPLETED, WARM_UP, PATIENCE_MS);
  let completed = WARM_UP;
  const bursts: Burst[] = [];
  for (const count of COUNTS) {
    const workers = await keepWorkers(cluster, count);
    const before = readUsage(cluster, workers);
    const begunAt = performance.now();
    const secondsSoFar = () => (performance.now() - begunAt) / 1_000;
    await cluster.startCases(cases);
    const most = Math.ceil(cases * MOST);
    await untilCounted(cluster, COMPLETED, completed + most, PATIENCE_MS);
    const casesPerSecond = Number((most / secondsSoFar()).toFixed(1));
    completed += cases;
    await untilCounted(cluster, COMPLETED, completed, PATIENCE_MS);
    const allSeconds = Math.round(secondsSoFar());
    const cpu = usageSince(before, readUsage(cluster, workers), cases);
    bursts.push({ workers: count, casesPerSecond, allSeconds, cpu });
    progress(JSON.stringify(bursts.at(-1)));
  }
  await cluster.stop();
  return bursts;
}

/** So many workers and no more; the first two are there from the start. */
async function keepWorkers({ stage }: GrowingCluster, count: number): Promise<string[]> {
  const names = Array.from({ length: Math.max(...COUNTS) }, (_, index) => `worker-${index + 1}`);
  for (const [index, name] of names.entries())
    if (index >= count) await stage.kill(name);
    else if (!stage.runs(name)) await stage.launchWorker(name);
  return names.slice(0, count);
}
