import { setTimeout as pause } from 'node:timers/promises';
import type { Peer } from './peer.ts';
import { attentionOf } from './peers/absage.ts';
import { makeJobs, makeProgramme } from './programme.ts';
import { Stage } from './stage.ts';

const WAIT_MS = 6_000;
/** What has not gone on by then stands still, as far as a clerk in the evening is concerned. */
const PATIENCE_MS = 150_000;
const OUTAGE_MS = 10_000;
const RESTART_MS = 250;

const WRITES = ['save-announcement', 'set-storno', 'grant-right'] as const;
const READS = ['read-event', 'read-channel', 'read-right'] as const;

/** What happened to one case. */
export interface Fate {
  /** What was done more than once; empty: nothing. */
  twice: string[];
  isEarly: boolean;
  /** `asks`: it stands still and has said so to a person. `stuck`: it stands still and nobody knows. */
  end: 'done' | 'asks' | 'stuck';
  seconds: number;
}

/** A second mail comes with the next attempt, for which some wait a minute. */
const NEXT_ATTEMPT_MS = 70_000;
const A_MOMENT_MS = 3_000;

/** Each is one trouble that befalls one case. */
const TROUBLES: Record<string, (stage: Stage, eventNumber: string) => Promise<void>> = {
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
  'killed after the mail was taken, before it knew': async (stage, eventNumber) => {
    await stage.loseAnswerToMail(eventNumber);
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
  'the mail taken, the answer lost': (stage, eventNumber) => stage.loseAnswerToMail(eventNumber),
  'Jet away for 10 s, from the first wait on': async (stage, eventNumber) => {
    await stage.until(() => has(stage, 'save-announcement', eventNumber), PATIENCE_MS);
    await stage.arm([...WRITES, ...READS].map((operation) => ({ operation, kind: 'maintenance' })));
    await pause(WAIT_MS + OUTAGE_MS);
    await stage.disarm();
  },
};

export type Fates = Record<string, Fate>;

/** What is measured here is no time, so cron may come more often than it can. Each trouble on a stage of its own, because a worker that was killed leaves its locks behind. */
export async function tryTroubles(name: string, peer: Peer): Promise<Fates> {
  process.env.CRON_EVERY_MS = '5000';
  const fates: Fates = {};
  for (const [title, befall] of Object.entries(TROUBLES)) {
    const stage = await Stage.start(name, peer, { waitMs: WAIT_MS, programme: makeProgramme(1) });
    try {
      const job = makeJobs(WAIT_MS)();
      const placedAt = Date.now();
      await stage.orders.place(job);
      await befall(stage, job.eventNumber);
      const laterMs = title.includes('the mail') ? NEXT_ATTEMPT_MS : A_MOMENT_MS;
      fates[title] = await judge(stage, job.eventNumber, placedAt, laterMs);
    } finally {
      await stage.stop();
    }
  }
  return fates;
}

async function kill(stage: Stage): Promise<void> {
  await stage.killWorker();
  await pause(RESTART_MS);
  await stage.startWorker();
}

async function entriesOf(stage: Stage, operation: string, eventNumber: string) {
  const log = await stage.log();
  // What was refused, or never reached Jet, was not done.
  const isDone = (outcome: string) => outcome === 'ok' || outcome.startsWith('commit-then');
  return log.filter(
    (entry) => entry.operation === operation && entry.eventNumber === eventNumber && isDone(entry.outcome),
  );
}
const has = async (stage: Stage, operation: string, eventNumber: string) =>
  (await entriesOf(stage, operation, eventNumber)).length > 0;

/** By what Jet and the mail server saw. */
async function judge(stage: Stage, eventNumber: string, placedAt: number, laterMs: number): Promise<Fate> {
  const isAbsage = stage.peer.engine === 'absage';
  const mails = () => stage.mails(eventNumber);
  const asks = async () => isAbsage && (await attentionOf(eventNumber).catch(() => null)) === 'mail-in-doubt';
  const isOver = async () => {
    if (await asks()) return true;
    // One mail may have been taken before the trouble; a second one shows that it went on.
    const [rights, sent] = [await has(stage, 'grant-right', eventNumber), await mails()];
    return rights && sent.length > 0;
  };
  const isStuck = await stage.until(isOver, PATIENCE_MS, 100).then(
    () => false,
    () => true,
  );
  const seconds = Math.round((Date.now() - placedAt) / 1_000);
  // What a worker that was started again does about a mail that was under way, it does a moment later.
  if (!isStuck) await stage.until(async () => (await mails()).length > 1, laterMs, 200).catch(() => {});
  const end = (await asks()) ? 'asks' : isStuck ? 'stuck' : 'done';
  const twice: string[] = [];
  for (const operation of WRITES)
    if ((await entriesOf(stage, operation, eventNumber)).length > 1) twice.push(operation);
  if ((await mails()).length > 1) twice.push('mail');
  const at = async (operation: string) =>
    (await entriesOf(stage, operation, eventNumber)).map((entry) => Date.parse(entry.at));
  const waitedMs = Math.min(...(await at('set-storno'))) - Math.min(...(await at('save-announcement')));
  return { twice, isEarly: waitedMs < WAIT_MS, end, seconds };
}
