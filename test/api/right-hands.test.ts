import { randomUUID } from 'node:crypto';
import { WorkflowFailedError, type WorkflowUpdateFailedError } from '@temporalio/client';
import { ACTION_TEXTS, REFUSAL_TEXTS } from '../../src/domain/wording';
import type { CancellationInput } from '../../src/domain/case';
import type { Order } from '../../src/domain/types';
import { caseStartOptions } from '../../src/temporal/start';
import { JET_TASK_QUEUE, skipWaitUpdate, abortUpdate } from '../../src/workflows/messages';
import { ApiStage } from '../support/api-stage';
import { anInput, aPolicy } from '../support/examples';
import { resetToFirstEvent } from '../support/reset';

/** What somebody can do who reaches Temporal's namespace and nothing else, in a production. */
let stage: ApiStage;
beforeAll(async () => {
  stage = await ApiStage.open({}, [], { isProduction: true });
});
afterAll(() => stage.close());

const BY = { actor: 'Die Direktion', reason: 'Auf Weisung' };

const linesOf = async (order: Order) => {
  const entries = await stage.journal.linesOfEvent(order.house, order.eventNumber);
  return entries.map(({ actor, operation }) => `${actor}: ${operation}`);
};

const identitiesOf = async (order: Order) => {
  const entries = await stage.journal.linesOfEvent(order.house, order.eventNumber);
  return entries.map(({ actorId, operation }) => `${actorId}: ${operation}`);
};

/** A start as the API makes it, but for the seal. */
async function startForged(order: Order, changes: Partial<CancellationInput> = {}) {
  const input = {
    ...anInput({ caseId: randomUUID(), order, policy: aPolicy() }),
    orderedBy: BY.actor,
    ...changes,
  };
  return stage.temporal.workflow.start('cancelPerformance', caseStartOptions(input, 'digest'));
}

it('F2: a start with the memo of the API opens no case, and the event stays free', async () => {
  const order = await stage.prepare();
  const run = await startForged(order);
  const failure: unknown = await run.result().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(WorkflowFailedError);
  expect((failure as WorkflowFailedError).cause?.message).toBe(REFUSAL_TEXTS['not-sealed']);
  expect(await linesOf(order)).toEqual([]);
  await stage.carryOut(order);
});

it('F2: the input of another run, seal and all, opens nothing a second time', async () => {
  const order = await stage.prepare();
  await stage.carryOut(order);
  const run = await stage.deps.client.find(order.house, order.eventNumber);
  const input = await stage.deps.client.readInput(run!);
  const before = await linesOf(order);
  const copy = await stage.temporal.workflow.start('cancelPerformance', {
    ...caseStartOptions(input!, 'digest', true),
  });
  await expect(copy.result()).rejects.toThrow(WorkflowFailedError);
  expect(await linesOf(order)).toEqual(before);
});

it('F2: an update with an id of the API is not done, and abort is marked', async () => {
  const order = await stage.prepare();
  const { waitSavedAt } = await stage.startWaiting(order);
  const handle = stage.handle(order);
  const skip = handle.executeUpdate(skipWaitUpdate, {
    updateId: 'api/forged-1',
    args: [{ ...BY, step: 'wait-for-title-transfer', savedAt: waitSavedAt!, titlesVisibleAtPartner: true }],
  });
  const failure: unknown = await skip.catch((error: unknown) => error);
  expect((failure as WorkflowUpdateFailedError).cause?.message).toBe(ACTION_TEXTS.notProven);
  expect((await stage.view(order)).state).toBe('waiting');
  expect(await linesOf(order)).not.toContainEqual(expect.stringContaining('skip-wait'));

  await handle.executeUpdate(abortUpdate, { updateId: 'api/forged-2', args: [BY] });
  await stage.untilState(order, 'aborted');
  expect(await linesOf(order)).toContain('web-ui:Die Direktion: abort');
  expect(await identitiesOf(order)).toContain('web-ui:Die Direktion: abort');
});

it('a case that somebody resets to its first event goes on, with the actor that it had', async () => {
  const order = await stage.prepare();
  const { caseId } = await stage.startWaiting(order);
  const { workflowId, runId } = (await stage.deps.client.find(order.house, order.eventNumber))!;
  await resetToFirstEvent(stage.temporal, workflowId, runId);
  const view = await stage.untilState(order, 'waiting');
  expect(view).toMatchObject({ caseId });
  expect(view.orderedBy).not.toMatch(/^web-ui:/);
  const path = `/v1/cancellations/${order.house}/${order.eventNumber}/abort`;
  expect((await stage.post(path, { reason: 'Es wird gespielt' })).status).toBe(200);
  await stage.untilState(order, 'aborted');
  const byAbsage = /^absage: alert-house$/;
  const others = (await identitiesOf(order)).filter((line) => !byAbsage.test(line));
  expect(others).toEqual(others.map((line) => line.replace(/^.*:/, 'rehearsal:rehearsal:')));
});

it('a case that was terminated is resumed through the API', async () => {
  const order = await stage.prepare();
  const { caseId } = await stage.startWaiting(order);
  await stage.handle(order).terminate('Probe');
  const path = `/v1/cancellations/${order.house}/${order.eventNumber}`;
  expect((await stage.post(`${path}/resume`, { reason: 'Weiter' })).status).toBe(200);
  expect(await stage.untilState(order, 'waiting')).toMatchObject({ caseId });
  expect((await stage.post(`${path}/abort`, { reason: 'Es wird gespielt' })).status).toBe(200);
  await stage.untilState(order, 'aborted');
});

it.each(['markTitles', 'setStatusStorno', 'checkEvent', 'grantExtendedRight'] as const)(
  'F1: %s by itself, outside of a case, does nothing',
  async (name) => {
    const order = await stage.prepare();
    const { caseId } = await stage.startWaiting(order);
    const before = [await linesOf(order), await stage.read(order.eventNumber)];
    const { house, eventNumber } = order;
    const input = anInput({ caseId, order });
    const argument =
      name === 'checkEvent'
        ? { input, head: null }
        : { ref: { caseId, house, eventNumber }, actor: BY.actor, head: null };
    const alone = stage.temporal.activity.execute(name, {
      id: `forged/${randomUUID()}`,
      taskQueue: JET_TASK_QUEUE,
      args: [argument],
      scheduleToCloseTimeout: 10_000,
    });
    await expect(alone).rejects.toMatchObject({ cause: { type: 'NotOfThisCase' } });
    const after = [await linesOf(order), await stage.read(order.eventNumber)];
    expect(after).toMatchObject([before[0]!, { version: (before[1] as { version: string }).version }]);
    const path = `/v1/cancellations/${house}/${eventNumber}/abort`;
    expect((await stage.post(path, { reason: 'Es wird gespielt' })).status).toBe(200);
  },
);
