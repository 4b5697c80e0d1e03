import { DelayedError, Queue, Worker, type Job as Bull } from 'bullmq';
import { CONCURRENCY, REDIS_PORT, type Peer } from '../peer.ts';
import * as step from '../procedure.ts';

const QUEUE = 'cancellations';
const ATTEMPTS = { attempts: 1_000, backoff: { type: 'fixed', delay: 1_000 }, removeOnComplete: true };
const connection = () => ({ host: '127.0.0.1', port: REDIS_PORT() });

type Data = step.Job & { step: 'mark' | 'storno' | 'verify' | 'grant' | 'mail' };

/** The pattern "process step jobs" of its guide: the step is in the job's data, and a wait delays the job. */
async function carryOn(job: Bull<Data>, token?: string): Promise<void> {
  const goOn = (next: Data['step']) => job.updateData({ ...job.data, step: next });
  const waitUntil = async (next: Data['step']) => {
    await goOn(next);
    await job.moveToDelayed(Date.now() + job.data.waitMs, token);
    throw new DelayedError();
  };
  const isAt = (name: Data['step']) => job.data.step === name;
  if (isAt('mark')) {
    await step.markTitles(job.data);
    return waitUntil('storno');
  }
  if (isAt('storno')) {
    await step.setStatusStorno(job.data);
    return waitUntil('verify');
  }
  if (isAt('verify')) {
    await step.verifyChannel(job.data);
    await goOn('grant');
  }
  if (isAt('grant')) {
    await step.grantExtendedRight(job.data);
    await goOn('mail');
  }
  await step.writeToPartner(job.data);
}

export const bullmq: Peer = {
  title: 'BullMQ 6.7 on Redis',
  engine: 'redis',
  note: 'A job of a dead worker is taken up after its lock of 30 s has ended and the next look at stalled jobs, at most 30 s later.',
  async work() {
    const worker = new Worker<Data>(QUEUE, carryOn, { connection: connection(), concurrency: CONCURRENCY });
    worker.on('error', (error) => console.error(error.message));
    await worker.waitUntilReady();
  },
  async orders() {
    const queue = new Queue(QUEUE, { connection: connection() });
    return {
      async place(job) {
        await queue.add('cancel', { ...job, step: 'mark' }, { ...ATTEMPTS, jobId: job.caseId });
      },
      close: () => queue.close(),
    };
  },
};
