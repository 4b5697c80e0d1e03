import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { CancellationPage } from '../../src/cases/lists';
import type { PlannedOrder } from '../../src/cases/orders';
import type { CancellationInput } from '../../src/domain/case';
import type { Order } from '../../src/domain/types';
import { caseStartOptions } from '../../src/temporal/start';
import { sealedStart } from '../../src/domain/seal';
import { findGenuine } from '../../src/trust/seals';
import { RING } from '../support/trust';
import { ApiStage } from '../support/api-stage';
import { anInput, aPolicy } from '../support/examples';
import { completeForeignRun } from '../support/foreign-worker';

/** A run that somebody has started past the API of a production, and that has ended: it is no case of Absage's. */
let stage: ApiStage;
beforeAll(async () => {
  const isSealed = (workflowId: string, input: CancellationInput) =>
    findGenuine(RING, sealedStart(workflowId, input), input.seal) !== null;
  stage = await ApiStage.open({ isSealed }, [], { isProduction: true });
});
afterAll(() => stage.close());

interface Forged {
  order: Order;
  caseId: string;
  run: WorkflowHandle;
}

async function forge(taskQueue?: string): Promise<Forged> {
  const order = await stage.prepare();
  const input = {
    ...anInput({ caseId: randomUUID(), order, policy: aPolicy() }),
    orderedBy: 'Die Direktion',
  };
  const options = caseStartOptions(input, 'digest');
  const run = await stage.temporal.workflow.start('cancelPerformance', {
    ...options,
    ...(taskQueue && { taskQueue }),
  });
  return { order, caseId: input.caseId, run };
}

/** How a forged run ends, by what it used to be called. */
const ENDS: [string, () => Promise<Forged>][] = [
  [
    'refused',
    async () => {
      const forged = await forge();
      await expect(forged.run.result()).rejects.toThrow();
      return forged;
    },
  ],
  [
    'interrupted',
    async () => {
      const forged = await forge('nobody');
      await forged.run.terminate('Probe');
      return forged;
    },
  ],
  [
    'completed',
    async () => {
      const taskQueue = `foreign-${randomUUID()}`;
      const forged = await forge(taskQueue);
      await completeForeignRun(stage.temporal, taskQueue, forged.run.workflowId);
      await forged.run.result();
      return forged;
    },
  ],
];

it.each(ENDS)('is not shown as a case that is %s, and takes nothing from its event', async (_state, end) => {
  const { order, caseId } = await end();
  const { house, eventNumber } = order;
  const path = `/v1/cancellations/${house}/${eventNumber}`;
  for (const address of [path, `/v1/cases/${caseId}`, `${path}/journal`, `${path}/protocol`])
    expect([address, (await stage.get(address)).status]).toEqual([address, 404]);
  for (const action of ['abort', 'resume'])
    expect((await stage.post(`${path}/${action}`, { reason: 'Irrtum' })).status).toBe(404);
  const { body: list } = await stage.get<CancellationPage>(`/v1/cancellations?house=${house}`);
  expect(list.cancellations.filter((row) => row.eventNumber === eventNumber)).toEqual([]);
  const { body: plan } = await stage.post<PlannedOrder>('/v1/plans', order);
  expect(plan).toMatchObject({ cancellable: true, cancellation: null });
  expect(await stage.carryOut(order)).not.toMatchObject({ caseId });
});

it('hides no run of a case that was ended before its check', async () => {
  const order = await stage.prepare();
  await stage.stopWorkers();
  const { caseId } = await stage.start(order);
  await stage.handle(order).terminate('Probe');
  expect(await stage.view(order)).toMatchObject({ caseId, state: 'interrupted' });
  await stage.startWorkers();
  const path = `/v1/cancellations/${order.house}/${order.eventNumber}`;
  expect((await stage.post(`${path}/resume`, { reason: 'Weiter' })).status).toBe(200);
  expect(await stage.untilState(order, 'completed')).toMatchObject({ caseId });
});
