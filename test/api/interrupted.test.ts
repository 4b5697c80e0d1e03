import { createSecretKey, randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import type { KeyFile } from '../../src/settings/key-file';
import { createPayloadCodec } from '../../src/temporal/payload-codec';
import type { CancellationView } from '../../src/cases/view';
import { ensureReconciler } from '../../src/temporal/reconciler';
import type { Order } from '../../src/domain/types';
import { RECONCILE_CANCELLATIONS, RECONCILER_SCHEDULE, TASK_QUEUE } from '../../src/workflows/messages';
import { ApiStage } from '../support/api-stage';
import { resetToFirstEvent } from '../support/reset';
import { eventually } from '../support/eventually';

let stage: ApiStage;

beforeAll(async () => {
  stage = await ApiStage.open();
}, 120_000);
afterAll(() => stage.close());

const reason = { reason: 'Von jemandem beendet, geht weiter' };
const path = ({ house, eventNumber }: Order) => `/v1/cancellations/${house}/${eventNumber}`;

/** *Terminate* in the Web UI. */
async function terminate(order: Order): Promise<void> {
  await stage.handle(order).terminate('Versehen');
}

/** *Reset* in the Web UI, on the page of this run. */
async function reset(order: Order, runId: string): Promise<void> {
  await resetToFirstEvent(stage.temporal, stage.handle(order).workflowId, runId);
}

/** The look that the schedule starts every hour. */
async function reconcile(): Promise<void> {
  await stage.temporal.workflow.execute(RECONCILE_CANCELLATIONS, {
    taskQueue: TASK_QUEUE,
    workflowId: `${RECONCILER_SCHEDULE.scheduleId}-${randomUUID()}`,
  });
}

it('shows a terminated case as interrupted, and takes it up again where it stood', async () => {
  const order = await stage.prepare();
  const waiting = await stage.startWaiting(order);
  await terminate(order);
  const interrupted = await stage.view(order);
  expect(interrupted).toMatchObject({ state: 'interrupted', allowedActions: ['resume'], stale: true });
  expect((await stage.post(`${path(order)}/abort`, reason)).status).toBe(409);

  const byAnna = { 'x-absage-actor': 'Anna' };
  const { status, body } = await stage.post<CancellationView>(`${path(order)}/resume`, reason, byAnna);
  expect(status).toBe(200);
  expect(body.caseId).toBe(waiting.caseId);
  const again = await stage.untilState(order, 'waiting');
  expect(again.waitSavedAt).toBe(waiting.waitSavedAt);
  const entries = await stage.journal.entries(waiting.caseId);
  expect(entries.filter(({ operation }) => operation === 'resume')).toMatchObject([
    { actor: 'Anna', actorId: 'rehearsal:Anna', after: reason },
  ]);
  const log = await stage.simulator.log(order.eventNumber);
  expect(log.filter(({ operation }) => operation === 'save-announcement')).toHaveLength(1);
  expect((await stage.post(`${path(order)}/resume`, reason)).status).toBe(409);
});

it('stands in the journal once as taken up again, however often its run is reset', async () => {
  const order = await stage.prepare();
  const { caseId } = await stage.startWaiting(order);
  await terminate(order);
  await stage.post(`${path(order)}/resume`, reason);
  for (let nth = 1; nth <= 2; nth += 1) {
    await stage.untilState(order, 'waiting');
    await reset(order, (await stage.handle(order).describe()).runId);
  }
  await stage.untilState(order, 'waiting');
  const entries = await stage.journal.entries(caseId);
  expect(entries.filter(({ operation }) => operation === 'resume')).toHaveLength(1);
});

it('adopts what was done meanwhile, and comes to its end', async () => {
  const order = await stage.prepare();
  await stage.startWaiting(order);
  await stage.skipWait(order);
  await stage.until(order, ({ step }) => step === 'wait-for-storno-transfer');
  await terminate(order);
  await stage.post(`${path(order)}/resume`, reason);
  await stage.skipWait(order);
  const done = await stage.untilState(order, 'completed');
  expect(done.pointOfNoReturnPassed).toBe(true);
  const log = await stage.simulator.log(order.eventNumber);
  expect(log.filter(({ operation }) => operation === 'set-storno')).toHaveLength(1);
  expect(stage.mail.sent.filter(({ messageId }) => messageId.includes(order.eventNumber))).toHaveLength(1);
});

it('is not hidden by an older case of the event whose closed run was reset', async () => {
  const order = await stage.prepare();
  await stage.startWaiting(order);
  const { runId } = await stage.handle(order).describe();
  await stage.post(`${path(order)}/abort`, reason);
  const aborted = await stage.untilState(order, 'aborted');
  const second = await stage.startWaiting({ ...order, reason: 'Zweiter Anlauf.' });
  await reset(order, runId);
  const interrupted = await stage.untilState(order, 'interrupted');
  expect(interrupted).toMatchObject({ caseId: second.caseId, allowedActions: ['resume'] });
  expect((await stage.post(`${path(order)}/abort`, reason)).status).toBe(409);

  expect((await stage.post(`${path(order)}/resume`, reason)).status).toBe(200);
  const again = await stage.untilState(order, 'waiting');
  expect(again).toMatchObject({ caseId: second.caseId, waitSavedAt: second.waitSavedAt });
  const { body } = await stage.get<{ entries: { caseId: string }[] }>(`${path(order)}/journal`);
  expect(new Set(body.entries.map(({ caseId }) => caseId))).toEqual(new Set([second.caseId]));
  expect(second.caseId).not.toBe(aborted.caseId);
});

it('refuses another order for an interrupted case, and offers to go on', async () => {
  const order = await stage.prepare();
  await stage.startWaiting(order);
  await terminate(order);
  const { status, body } = await stage.post<{ detail: string }>('/v1/cancellations', order);
  expect(status).toBe(409);
  expect(body.detail).toContain('fortgesetzt');
});

it('tells the house once that a case is interrupted', async () => {
  const order = await stage.prepare();
  const { caseId } = await stage.startWaiting(order);
  const { runId } = await stage.handle(order).describe();
  await terminate(order);
  await reconcile();
  await reconcile();
  const lines = (await stage.journal.entries(caseId)).filter(({ effectKey }) => effectKey.includes(runId));
  expect(lines.map(({ outcome }) => outcome)).toEqual([null, 'accepted']);
  const alerts = stage.mail.alerts.filter(({ messageId }) => messageId.includes(runId));
  expect(alerts).toHaveLength(1);
  expect(alerts[0]!.text).toContain('fortsetzen');
});

it('says nothing about a case that runs', async () => {
  const order = await stage.prepare();
  const { caseId } = await stage.startWaiting(order);
  await reconcile();
  const keys = (await stage.journal.entries(caseId)).map(({ effectKey }) => effectKey);
  expect(keys).toContain(`ordered/${caseId}/1`);
  expect(keys.filter((key) => key.includes('interrupted'))).toEqual([]);
});

it('is looked for every hour, by one schedule however many workers start', async () => {
  await ensureReconciler(stage.temporal, 'this one');
  await ensureReconciler(stage.temporal, 'this one');
  const handle = stage.temporal.schedule.getHandle(RECONCILER_SCHEDULE.scheduleId);
  const { spec, action } = await handle.describe();
  expect(spec.intervals).toMatchObject([{ every: 3_600_000 }]);
  expect(action).toMatchObject({ workflowType: RECONCILE_CANCELLATIONS, taskQueue: TASK_QUEUE });
});

describe('the namespace', () => {
  const schedule = () => stage.temporal.schedule.getHandle(RECONCILER_SCHEDULE.scheduleId);
  beforeEach(() =>
    schedule()
      .delete()
      .catch(() => undefined),
  );

  it('belongs to the installation that came first: another one is told whose it is', async () => {
    await ensureReconciler(stage.temporal, 'this one');
    const other = ensureReconciler(stage.temporal, 'another one');
    await expect(other).rejects.toMatchObject({ name: 'ForeignNamespace', owner: 'this one' });
    expect((await schedule().describe()).memo).toEqual({ installation: 'this one' });
  });

  const keyed = (key: string) => {
    const secret = createSecretKey(Buffer.from(key.padEnd(32)));
    const keys = {
      path: 'keys',
      current: { id: key, key: secret },
      find: (id: string) => (id === key ? secret : undefined),
      ids: () => [key],
    } as unknown as KeyFile;
    const { connection } = stage.temporal;
    return new Client({ connection, dataConverter: { payloadCodecs: [createPayloadCodec(keys)] } });
  };

  it('is told from a foreign one whatever the keys are', async () => {
    await ensureReconciler(keyed('ours'), 'this one');
    const other = ensureReconciler(keyed('theirs'), 'another one');
    await expect(other).rejects.toMatchObject({ name: 'ForeignNamespace', owner: 'this one' });
    await ensureReconciler(keyed('ours-of-later'), 'this one');
  });

  it('that is named with a key is a foreign one without that key, and is named in the clear with it', async () => {
    await keyed('ours').schedule.create({
      scheduleId: RECONCILER_SCHEDULE.scheduleId,
      spec: { intervals: [{ every: '1 hour' }] },
      action: { type: 'startWorkflow', workflowType: RECONCILE_CANCELLATIONS, taskQueue: TASK_QUEUE },
      memo: { installation: 'this one' },
    });
    const other = ensureReconciler(keyed('theirs'), 'another one');
    await expect(other).rejects.toMatchObject({ name: 'ForeignNamespace', owner: null });
    await ensureReconciler(keyed('ours'), 'this one');
    expect((await schedule().describe()).memo).toEqual({ installation: 'this one' });
  });

  it('of before belongs to whoever worked there, and a schedule that was paused stays so', async () => {
    await stage.temporal.schedule.create({
      scheduleId: RECONCILER_SCHEDULE.scheduleId,
      spec: { intervals: [{ every: '1 hour' }] },
      action: { type: 'startWorkflow', workflowType: RECONCILE_CANCELLATIONS, taskQueue: TASK_QUEUE },
      state: { paused: true, note: 'Umbau' },
    });
    await ensureReconciler(stage.temporal, 'this one');
    const { memo, state } = await schedule().describe();
    expect(memo).toEqual({ installation: 'this one' });
    expect(state).toMatchObject({ paused: true, note: 'Umbau' });
  });
});

it('tells of each case that Temporal has forgotten in a mail of its own, and again when it forgets it again', async () => {
  // One Message-ID for all of them: whoever sorts mails out by it saw one of a whole evening.
  const orders = [await stage.prepare(), await stage.prepare()];
  for (const order of orders) {
    await stage.startWaiting(order);
    await forget(order);
  }
  const before = stage.mail.alerts.map(({ messageId }) => messageId);
  await reconcile();
  await reconcile();
  const told = () => stage.mail.alerts.map(({ messageId }) => messageId).filter((id) => !before.includes(id));
  expect(new Set(told()).size).toBe(2);
  expect(told()).toHaveLength(2);
  const [first] = orders;
  await stage.post(`${path(first!)}/resume`, reason);
  await stage.untilState(first!, 'waiting');
  await forget(first!);
  await reconcile();
  expect(new Set(told()).size).toBe(3);
  expect(told()).toHaveLength(3);
});

/** Temporal's database is gone, or an older one is in its place. */
async function forget(order: Order): Promise<void> {
  const { workflowId } = stage.handle(order);
  await stage.temporal.workflowService.deleteWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId },
  });
  await eventually(
    () =>
      stage
        .handle(order)
        .describe()
        .then(
          () => false,
          () => true,
        ),
    (isForgotten) => isForgotten,
  );
}
