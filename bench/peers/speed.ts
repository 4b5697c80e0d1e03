import { setTimeout as pause } from 'node:timers/promises';
import type { Peer } from './peer.ts';
import { makeJobs, makeProgramme } from './programme.ts';
import { Stage } from './stage.ts';

const WAIT_MS = 2_000;
const HERD_WAIT_MS = 20_000;
const SLEEP_MS = 30 * 60_000;
const LONG_MS = 15 * 60_000;
const SETTLE_MS = 5_000;

export interface Sizes {
  alone: number;
  burst: number;
  sleepers: number;
  herd: number;
}

export interface Speed {
  /** From the order to the mail, without the two waits; one case after the other. */
  overheadMs: { median: number; longest: number };
  burst: { casesPerSecond: number; workerCpuMs: number; engineCpuMs: number };
  sleepers: { workerMb: number; engineMb: number };
  /** From the start of the worker to the last Storno, of cases that were all due while there was none. */
  herdSeconds: number;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

export async function measureSpeed(name: string, peer: Peer, sizes: Sizes): Promise<Speed> {
  return {
    ...(await measureCases(name, peer, sizes)),
    herdSeconds: await measureHerd(name, peer, sizes.herd),
    sleepers: await measureSleepers(name, peer, sizes.sleepers),
  };
}

async function measureCases(name: string, peer: Peer, { alone, burst }: Sizes) {
  const isCron = name === 'cron';
  const warm = 2;
  const programme = makeProgramme(warm + alone + burst);
  const stage = await Stage.start(name, peer, { waitMs: WAIT_MS, programme });
  try {
    const next = makeJobs(WAIT_MS);
    const placeOne = async () => {
      const job = next();
      const placedAt = Date.now();
      await stage.orders.place(job);
      return async () => {
        await stage.until(async () => (await stage.mails(job.eventNumber)).length > 0, LONG_MS, 20);
        const [mail] = await stage.mails(job.eventNumber);
        return Date.parse(mail?.receivedAt ?? '') - placedAt - 2 * WAIT_MS;
      };
    };
    // The first ones pay for what is only loaded once.
    const first = await Promise.all(Array.from({ length: warm }, placeOne));
    await Promise.all(first.map((end) => end()));
    const overheads: number[] = [];
    if (isCron) {
      // Each takes minutes, and they do not disturb each other: spread over a minute, as orders come.
      const ends = [];
      for (let count = 0; count < alone; count += 1) {
        ends.push(await placeOne());
        await pause(60_000 / alone);
      }
      overheads.push(...(await Promise.all(ends.map((end) => end()))));
    } else for (let count = 0; count < alone; count += 1) overheads.push(await (await placeOne())());

    const done = (await stage.mails()).length;
    const before = stage.usage();
    const beganAt = Date.now();
    await Promise.all(Array.from({ length: burst }, () => stage.orders.place(next())));
    await stage.until(async () => (await stage.mails()).length >= done + burst, LONG_MS, 100);
    const after = stage.usage();
    const lastAt = Math.max(...(await stage.mails()).map(({ receivedAt }) => Date.parse(receivedAt)));
    const per = (part: 'worker' | 'engine') => Math.round((after[part].cpuMs - before[part].cpuMs) / burst);
    return {
      overheadMs: { median: Math.round(median(overheads)), longest: Math.round(Math.max(...overheads)) },
      burst: {
        casesPerSecond: Number((burst / ((lastAt - beganAt - 2 * WAIT_MS) / 1_000)).toPrecision(2)),
        workerCpuMs: per('worker'),
        engineCpuMs: per('engine'),
      },
    };
  } finally {
    await stage.stop();
  }
}

async function measureSleepers(name: string, peer: Peer, count: number): Promise<Speed['sleepers']> {
  const stage = await asleep(name, peer, count, SLEEP_MS);
  try {
    const { worker, engine } = stage.usage();
    return { workerMb: worker.memoryMb, engineMb: engine.memoryMb };
  } finally {
    await stage.stop();
  }
}

async function measureHerd(name: string, peer: Peer, count: number): Promise<number> {
  // Long enough to start all of them, and for cron to see them within a minute.
  const waitMs = HERD_WAIT_MS + count * 250 + (name === 'cron' ? 60_000 : 0);
  const stage = await asleep(name, peer, count, waitMs);
  try {
    await stage.endWorker();
    const marked = (await stage.log()).filter(({ operation }) => operation === 'save-announcement');
    const dueAt = Math.max(...marked.map(({ at }) => Date.parse(at))) + waitMs + 1_000;
    await stage.until(() => Date.now() > dueAt, waitMs + LONG_MS, 200);
    const stornos = async () => (await stage.log()).filter(({ operation }) => operation === 'set-storno');
    if ((await stornos()).length > 0) throw new Error('a case went on although there was no worker');
    const startedAt = Date.now();
    await stage.startWorker();
    await stage.until(async () => (await stornos()).length >= count, LONG_MS, 200);
    const lastAt = Math.max(...(await stornos()).map(({ at }) => Date.parse(at)));
    return Number(((lastAt - startedAt) / 1_000).toFixed(1));
  } finally {
    await stage.stop();
  }
}

/** So many cases that are in their first wait. */
async function asleep(name: string, peer: Peer, count: number, waitMs: number): Promise<Stage> {
  const stage = await Stage.start(name, peer, { waitMs, programme: makeProgramme(count) });
  const next = makeJobs(waitMs);
  for (let placed = 0; placed < count; placed += 50)
    await Promise.all(Array.from({ length: Math.min(50, count - placed) }, () => stage.orders.place(next())));
  const marked = async () =>
    (await stage.log()).filter(
      ({ operation, outcome }) => operation === 'save-announcement' && outcome === 'ok',
    );
  await stage.until(async () => (await marked()).length >= count, LONG_MS, 200);
  // What Jet has done, the peer still has to note: killed before it has, it would do that step again and wait anew.
  await pause(SETTLE_MS);
  return stage;
}
