import { makeWorkerUtils, run, type TaskList } from 'graphile-worker';
import pg from 'pg';
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
    // Its pauses between attempts grow with e; a poll is therefore a job of its own, which takes the key of the one at work.
    if (!(await step.channelShowsStorno(job)))
      return void (await addJob('verify', job, {
        ...keyOf(job, 'verify'),
        runAt: new Date(Date.now() + 1_000),
      }));
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

const EXPIRY_MIN = 240;

interface Row {
  task: string;
  locked_by: string | null;
  minutes: number;
}

/** What waits or is locked, by the view that its documentation offers. */
async function jobsOf(caseId = ''): Promise<Row[]> {
  const db = new pg.Client({ connectionString: POSTGRES() });
  await db.connect();
  try {
    const { rows } = await db.query<Row>(
      `select task_identifier as task, locked_by, extract(epoch from now() - locked_at)::float8 / 60 as minutes
        from graphile_worker.jobs where key like $1 || '%'`,
      [caseId],
    );
    return rows;
  } finally {
    await db.end();
  }
}

/**
 * A lock says by which worker, not whether that one lives. Whoever runs one process knows that none of them does when it starts; with
 * several that do not start together, only its paid edition tells.
 */
async function unlockTheDead(): Promise<void> {
  const utils = await makeWorkerUtils({ connectionString: POSTGRES() });
  const dead = (await jobsOf()).flatMap(({ locked_by: worker }) => worker ?? []);
  if (dead.length > 0) await utils.forceUnlockWorkers(dead);
  await utils.release();
}

const orders: Peer['orders'] = async () => {
  const utils = await makeWorkerUtils({ connectionString: POSTGRES() });
  await utils.migrate();
  return {
    async place(job) {
      await utils.addJob('mark', job, keyOf(job, 'mark'));
    },
    close: async () => utils.release(),
  };
};

const work = async () => {
  await run({
    connectionString: POSTGRES(),
    concurrency: CONCURRENCY,
    maxPoolSize: CONCURRENCY,
    pollInterval: 1_000,
    taskList: tasks,
  });
};

async function standing({ caseId }: step.Job): Promise<string> {
  const [job] = await jobsOf(caseId);
  if (!job?.locked_by) return `at ${job?.task}`;
  return `at ${job.task}, locked by a dead worker for ${Math.round(EXPIRY_MIN - job.minutes)} min more`;
}

export const graphileWorker: Peer = {
  title: 'graphile-worker 0.18 on PostgreSQL, unlocking as it starts',
  engine: 'postgres',
  note: 'It calls forceUnlockWorkers for all that hold a lock when it starts, which is safe with one process only.',
  async work() {
    await unlockTheDead();
    await work();
  },
  orders,
  standing,
};

export const graphileAsItComes: Peer = {
  title: 'graphile-worker 0.18 as it comes',
  engine: 'postgres',
  note: 'A job of a dead worker stays locked for four hours, and nothing says so; in its table it looks like one that is at work.',
  work,
  orders,
  standing,
  isForKillsOnly: true,
};
