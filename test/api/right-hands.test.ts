import { randomUUID } from 'node:crypto';
import { WorkflowFailedError, type WorkflowUpdateFailedError } from '@temporalio/client';
import { ACTION_TEXTS, REFUSAL_TEXTS } from '../../src/domain/wording';
import type { CancellationPage } from '../../src/cases/lists';
import type { CancellationInput } from '../../src/domain/case';
import { RawValue } from '@temporalio/common';
import type { House, Order } from '../../src/domain/types';
import { loadHouses } from '../../src/settings/houses';
import { caseStartOptions } from '../../src/temporal/start';
import { headOf } from '../../src/domain/journal';
import { askFromForeignRun } from '../support/foreign-worker';
import {
  cancellationWorkflowId,
  JET_TASK_QUEUE,
  TASK_QUEUE,
  skipWaitUpdate,
  abortUpdate,
  approveUpdate,
  overrideUpdate,
  rejectUpdate,
} from '../../src/workflows/messages';
import { sealedStart } from '../../src/domain/seal';
import { findGenuine } from '../../src/trust/seals';
import { RING } from '../support/trust';
import { ApiStage } from '../support/api-stage';
import { anInput, aPolicy } from '../support/examples';
import { resetToFirstEvent } from '../support/reset';

/** What somebody can do who reaches Temporal's namespace and nothing else, in a production. */
let stage: ApiStage;
beforeAll(async () => {
  const isSealed = (workflowId: string, input: CancellationInput) =>
    findGenuine(RING, sealedStart(workflowId, input), input.seal) !== null;
  const houses = new Map(loadHouses(null));
  stage = await ApiStage.open({ isSealed, houses }, [], { isProduction: true });
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

const versionOf = async ({ eventNumber }: Order) =>
  ((await stage.read(eventNumber)) as unknown as { version: string }).version;

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

it('F2: nobody decides about an approval from outside, whoever they say they are', async () => {
  const fsp = stage.deps.houses.get('FSP')!;
  const houses = stage.deps.houses as Map<string, House>;
  houses.set('FSP', { ...fsp, approval: { needed: 'always', expiresMs: 3_600_000, to: [] } });
  const order = await stage.prepare();
  await stage.start(order).finally(() => houses.set('FSP', fsp));
  const { approval } = await stage.untilState(order, 'awaiting-approval');
  const handle = stage.handle(order);
  const { planHash } = approval!;
  const forged = [
    handle.executeUpdate(approveUpdate, { updateId: 'api/forged-3', args: [{ ...BY, planHash }] }),
    handle.executeUpdate(rejectUpdate, { updateId: 'api/forged-4', args: [BY] }),
    handle.executeUpdate(overrideUpdate, { updateId: 'api/forged-5', args: [BY] }),
  ];
  for (const result of await Promise.allSettled(forged)) {
    const { reason } = result as PromiseRejectedResult & { reason: WorkflowUpdateFailedError };
    expect(reason.cause?.message).toBe(ACTION_TEXTS.notProven);
  }
  expect(await stage.view(order)).toMatchObject({ state: 'awaiting-approval', approval: { decision: null } });
  expect(await stage.writes(order.eventNumber)).toEqual([]);

  await handle.executeUpdate(abortUpdate, { updateId: 'api/forged-6', args: [BY] });
  await stage.untilState(order, 'aborted');
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

/** Temporal's converters do not know this encoding, as no key reads the payload of another case. */
const UNREADABLE = RawValue.fromPayload({
  metadata: { encoding: Buffer.from('binary/of-nobody') },
  data: Buffer.from('x'),
});

/** A run with what the case's own run was started with, on a task queue that nobody polls, or ours. */
const startCopy = async (order: Order, taskQueue: string) => {
  const found = (await stage.deps.client.find(order.house, order.eventNumber))!;
  const input = (await stage.deps.client.readInput(found))!;
  await stage.handle(order).terminate('Probe');
  return stage.temporal.workflow.start('cancelPerformance', {
    ...caseStartOptions(input, 'digest', true),
    taskQueue,
  });
};

it('a copy of its own start takes nothing from a case: it is interrupted, and is resumed', async () => {
  const order = await stage.prepare();
  const { caseId } = await stage.startWaiting(order);
  const path = `/v1/cancellations/${order.house}/${order.eventNumber}`;
  const copy = await startCopy(order, 'nobody');
  expect(await stage.view(order)).toMatchObject({ caseId, state: 'interrupted', allowedActions: ['resume'] });
  expect(await listed(order)).toEqual(['interrupted']);
  const held = await stage.post<{ code: string; detail: string }>(`${path}/resume`, { reason: 'Weiter' });
  expect(held).toMatchObject({ status: 409, body: { code: 'held-by-stranger' } });
  expect(held.body.detail).toContain((await copy.describe()).runId);
  expect((await stage.view(order)).state).toBe('interrupted');

  await copy.terminate('Probe');
  expect((await stage.post(`${path}/resume`, { reason: 'Weiter' })).status).toBe(200);
  expect(await stage.untilState(order, 'waiting')).toMatchObject({ caseId });
  expect((await stage.post(`${path}/abort`, { reason: 'Es wird gespielt' })).status).toBe(200);
  await stage.untilState(order, 'aborted');
});

/** The states of the event's cases in the list, once Temporal's lists know its open run. */
async function listed({ house, eventNumber }: Order): Promise<string[]> {
  for (;;) {
    const open = await stage.deps.client.listOpen({ house });
    if (open.some((run) => run.eventNumber === eventNumber)) break;
  }
  const { body } = await stage.get<CancellationPage>(`/v1/cancellations?house=${house}`);
  return body.cancellations.filter((row) => row.eventNumber === eventNumber).map(({ state }) => state);
}

it('a forged run with a case of its own is on no page and in no list, and a sealed one is at once', async () => {
  const order = await stage.prepare();
  const { house, eventNumber } = order;
  const input = anInput({ caseId: randomUUID(), order, policy: aPolicy() });
  const run = await stage.temporal.workflow.start('cancelPerformance', {
    ...caseStartOptions(input, 'digest'),
    taskQueue: 'nobody',
  });
  expect(await listed(order)).toEqual([]);
  expect((await stage.get(`/v1/cancellations/${house}/${eventNumber}`)).status).toBe(404);
  expect((await stage.get(`/v1/cases/${input.caseId}`)).status).toBe(404);
  const abort = await stage.post(`/v1/cancellations/${house}/${eventNumber}/abort`, { reason: 'Irrtum' });
  expect(abort.status).toBe(404);
  expect(await stage.post('/v1/cancellations', order)).toMatchObject({ body: { code: 'held-by-stranger' } });
  await run.terminate('Probe');

  await stage.stopWorkers();
  await stage.start(order);
  expect((await stage.view(order)).state).toBe('checking');
  expect(await listed(order)).toEqual(['checking']);
  await stage.startWorkers();
  await stage.untilState(order, 'completed');
});

it('a run whose input nobody can read holds an event only as long as it is open', async () => {
  const order = await stage.prepare();
  const { house, eventNumber } = order;
  const junk = await stage.temporal.workflow.start('cancelPerformance', {
    workflowId: cancellationWorkflowId(house, eventNumber),
    taskQueue: 'nobody',
    args: [UNREADABLE],
  });
  expect((await stage.get(`/v1/events/${house}/${eventNumber}`)).status).toBe(200);
  expect((await stage.get(`/v1/cancellations/${house}/${eventNumber}`)).status).toBe(404);
  expect((await stage.post('/v1/plans', order)).status).toBe(200);
  const held = await stage.post('/v1/cancellations', order);
  expect(held).toMatchObject({ status: 409, body: { code: 'held-by-stranger' } });
  await junk.terminate('Probe');
  await stage.startWaiting(order);
});

const ALERT = {
  attention: { id: 'forged', text: 'Bitte sofort anrufen.', actions: [] },
  event: { title: 'Rigoletto', startsAt: '2027-01-05T18:30:00.000Z', venue: 'Oper' },
};

it.each([
  ['setStatusStorno', JET_TASK_QUEUE, {}],
  ['closeCase', TASK_QUEUE, { end: 'completed' }],
  ['alertHouse', TASK_QUEUE, { kind: 'attention', step: 'check', ...ALERT }],
] as const)(
  '%s asked for by a run that the journal does not name does nothing',
  async (name, queue, more) => {
    const order = await stage.prepare();
    const { caseId } = await stage.startWaiting(order);
    const { house, eventNumber } = order;
    const found = (await stage.deps.client.find(house, eventNumber))!;
    const input = (await stage.deps.client.readInput(found))!;
    await stage.handle(order).terminate('Probe');
    const before = [await linesOf(order), await versionOf(order)];
    const head = headOf((await stage.journal.entries(caseId)).at(-1)!);
    const argument = { ref: { caseId, house, eventNumber }, actor: BY.actor, head, ...more };
    const run = await askFromForeignRun(stage.temporal, input, { type: name, queue, argument });
    expect(run.outcome).toBe('NotOfThisCase');
    expect([await linesOf(order), await versionOf(order)]).toEqual(before);
    await run.terminate();
  },
);

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
