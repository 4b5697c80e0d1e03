import { randomUUID } from 'node:crypto';
import { TASK_QUEUE, WATCH_SCHEDULE, WATCH_STATUS } from '../../src/workflows/messages';
import { ApiStage } from '../support/api-stage';

let stage: ApiStage;

beforeAll(async () => {
  stage = await ApiStage.open();
}, 120_000);
afterAll(() => stage.close());

/** What the schedule starts every minute. */
async function watch<T>(work: () => Promise<T>): Promise<T> {
  const handle = await stage.temporal.workflow.start(WATCH_STATUS, {
    taskQueue: TASK_QUEUE,
    workflowId: `${WATCH_SCHEDULE.scheduleId}-${randomUUID()}`,
  });
  try {
    return await work();
  } finally {
    await handle.terminate();
  }
}

const isLost = ({ attention }: { attention: { code: string } | null }) =>
  attention?.code === 'status-changed-after-storno';

it('has a case in its second wait ask about another status, and go on when it is Storno again', async () => {
  const order = await stage.prepare();
  await stage.startWaiting(order);
  await stage.skipWait(order);
  const before = await stage.until(order, ({ step }) => step === 'wait-for-storno-transfer');
  await watch(async () => {
    await stage.edit(order.eventNumber, { status: 'Abschluss' });
    const { attention } = await stage.until(order, isLost);
    expect(attention?.text).toContain('Der Status in Jet ist jetzt „Abschluss“, nicht mehr Storno');
    await stage.edit(order.eventNumber, { status: 'Storno' });
    const again = await stage.until(
      order,
      ({ step, state }) => step === 'wait-for-storno-transfer' && state === 'waiting',
    );
    expect(Date.parse(again.waitEndsAt ?? '')).toBeGreaterThan(Date.parse(before.waitEndsAt ?? ''));
  });
  expect(await stage.writes(order.eventNumber)).toEqual(['save-announcement', 'set-storno']);
});

it('leaves a case alone that is Storno, and one before its Storno', async () => {
  const [marked, storno] = [await stage.prepare(), await stage.prepare()];
  for (const order of [marked, storno]) await stage.startWaiting(order);
  await stage.skipWait(storno);
  await stage.until(storno, ({ step }) => step === 'wait-for-storno-transfer');
  await stage.untilAtRest(storno);
  const events = async () => {
    const histories = [marked, storno].map((order) => stage.handle(order).fetchHistory());
    return (await Promise.all(histories)).map(({ events: all }) => all?.length);
  };
  const known = await events();
  const third = await stage.prepare();
  await stage.startWaiting(third);
  await stage.skipWait(third);
  await stage.until(third, ({ step }) => step === 'wait-for-storno-transfer');
  await watch(async () => {
    await stage.edit(marked.eventNumber, { title: 'Ein anderer Titel' });
    await stage.edit(third.eventNumber, { status: 'Bereitstellung' });
    // The cases are gone through in their order: the third comes last.
    await stage.until(third, isLost);
  });
  expect(await events()).toEqual(known);
});

// They took all the places of a worker, for 23 hours.
it('cannot be asked for by anybody else: 120 of them do not keep an abort from its case', async () => {
  const order = await stage.prepare();
  await stage.startWaiting(order);
  const flood = Array.from({ length: 120 }, (_, index) =>
    stage.temporal.activity.start('watchStatus', {
      id: `flood-${index}`,
      taskQueue: TASK_QUEUE,
      args: [],
      startToCloseTimeout: '22 hours',
    }),
  );
  const handles = await Promise.all(flood);
  const beganAtMs = Date.now();
  const { house, eventNumber } = order;
  const aborted = await stage.post(`/v1/cancellations/${house}/${eventNumber}/abort`, {
    reason: 'Es wird gespielt',
  });
  expect(aborted.status).toBe(200);
  expect(Date.now() - beganAtMs).toBeLessThan(10_000);
  await expect(handles[0]!.result()).rejects.toMatchObject({ cause: { type: 'NotOfThisCase' } });
});
