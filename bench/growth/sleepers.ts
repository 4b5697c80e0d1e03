import { setTimeout as sleep } from 'node:timers/promises';
import { memoryMb } from '../process-usage';
import { progress } from '../progress';
import { summarise } from '../statistics';
import { ASLEEP, untilAllAwake, untilCounted } from './counting';
import { QUICK, readUsage, startGrowingCluster, usageSince, type GrowingCluster } from './growing-cluster';

const PATIENCE_MS = 60 * 60_000;
const SETTLE_MS = 10_000;
const IDLE_MS = 20_000;
const WORKERS = ['worker-1', 'worker-2'];

/**
 * Many sleeping cases over two workers: what they take, and whether all of them wake up. `waitMs`: longer than it takes to start
 * all of them, so that all sleep at the same time.
 */
export async function measureSleepers(sleepers: number, waitMs: number) {
  const cluster = await startGrowingCluster({ cases: sleepers, syncIntervalMs: waitMs });
  const memory = () => WORKERS.map((name) => Math.round(memoryMb(cluster.stage.child(name)).now));
  const idle = memory();
  const usageBefore = readUsage(cluster, WORKERS);
  const startSeconds = await begin(cluster, sleepers);
  await untilCounted(cluster, ASLEEP, sleepers, PATIENCE_MS);
  const cpuToStart = usageSince(usageBefore, readUsage(cluster, WORKERS), sleepers);
  progress(`sleepers: ${sleepers} cases wait`);
  await sleep(SETTLE_MS);
  const asleep = { memory: memory(), temporal: memoryOfTemporal(cluster) };
  const idleBefore = readUsage(cluster, WORKERS);
  await sleep(IDLE_MS);
  const idleCpu = usageSince(idleBefore, readUsage(cluster, WORKERS), IDLE_MS / 100);
  const result = { startSeconds, idle, asleep, idleCpuPercent: idleCpu, cpuToStart };
  progress(`sleepers: ${JSON.stringify(result)}`);
  await untilAllAwake(cluster, PATIENCE_MS);
  const lateness = await readLateness(cluster, waitMs);
  await cluster.stop();
  return { ...result, lateness };
}

async function begin(cluster: GrowingCluster, count: number): Promise<number> {
  const begunAt = performance.now();
  await cluster.startCases(count);
  const seconds = Math.round((performance.now() - begunAt) / 1_000);
  progress(`sleepers: ${count} were started in ${seconds} s`);
  return seconds;
}

function memoryOfTemporal({ stage }: GrowingCluster): Record<string, number> {
  const roles = ['frontend', 'history', 'matching', 'worker'];
  return Object.fromEntries(
    roles.map((role) => [role, Math.round(memoryMb(stage.child(`temporal-${role}`)).now)]),
  );
}

/** How long after its wait each case was Storno, by Jet's log; and how many were not, or too early. */
async function readLateness({ stage }: GrowingCluster, waitMs: number) {
  const log = await stage.wholeLog();
  const savedAt = new Map<string | null, number>();
  const late: number[] = [];
  for (const { at, operation, outcome, eventNumber } of log) {
    if (outcome !== 'ok' || eventNumber === QUICK.eventNumber) continue;
    if (operation === 'save-announcement') savedAt.set(eventNumber, Date.parse(at));
    if (operation === 'set-storno')
      late.push((Date.parse(at) - (savedAt.get(eventNumber) ?? Infinity) - waitMs) / 1_000);
  }
  return { early: late.filter((seconds) => !(seconds >= 0)).length, seconds: summarise(late) };
}
