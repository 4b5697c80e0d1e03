import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry } from '../../src/simulator/operation-log';
import { countStornoWrites, makeCases, type StornoWrites } from '../cases';
import { startCancellations, untilAsleep } from '../contenders';
import type { PartResult } from '../figures';
import type { Options } from '../options';
import { progress } from '../progress';
import { endProcess, startStack, type Stack } from '../stack';

const POLL_MS = 250;
const DEADLINE_MS = 15 * 60_000;
const SECOND_MS = 1_000;
const LIMIT = 10;
const WINDOW_S = 10;
/** Temporal saves up the starts of one second, and an activity that starts in one second may write in the next. */
const SLACK_S = 2;

/**
 * Measures many cases that are due in the same second, as after a night without a worker: how long it takes until all
 * are Storno, with no limit and with a limit that spares Jet, and whether that limit holds.
 */
export async function measureHerd(options: Options): Promise<PartResult> {
  const free = await letLoose(options, null);
  const limited = await letLoose(options, LIMIT);
  const name = `${options.herd} cases due at once`;
  return {
    figures: [
      { name: `${name}: until all are Storno`, unit: 's', value: free.drainMs / SECOND_MS },
      {
        name: `${name}, ${LIMIT} activities/s for Jet: until all are Storno`,
        unit: 's',
        value: limited.drainMs / SECOND_MS,
      },
      {
        name: `${name}, ${LIMIT} activities/s: Stornos in the busiest ${WINDOW_S} s`,
        unit: '',
        value: mostWithin(WINDOW_S * SECOND_MS, limited.log),
        target: { atMost: LIMIT * (WINDOW_S + SLACK_S) },
      },
      {
        name: `${name}, ${LIMIT} activities/s: Stornos in the busiest second`,
        unit: '',
        value: mostWithin(SECOND_MS, limited.log),
      },
    ],
    details: { free: free.drainMs, limited: limited.drainMs },
    stornoWrites: {
      all: free.stornoWrites.all + limited.stornoWrites.all,
      early: free.stornoWrites.early + limited.stornoWrites.early,
    },
  };
}

interface Drained {
  drainMs: number;
  log: LogEntry[];
  stornoWrites: StornoWrites;
}

async function letLoose(
  { dist, jetConcurrency, herd, herdWaitMs }: Options,
  jetRate: number | null,
): Promise<Drained> {
  const cases = makeCases(herd, herdWaitMs);
  const stack = await startStack({
    dist,
    jetConcurrency,
    syncIntervalMs: herdWaitMs,
    programme: cases.programme,
  });
  const worker = await stack.startWorker();
  await startCancellations(stack, cases, herd);
  const lastSaveMs = await untilAllWait(stack, herd);
  await endProcess(worker, 'SIGKILL');
  // No worker runs until the wait of the last case is over.
  await sleep(Math.max(0, lastSaveMs + herdWaitMs - Date.now()));

  await stack.startWorker(jetRate === null ? {} : { ABSAGE_JET_RATE: String(jetRate) });
  const begunAtMs = Date.now();
  const log = await untilLogged(stack, herd, isStorno);
  const stornos = log.filter(isStorno).map(({ at }) => Date.parse(at));
  const drainMs = Math.max(...stornos) - begunAtMs;
  progress(`herd: ${herd} cases, ${jetRate ?? 'no'} limit, ${(drainMs / SECOND_MS).toFixed(1)} s`);
  await stack.stop();
  return { drainMs, log, stornoWrites: countStornoWrites(log, herdWaitMs) };
}

function isStorno({ operation, outcome }: LogEntry): boolean {
  return operation === 'set-storno' && outcome === 'ok';
}

/** The time of the newest save, once all cases wait: a case that saved and did not wait yet would begin anew. */
async function untilAllWait(stack: Stack, count: number): Promise<number> {
  await untilAsleep(stack, count);
  const isSave = ({ operation, outcome }: LogEntry) => operation === 'save-announcement' && outcome === 'ok';
  return Math.max(...(await stack.readLog()).filter(isSave).map(({ at }) => Date.parse(at)));
}

async function untilLogged(
  stack: Stack,
  count: number,
  isWanted: (entry: LogEntry) => boolean,
): Promise<LogEntry[]> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const log = await stack.readLog();
    const seen = log.filter(isWanted).length;
    if (seen >= count) return log;
    if (Date.now() > deadline) throw new Error(`only ${seen} of ${count} cases came so far`);
    await sleep(POLL_MS);
  }
}

/** The most Stornos within this time. Storno is one of several activities, so the limit for all bounds their number. */
function mostWithin(spanMs: number, log: readonly LogEntry[]): number {
  const times = log.filter(isStorno).map(({ at }) => Date.parse(at));
  return Math.max(...times.map((begin) => times.filter((at) => at >= begin && at < begin + spanMs).length));
}
