import { makeWorkerUtils, run, type TaskList } from 'graphile-worker';
import { CONCURRENCY, POSTGRES, type Peer } from '../peer.ts';
import * as step from '../procedure.ts';

const ATTEMPTS = { maxAttempts: 25 };

/** A task for each step, which adds the next one; a wait is the time from which that one may run. */
const tasks: TaskList = {
  mark: async (payload, { addJob }) => {
    const job = payload as step.Job;
    await step.markTitles(job);
    await addJob('storno', job, { ...keyOf(job, 'storno'), runAt: new Date(Date.now() + job.waitMs) });
  },
  storno: async (payload, { addJob }) => {
    const job = payload as step.Job;
    await step.setStatusStorno(job);
    await addJob('verify', job, { ...keyOf(job, 'verify'), runAt: new Date(Date.now() + job.waitMs) });
  },
  verify: async (payload, { addJob }) => {
    const job = payload as step.Job;
    // Its pauses between attempts grow with e; a poll is therefore a job of its own.
    if (!(await step.channelShowsStorno(job)))
      return void (await addJob('verify', job, { ...ATTEMPTS, runAt: new Date(Date.now() + 1_000) }));
    await addJob('grant', job, keyOf(job, 'grant'));
  },
  grant: async (payload, { addJob }) => {
    const job = payload as step.Job;
    await step.grantExtendedRight(job);
    await addJob('mail', job, keyOf(job, 'mail'));
  },
  mail: (payload) => step.writeToPartner(payload as step.Job),
};

/** A task that is repeated adds the next one only once. */
const keyOf = ({ caseId }: step.Job, name: string) => ({
  ...ATTEMPTS,
  jobKey: `${caseId}/${name}`,
  jobKeyMode: 'preserve_run_at' as const,
});

export const graphileWorker: Peer = {
  title: 'graphile-worker 0.18 on PostgreSQL',
  engine: 'postgres',
  note: 'A job of a dead worker stays locked for four hours, unless somebody who knows that it is dead calls forceUnlockWorkers.',
  async work() {
    await run({
      connectionString: POSTGRES(),
      concurrency: CONCURRENCY,
      maxPoolSize: CONCURRENCY,
      pollInterval: 1_000,
      taskList: tasks,
    });
  },
  async orders() {
    const utils = await makeWorkerUtils({ connectionString: POSTGRES() });
    await utils.migrate();
    return {
      async place(job) {
        await utils.addJob('mark', job, keyOf(job, 'mark'));
      },
      close: async () => utils.release(),
    };
  },
};
