import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { TemporalDevServer } from '../../src/up/temporal-dev-server';
import { JET_TASK_QUEUE, TASK_QUEUE } from '../../src/workflows/messages';
import { startTemporal } from '../support/temporal-server';
import { workflowCode } from '../support/workflow-bundle';

/** Long before the 4,096 events that the run of a series may have. */
const MOST_EVENTS = 2_600;
const SURVEYS = 300;
/** Longer than from one survey to the next, so that the mail to the one house is always under way when that to the other ends. */
const MAIL_MS = 120;

let server: TemporalDevServer;
let connection: Connection;
let native: NativeConnection;

beforeAll(async () => {
  server = await startTemporal();
  connection = await Connection.connect({ address: server.address });
  native = await NativeConnection.connect({ address: server.address });
});
afterAll(async () => {
  await connection.close();
  await native.close();
  await server.stop();
});

it('a series to whose houses mails are always under way goes on anew, and never in the middle of one', async () => {
  let surveys = 0;
  const mails = { begun: 0, ended: 0 };
  const activities = {
    beginSeries: () => Promise.resolve({ isPlanWanted: false, caseIds: [] }),
    notePlan: () => Promise.resolve({ isAsWanted: true }),
    tellHouses: () => Promise.resolve(),
    surveySeries: () => {
      surveys += 1;
      const notices = ['FSP', 'LTN'].map((house) => ({ house, items: [], lookHoldsMs: null }));
      return Promise.resolve({ begin: [], abort: [], notices, isOver: surveys > SURVEYS, lookAgainMs: 5 });
    },
    sendSeriesNotice: async () => {
      mails.begun += 1;
      await pause(MAIL_MS);
      mails.ended += 1;
    },
    endSeries: () => Promise.resolve({ end: 'completed' }),
  };
  const common = { connection: native, namespace: 'default' };
  const worker = await Worker.create({
    ...{ ...common, taskQueue: TASK_QUEUE, activities, workflowBundle: await workflowCode() },
  });
  const jet = await Worker.create({ ...common, taskQueue: JET_TASK_QUEUE, activities });
  const client = new Client({ connection });
  const workflowId = 'cancel-series/long';
  await worker.runUntil(() =>
    jet.runUntil(() =>
      client.workflow.execute('cancelSeries', {
        workflowId,
        taskQueue: TASK_QUEUE,
        args: [{ seriesId: 'long', seals: {} }],
      }),
    ),
  );
  const lengths: number[] = [];
  for await (const { historyLength } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
    lengths.push(historyLength ?? Infinity);
  expect(lengths.length).toBeGreaterThan(1);
  expect(Math.max(...lengths)).toBeLessThan(MOST_EVENTS);
  expect(mails.begun).toBeGreaterThan(20);
  expect(mails.ended).toBe(mails.begun);
});
