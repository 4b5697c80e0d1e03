import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';
import { POSTGRES, type Peer } from '../peer.ts';
import * as step from '../procedure.ts';

const NAME = 'cancelPerformance';
const QUEUE = 'cancellations';
const APPLICATION = 'peers';
const RETRIED = { retriesAllowed: true, intervalSeconds: 1, backoffRate: 1, maxAttempts: 1_000 };

DBOS.registerWorkflow(
  async (job: step.Job) => {
    const durably = (name: string, work: (job: step.Job) => Promise<void>) =>
      DBOS.runStep(() => work(job), { name, ...RETRIED });
    await durably('markTitles', step.markTitles);
    await DBOS.sleep(job.waitMs);
    await durably('setStatusStorno', step.setStatusStorno);
    await DBOS.sleep(job.waitMs);
    await durably('verifyChannel', step.verifyChannel);
    await durably('grantExtendedRight', step.grantExtendedRight);
    await durably('writeToPartner', step.writeToPartner);
  },
  { name: NAME },
);

export const dbos: Peer = {
  title: 'DBOS 5.3 on PostgreSQL',
  engine: 'postgres',
  note: 'A process takes up its own cases when it starts again; those of another one that does not come back need its paid conductor, or a command.',
  async work() {
    DBOS.setConfig({
      name: APPLICATION,
      systemDatabaseUrl: POSTGRES(),
      logLevel: 'error',
      runAdminServer: false,
    });
    await DBOS.launch();
    // A case keeps its place in the queue while it waits, so the queue has to take all of them.
    await DBOS.registerQueue(QUEUE, { workerConcurrency: 100_000, minPollingIntervalMs: 100 });
  },
  async orders() {
    const client = await DBOSClient.create({ systemDatabaseUrl: POSTGRES(), applicationName: APPLICATION });
    return {
      async place(job) {
        await client.enqueue({ workflowName: NAME, queueName: QUEUE, workflowID: job.caseId }, job);
      },
      close: () => client.destroy(),
    };
  },
};
