import { PgBoss } from 'pg-boss';
import { CONCURRENCY, POSTGRES, type Peer } from '../peer.ts';
import * as step from '../procedure.ts';

type Name = 'mark' | 'storno' | 'verify' | 'grant' | 'mail';

/** What each step does, and which one follows. */
const STEPS: Record<Name, { do(job: step.Job): Promise<void>; next?: Name; waits?: true }> = {
  mark: { do: step.markTitles, next: 'storno', waits: true },
  storno: { do: step.setStatusStorno, next: 'verify', waits: true },
  verify: { do: step.verifyChannel, next: 'grant' },
  grant: { do: step.grantExtendedRight, next: 'mail' },
  mail: { do: step.writeToPartner },
};
/** Each case goes through a queue only once. A dead worker's job is seen by its missing sign of life, the shortest that is allowed. */
const QUEUE = { policy: 'standard', retryLimit: 1_000, retryDelay: 1, heartbeatSeconds: 10 } as const;

async function open(): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString: POSTGRES(), superviseIntervalSeconds: 5 });
  boss.on('error', (error) => console.error(error.message));
  await boss.start();
  for (const name of Object.keys(STEPS)) await boss.createQueue(name, QUEUE);
  return boss;
}

async function send(boss: PgBoss, name: Name, job: step.Job, waitMs = 0): Promise<void> {
  await boss.send(name, job, {
    singletonKey: job.caseId,
    ...(waitMs > 0 && { startAfter: new Date(Date.now() + waitMs) }),
  });
}

export const pgBoss: Peer = {
  title: 'pg-boss 12.38 on PostgreSQL',
  engine: 'postgres',
  note: 'It looks for jobs each half second at most, and for dead workers by a sign of life of 10 s at least.',
  async work() {
    const boss = await open();
    for (const [name, { do: carryOut, next, waits }] of Object.entries(STEPS))
      await boss.work<step.Job>(
        name,
        { pollingIntervalSeconds: 0.5, localConcurrency: CONCURRENCY / 5 },
        async ([job]) => {
          if (!job) return;
          await carryOut(job.data);
          if (next) await send(boss, next, job.data, waits ? job.data.waitMs : 0);
        },
      );
  },
  async orders() {
    const boss = await open();
    return { place: (job) => send(boss, 'mark', job), close: () => boss.stop({ graceful: false }) };
  },
};
