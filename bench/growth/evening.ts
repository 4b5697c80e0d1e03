import { setTimeout as sleep } from 'node:timers/promises';
import { countStornoWrites } from '../cases';
import { memoryMb } from '../process-usage';
import { progress } from '../progress';
import { ASLEEP, untilAllAwake, untilCounted } from './counting';
import { startGrowingCluster } from './growing-cluster';
import { fillJournal, readLists } from './lists';

const RATE = 10;
/** Longer than it takes to start all of them. */
const WAIT_MS = 10 * 60_000;
const PATIENCE_MS = 60 * 60_000;
const WORKERS = ['worker-1', 'worker-2'];

/**
 * A season's evening: many cases become due while no worker runs, and then two of them catch up, with ten calls of Jet a
 * second: by Jet's log, how long until the last Storno. While they wait, the lists are read, over a journal of many years.
 */
export async function measureEvening(count: number, ended: number) {
  const cluster = await startGrowingCluster({ cases: count, syncIntervalMs: WAIT_MS });
  const { stage } = cluster;
  await fillJournal(cluster, ended);
  const startedAt = performance.now();
  await cluster.startCases(count);
  await untilCounted(cluster, ASLEEP, count, PATIENCE_MS);
  const startSeconds = Math.round((performance.now() - startedAt) / 1_000);
  progress(`evening: ${count} cases wait after ${startSeconds} s`);
  const memory = WORKERS.map((name) => Math.round(memoryMb(stage.child(name)).now));
  const lists = await readLists(cluster);
  await Promise.all(WORKERS.map((name) => stage.kill(name)));
  const before = (await stage.wholeLog()).length;
  const saves = (await stage.wholeLog()).filter(({ operation }) => operation === 'save-announcement');
  const dueAtMs = Math.max(...saves.map(({ at }) => Date.parse(at))) + WAIT_MS;
  await sleep(Math.max(0, dueAtMs - Date.now()));

  const begunAtMs = Date.now();
  const own = { ABSAGE_JET_RATE: String(RATE) };
  await Promise.all(WORKERS.map((name) => stage.launchWorker(name, own)));
  await untilAllAwake(cluster, PATIENCE_MS);
  const log = await stage.wholeLog();
  const since = log.slice(before).filter(({ actor }) => actor === 'gateway');
  const lastOf = (operation: string) =>
    Math.round(
      (Math.max(...since.filter((entry) => entry.operation === operation).map(({ at }) => Date.parse(at))) -
        begunAtMs) /
        1_000,
    );
  const result = {
    ...{ count, ended, startSeconds, memory, lists },
    rate: RATE,
    lastStornoSeconds: lastOf('set-storno'),
    callsOfJet: since.length,
    writes: countStornoWrites(log, WAIT_MS),
  };
  await cluster.stop();
  return result;
}
