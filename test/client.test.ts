import { BY as CALLER, seal } from './support/trust';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { ActionNotPossible, createCancellationClient, type CancellationClient } from '../src/client';
import { KnownFailure } from '../src/domain/failures';
import type { Order } from '../src/domain/types';
import { turnOf } from '../src/domain/urgency';
import { ApiStage } from './support/api-stage';
import { anInput, aPolicy } from './support/examples';
import { eventually } from './support/eventually';

const BY = { actor: 'Eva Muster', reason: 'Es wird doch gespielt' };

let stage: ApiStage;
let client: CancellationClient;
beforeAll(async () => {
  stage = await ApiStage.open();
  ({ client } = stage.deps);
});
afterAll(() => stage.close());

/** A case that stays in its first wait. */
async function waitingCase(): Promise<Order> {
  const order = await stage.prepare();
  await stage.startWaiting(order);
  return order;
}

it('starts one run for an event, and says of a second start that there is one', async () => {
  const order = await stage.prepare();
  const input = anInput({ order, policy: aPolicy({ syncIntervalMs: 600_000 }) });
  const first = await client.start(input, 'digest', { by: CALLER });
  expect(first).toEqual({
    isNew: true,
    runId: expect.any(String) as string,
    seal: expect.objectContaining({ actorId: CALLER.actorId }) as object,
  });
  expect(await client.start({ ...input, caseId: 'another' }, 'digest', { by: CALLER })).toEqual({
    isNew: false,
    runId: null,
  });
  expect(await client.find(order.house, order.eventNumber)).toMatchObject({
    runId: first.runId,
    caseId: input.caseId,
    orderDigest: 'digest',
    status: 'running',
  });
  // What a test leaves under way would read Jet beside a later one, which counts the reads.
  await stage.untilState(order, 'waiting');
});

it('finds no run of an event that nobody has cancelled', async () => {
  const { house, eventNumber } = await stage.event();
  expect(await client.find(house, eventNumber)).toBeNull();
});

it('lists the open runs of all houses, or of one', async () => {
  const { eventNumber } = await waitingCase();
  const isListed = async (house?: string) =>
    (await client.listOpen({ house })).some((run) => run.eventNumber === eventNumber);
  // A run is in Temporal's lists a little later than it is there.
  for (const house of [undefined, 'FSP']) expect(await eventually(() => isListed(house), Boolean)).toBe(true);
  expect(await isListed('LTN')).toBe(false);
});

it('says what the run says, and has its input without asking a worker', async () => {
  const { house, eventNumber } = await waitingCase();
  const run = await client.find(house, eventNumber);
  expect(await client.query(house, eventNumber, run!.runId)).toMatchObject({
    caseId: run!.caseId,
    step: 'wait-for-title-transfer',
  });
  expect(await client.readInput(run!)).toMatchObject({ caseId: run!.caseId, order: { house, eventNumber } });
});

it('gives the same answer to the same key', async () => {
  const { house, eventNumber } = await waitingCase();
  const abort = () =>
    client.act('abort', { house, eventNumber, caseId: null }, BY, { by: CALLER, updateKey: 'a-key' });
  const answer = await abort();
  expect(answer).toMatchObject({ caseId: expect.any(String) as string });
  expect(await abort()).toEqual(answer);
  await stage.untilState({ house, eventNumber }, 'aborted');
});

it('gives the sentence with which the run refuses an action', async () => {
  const { house, eventNumber } = await waitingCase();
  const request = { ...BY, step: 'notify-partner' };
  const refused = client.act('waive-step', { house, eventNumber, caseId: null }, request, { by: CALLER });
  await expect(refused).rejects.toThrow(ActionNotPossible);
  await expect(refused).rejects.toThrow(/^[A-ZÄÖÜ].*\.$/);
});

it('reads Jet on its queue', async () => {
  const { eventNumber, title } = await stage.event();
  expect(await client.read('readEvent', 'FSP', { eventNumber })).toMatchObject({ title });
});

it('reads Jet on behalf of a house, behind the cases', async () => {
  const turns: unknown[] = [];
  const readEvent = () => {
    turns.push(Context.current().info.priority);
    return Promise.resolve(null);
  };
  await stage.stopWorkers();
  await stage.startWorkers({ ...stage.simulator.jet(), readEvent });
  await client.read('readEvent', 'LTN', { eventNumber: '1' });
  await stage.stopWorkers();
  await stage.startWorkers();
  expect(turns).toMatchObject([turnOf('search', 'LTN')]);
});

describe('with a Jet that refuses the log-in', () => {
  beforeAll(async () => {
    await stage.stopWorkers();
    const readEvent = () => Promise.reject(new KnownFailure('jet-access-denied', 'HTTP 401'));
    await stage.startWorkers({ ...stage.simulator.jet(), readEvent });
  });

  it('gives a failed read as its row of the failure table', async () => {
    const failure = { code: 'jet-access-denied', detail: 'HTTP 401' };
    await expect(client.read('readEvent', 'FSP', { eventNumber: '1' })).rejects.toMatchObject(failure);
  });
});

it('says that the queues are polled', async () => {
  expect(await client.isReady()).toBe(true);
});

it('says of a Temporal that does not answer that no worker can be reached', async () => {
  const away = createCancellationClient(
    new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) }),
    seal,
  );
  const calls = [away.query('FSP', '1', 'run'), away.find('FSP', '1'), away.isReady()];
  for (const call of await Promise.allSettled(calls))
    expect(call).toMatchObject({ status: 'rejected', reason: { name: 'WorkersUnavailable' } });
});
