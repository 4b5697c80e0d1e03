import { Worker } from '@temporalio/worker';
import { JET_TASK_QUEUE, TASK_QUEUE } from '../../src/workflows/messages';
import { TimeSkippingStage, withNumberedActivities } from '../support/time-skipping-stage';
import { workflowCode } from '../support/workflow-bundle';

let stage: TimeSkippingStage;

beforeAll(async () => {
  stage = await TimeSkippingStage.open();
}, 120_000);
afterAll(() => stage.close());
beforeEach(() => stage.reset());
afterEach(() => stage.settle());

const isWaiting = ({ state }: { state: string }) => state === 'waiting';

async function run(changes: { isPlaceNeeded?: true }) {
  const handle = await stage.start({ ...(await stage.prepare()), ...changes });
  await stage.until(handle, isWaiting);
  return { workflowId: handle.workflowId, history: await handle.fetchHistory() };
}

const beginning = ({ history }: Awaited<ReturnType<typeof run>>) =>
  (history.events ?? [])
    .map(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled)
    .filter((scheduled) => scheduled !== null && scheduled !== undefined)
    .map(({ activityType, taskQueue }) => [activityType?.name, taskQueue?.name])
    .slice(0, 2);

it('a check waits for its place in the queue that is not limited', async () => {
  expect(beginning(await run({ isPlaceNeeded: true }))).toEqual([
    ['takePlace', TASK_QUEUE],
    ['checkEvent', JET_TASK_QUEUE],
  ]);
});

it('a case at a simulator, or that was ordered before, needs none', async () => {
  expect(beginning(await run({}))).toEqual([
    ['checkEvent', JET_TASK_QUEUE],
    ['markTitles', JET_TASK_QUEUE],
  ]);
});

it('a run that a worker of before has begun goes on without one', async () => {
  const { workflowId, history } = await run({});
  const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
  const [payload] = started?.input?.payloads ?? [];
  const input = JSON.parse(Buffer.from(payload!.data!).toString()) as object;
  payload!.data = Buffer.from(JSON.stringify({ ...input, isPlaceNeeded: true }));
  const workflowBundle = withNumberedActivities(await workflowCode());
  await Worker.runReplayHistory({ workflowBundle }, history, workflowId);
});
