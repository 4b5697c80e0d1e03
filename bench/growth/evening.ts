import { setTimeout as sleep } from 'node:timers/promises';
import { countStornosOverTime, countStornoWrites } from '../cases';
import { memoryMb } from '../process-usage';
import { progress } from '../progress';
import { ASLEEP, untilAllAwake, untilCounted } from './counting';
import { QUICK, startGrowingCluster } from './growing-cluster';
import { fillJournal, readLists } from './lists';

const RATE = 10;
const PATIENCE_MS = 60 * 60_000;
const WORKERS = ['worker-1', 'worker-2'];

export interface EveningOptions {
  count: number;
  /** So many cases of earlier years are in the journal before. */
  ended: number;
  /** The wait of each: longer than it takes to start all of them. */
  waitMs: number;
}

/**
 * A season's evening: many cases become due while no worker runs, and then two of them catch up, with ten calls of Jet a
 * second: by Jet's log, how long until the last Storno. While they wait, the lists are read, over a journal of many years.
 */
export async function measureEvening({ count, ended, waitMs }: EveningOptions) {
  const cluster = await startGrowingCluster({ cases: count, syncIntervalMs: waitMs });
  const { stage } = cluster;
  if (ended > 0) await fillJournal(cluster, ended);
  const startedAt = performance.now();
  await cluster.startCases(count);
  await untilCounted(cluster, ASLEEP, count, PATIENCE_MS);
  const startSeconds = Math.round((performance.now() - startedAt) / 1_000);
  progress(`evening: ${count} cases wait after ${startSeconds} s`);
  const memory = WORKERS.map((name) => Math.round(memoryMb(stage.child(name)).now));
  const lists = ended > 0 ? await readLists(cluster) : null;
  await Promise.all(WORKERS.map((name) => stage.kill(name)));
  const before = (await stage.wholeLog()).length;
  const saves = (await stage.wholeLog()).filter(({ operation }) => operation === 'save-announcement');
  const dueAtMs = Math.max(...saves.map(({ at }) => Date.parse(at))) + waitMs;
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
    stornosByTenSeconds: countStornosOverTime(since, begunAtMs),
    callsOfJet: since.length,
    // The case that the journal was filled from has a wait of its own.
    writes: countStornoWrites(
      log.filter(({ eventNumber }) => eventNumber !== QUICK.eventNumber),
      waitMs,
    ),
  };
  await cluster.stop();
  return result;
}
