import { setTimeout as pause } from 'node:timers/promises';
import { entriesOf, has, judge, WRITES, type Fates } from './fate.ts';
import type { Peer } from './peer.ts';
import { makeJobs, makeProgramme } from './programme.ts';
import { Stage } from './stage.ts';

const WAIT_MS = 6_000;
/** What has not gone on by then stands still, as far as a clerk in the evening is concerned. */
const PATIENCE_MS = 150_000;
const OUTAGE_MS = 10_000;
const RESTART_MS = 250;

const READS = ['read-event', 'read-channel', 'read-right'] as const;

/** A second mail comes with the next attempt, for which some wait a minute. */
const NEXT_ATTEMPT_MS = 70_000;
const A_MOMENT_MS = 3_000;

/** Each is one trouble that befalls one case; the first ones at the points of the chaos suite. */
const TROUBLES: Record<string, (stage: Stage, eventNumber: string) => Promise<void>> = {
  ...Object.fromEntries(
    WRITES.slice(0, 2).map((operation) => [
      `killed before ${operation}`,
      async (stage: Stage, eventNumber: string) => {
        await stage.arm([{ operation, kind: 'hang', eventNumber, count: 1 }]);
        await stage.until(
          async () => (await entriesOf(stage, operation, eventNumber)).length > 0,
          PATIENCE_MS,
          20,
        );
        await kill(stage);
      },
    ]),
  ),
  ...Object.fromEntries(
    WRITES.map((operation) => [
      `killed after ${operation}, before it knew`,
      async (stage: Stage, eventNumber: string) => {
        await stage.arm([{ operation, kind: 'commit-then-hang', eventNumber, count: 1 }]);
        await stage.until(() => has(stage, operation, eventNumber), PATIENCE_MS, 20);
        await kill(stage);
      },
    ]),
  ),
  'killed after the mail was taken, the answer lost': async (stage, eventNumber) => {
    await stage.loseMail('keep-after-data', eventNumber);
    await stage.until(async () => (await stage.mails(eventNumber)).length > 0, PATIENCE_MS, 10);
    await kill(stage);
  },
  'killed in the wait': async (stage, eventNumber) => {
    await stage.until(() => has(stage, 'save-announcement', eventNumber), PATIENCE_MS);
    await pause(WAIT_MS / 3);
    await kill(stage);
  },
  'power cut in the wait': async (stage, eventNumber) => {
    await stage.until(() => has(stage, 'save-announcement', eventNumber), PATIENCE_MS);
    await pause(WAIT_MS / 3);
    await stage.cutPower();
  },
  'Storno written, the answer lost': async (stage, eventNumber) => {
    await stage.arm([{ operation: 'set-storno', kind: 'commit-then-reset', eventNumber, count: 1 }]);
  },
  'the mail taken, the answer lost': (stage, eventNumber) => stage.loseMail('keep-after-data', eventNumber),
  'Jet away for 10 s, from the first wait on': async (stage, eventNumber) => {
    await stage.until(() => has(stage, 'save-announcement', eventNumber), PATIENCE_MS);
    await stage.arm([...WRITES, ...READS].map((operation) => ({ operation, kind: 'maintenance' })));
    await pause(WAIT_MS + OUTAGE_MS);
    await stage.disarm();
  },
};

/**
 * What is measured here is no time, so cron may come more often than it can. Each trouble on a stage of its own, because a worker that
 * was killed leaves its locks behind.
 */
export async function tryTroubles(name: string, peer: Peer, rows: RegExp, fates: Fates): Promise<void> {
  process.env.CRON_EVERY_MS = '5000';
  for (const [title, befall] of Object.entries(TROUBLES)) {
    if (!rows.test(title)) continue;
    const stage = await Stage.start(name, peer, { waitMs: WAIT_MS, programme: makeProgramme(1) });
    try {
      const job = makeJobs(WAIT_MS)();
      const placed = { ...job, placedAt: Date.now() };
      await stage.orders.place(job);
      await befall(stage, job.eventNumber);
      const laterMs = title.includes('the mail') ? NEXT_ATTEMPT_MS : A_MOMENT_MS;
      fates[title] = await judge(stage, placed, { patienceMs: PATIENCE_MS, laterMs });
    } finally {
      await stage.stop();
    }
  }
}

async function kill(stage: Stage): Promise<void> {
  await stage.killWorker();
  await pause(RESTART_MS);
  await stage.startWorker();
}
