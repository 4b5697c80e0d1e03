import type { ListedCancellation } from '../../src/cases/lists';
import type { ProblemBody } from '../../src/cases/problems';
import { judgeStuckRuns } from '../../src/doctor/stuck-runs';
import { ACTION_TEXTS, TEMPORAL_TEXTS } from '../../src/domain/wording';
import type { Order } from '../../src/domain/types';
import { ApiStage } from '../support/api-stage';
import { failTasksOf } from '../support/failing-tasks';
import { eventually } from '../support/eventually';

/** Its workflow task fails again and again: the page used to say "wartet", and nobody was asked. */
let stage: ApiStage;
let order: Order;
beforeAll(async () => {
  stage = await ApiStage.open();
  order = await stage.prepare();
  await stage.startWaiting(order);
  await stage.stopWorkers();
  await failTasksOf(stage.temporal, stage.handle(order).workflowId);
}, 120_000);
afterAll(() => stage.close());

const reason = { reason: 'Der Regen hört nicht auf.' };
const path = () => `/v1/cancellations/${order.house}/${order.eventNumber}`;
const doctor = () => judgeStuckRuns(stage.temporal.connection, 'default');

async function row(): Promise<ListedCancellation | undefined> {
  const { body } = await stage.get<{ cancellations: ListedCancellation[] }>('/v1/cancellations?house=FSP');
  return body.cancellations.find(({ eventNumber }) => eventNumber === order.eventNumber);
}

it('the view asks for a person, says since when and what is safe, and offers nothing that would not help', async () => {
  const view = await stage.view(order);
  expect(view).toMatchObject({
    state: 'needs-attention',
    step: 'wait-for-title-transfer',
    attention: { code: 'run-stuck', text: TEMPORAL_TEXTS.stuck, actions: [], choices: [] },
    allowedActions: [],
    stale: true,
    tries: null,
  });
  const { startTime } = await stage.handle(order).describe();
  expect(Date.parse(view.attention!.since)).toBeGreaterThan(startTime.getTime());
});

it('the list says the same', async () => {
  const listed = await eventually(row, (found) => found?.needsAttention === true);
  expect(listed).toMatchObject({ state: 'needs-attention', step: 'wait-for-title-transfer' });
});

it.each(['abort', 'retry', 'resume'])('%s is refused and says who helps', async (action) => {
  const { status, body } = await stage.post<ProblemBody>(`${path()}/${action}`, reason);
  expect([status, body.code, body.detail]).toEqual([409, 'action-not-possible', ACTION_TEXTS.stuck]);
});

it('the doctor names the case, since when, and the way out, which helps', async () => {
  const { workflowId, runId } = await stage.handle(order).describe();
  const verdict = await eventually(doctor, ({ state }) => state === 'failed');
  expect(verdict.details).toEqual([
    expect.stringMatching(
      new RegExp(
        `^FSP ${order.eventNumber}: \\d+ Versuche gescheitert, seit .* Uhr\\. temporal workflow terminate --namespace default --workflow-id ${workflowId} --run-id ${runId}, dann absage resume FSP ${order.eventNumber} --reason `,
      ),
    ),
  ]);
  await stage.startWorkers();
  await stage.handle(order).terminate('Lauf beendet');
  await stage.untilState(order, 'interrupted');
  expect((await stage.post(`${path()}/resume`, reason)).status).toBe(200);
  await stage.untilState(order, 'waiting');
  expect((await eventually(doctor, ({ state }) => state === 'ok')).text).toBe(
    'Keine hängt in Temporal fest.',
  );
  expect((await stage.post(`${path()}/abort`, reason)).status).toBe(200);
  await stage.untilState(order, 'aborted');
});

it('an id that somebody has made up becomes no command', async () => {
  const run = await stage.temporal.workflow.start('cancelPerformance', {
    workflowId: 'cancel-performance/FSP/1; reboot',
    taskQueue: 'nobody',
  });
  await failTasksOf(stage.temporal, run.workflowId, 'nobody');
  const { details } = await eventually(doctor, ({ state }) => state === 'failed');
  expect(details).toEqual([expect.stringMatching(/^Ein Lauf, der keine Absage ist \([0-9a-f-]+\): \d+ /)]);
  expect(details!.join()).not.toContain('reboot');
  await run.terminate('Probe');
});
