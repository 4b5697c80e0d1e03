import { anInput } from '../../support/examples';
import { loadSources } from '../sources';
import {
  activityCompletedJob,
  initializeJob,
  updateJob,
  type SandboxedRun,
  type WorkflowSandbox,
} from './workflow-sandbox';

/*
 * The simulation drives workflows through the inside of Temporal's library, which no version promises to keep. If these
 * tests fail after an update of @temporalio/*, look at lib/worker.js for how it makes a workflow (`createWorkflow`) and
 * at lib/workflow/vm-shared.js for what `activate` expects, and correct workflow-sandbox.ts. No other file depends on
 * them.
 */

const OPTIONS = {
  workflowId: 'cancel-performance/FSP/104233',
  workflowType: 'cancelPerformance',
  runId: 'run',
  taskQueue: 'absage',
  randomnessSeed: 7,
  startedAt: Date.parse('2026-11-04T18:00:00.000+01:00'),
  caseId: anInput().caseId,
};
const { startedAt } = OPTIONS;

let sandbox: WorkflowSandbox;
let run: SandboxedRun;

beforeAll(async () => {
  ({ sandbox } = await loadSources());
});

beforeEach(async () => {
  run = await sandbox.start(OPTIONS);
});

afterEach(() => run.dispose());

test('a workflow that is told to begin asks for its first activity', async () => {
  const { commands } = await run.activate([initializeJob(OPTIONS, anInput())], startedAt);
  expect(commands).toEqual([
    {
      kind: 'schedule-activity',
      activity: expect.objectContaining({
        activityId: 'checkEvent',
        input: { input: anInput(), head: null },
        heartbeatMs: 3_000,
        startToCloseMs: 45_000,
        scheduleToCloseMs: 30 * 60_000,
      }) as object,
    },
  ]);
});

test('a query is answered from the memory of the run', async () => {
  await run.activate([initializeJob(OPTIONS, anInput())], startedAt);
  expect(await run.query('cancellation')).toMatchObject({ state: 'checking', step: 'check' });
});

test('an update that the validator refuses leaves nothing but its refusal', async () => {
  await run.activate([initializeJob(OPTIONS, anInput())], startedAt);
  const request = { actor: 'Eva Muster', reason: 'Irrtum', step: 'report' };
  const { commands } = await run.activate([updateJob('u', 'waiveStep', request, true)], startedAt + 1);
  expect(commands).toEqual([expect.objectContaining({ kind: 'update', id: 'u', step: 'rejected' })]);
});

test('an update that is taken is first accepted', async () => {
  await run.activate([initializeJob(OPTIONS, anInput())], startedAt);
  const request = { actor: 'Eva Muster', reason: 'Irrtum' };
  const { commands } = await run.activate([updateJob('u', 'abort', request, true)], startedAt + 1);
  expect(commands.map(({ kind }) => kind)).toEqual(['update', 'schedule-activity']);
});

test('the same jobs give the same commands in a second run', async () => {
  const refused = {
    kind: 'refused',
    refusal: { code: 'event-past', text: '' },
    warnings: [],
    event: null,
    head: null,
  };
  const jobs = [[initializeJob(OPTIONS, anInput())], [activityCompletedJob(1, refused)]];
  const first = [];
  for (const job of jobs) first.push((await run.activate(job, startedAt)).commands);
  const again = await sandbox.start({ ...OPTIONS, runId: 'again' });
  const second = [];
  for (const job of jobs) second.push((await again.activate(job, startedAt, { flags: [] })).commands);
  await again.dispose();
  expect(second).toEqual(first);
  expect(first.at(-1)).toEqual([{ kind: 'close', as: 'failed', type: 'Refused' }]);
});
