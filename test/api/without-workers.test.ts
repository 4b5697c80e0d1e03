import type { ProtocolDocument } from '../../src/protocol/document';
import type { CancellationView } from '../../src/cases/view';
import type { ProblemBody } from '../../src/cases/problems';
import type { Order } from '../../src/domain/types';
import { ACTION_TEXTS } from '../../src/domain/wording';
import { ApiStage, type Answer } from '../support/api-stage';

let stage: ApiStage;
let waiting: Order;
let completed: Order;
/** Whose abort nobody answers: the server may keep it, and hand it to the workers when they are back. */
let aborted: Order;
/** Requests made without any worker. They are answered only when the API's patience is over. */
let reads: Promise<Answer<ProblemBody>[]>;
let abort: Promise<Answer<ProblemBody>>;

beforeAll(async () => {
  stage = await ApiStage.open();
  waiting = await stage.prepare();
  completed = await stage.prepare();
  aborted = await stage.prepare();
  await stage.startWaiting(aborted);
  await stage.startWaiting(waiting);
  await stage.carryOut(completed);
  await stage.stopWorkers();
  reads = Promise.all([
    stage.post<ProblemBody>('/v1/plans', await stage.prepare()),
    stage.get<ProblemBody>('/v1/events?house=FSP'),
    stage.get<ProblemBody>(`/v1/events/FSP/${waiting.eventNumber}`),
  ]);
  abort = stage.post<ProblemBody>(`/v1/cancellations/FSP/${aborted.eventNumber}/abort`, { reason: 'x' });
});
afterAll(() => stage.close());

it('shows an open case from the journal, and says so', async () => {
  const view = await stage.view(waiting);
  expect(view).toMatchObject({
    state: 'waiting',
    step: 'wait-for-title-transfer',
    order: waiting,
    pointOfNoReturnPassed: false,
    allowedActions: [],
    stale: true,
  });
  expect(view.event?.title.after).toBe(`${waiting.expected.title} – ENTFÄLLT`);
  expect(view.steps.filter(({ state }) => state === 'done').map(({ name }) => name)).toEqual([
    'check',
    'mark-titles',
  ]);
});

it('shows a completed case from the journal, and says so', async () => {
  const view = await stage.view(completed);
  expect(view).toMatchObject({
    state: 'completed',
    step: 'report',
    pointOfNoReturnPassed: true,
    stale: true,
  });
  expect(new Set(view.steps.map(({ state }) => state))).toEqual(new Set(['done']));
});

it('takes orders, shows them, and carries them out when the workers are back', async () => {
  const order = await stage.prepare();
  const { caseId } = await stage.start(order);
  expect(await stage.view(order)).toMatchObject({
    caseId,
    state: 'checking',
    step: 'check',
    order,
    stale: true,
  });
  const again = await stage.post<CancellationView>('/v1/cancellations', order);
  expect(again).toMatchObject({ status: 200, body: { caseId } });
  expect(await stage.writes(order.eventNumber)).toEqual([]);
});

it('lists the cases and reads the journal', async () => {
  const { body } = await stage.get<{ cancellations: unknown[] }>('/v1/cancellations?house=FSP&state=waiting');
  expect(body.cancellations).toMatchObject([
    { eventNumber: waiting.eventNumber },
    { eventNumber: aborted.eventNumber },
  ]);
  const journal = await stage.get(`/v1/cancellations/FSP/${waiting.eventNumber}/journal`);
  expect(journal).toMatchObject({ status: 200, body: { verified: true } });
});

it('says for plans and searches that it cannot answer at the moment', async () => {
  for (const { status, headers, body } of await reads) {
    expect(status).toBe(503);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Absage kann gerade nicht antworten. Laufende Absagen gehen weiter.',
      status: 503,
      code: 'workers-unavailable',
    });
  }
});

it('says for actions that it cannot answer at the moment', async () => {
  const { status, body } = await abort;
  expect([status, body.code, body.detail]).toEqual([503, 'workers-unavailable', ACTION_TEXTS.mayStillCome]);
});

it('goes on when the workers are back', async () => {
  await stage.startWorkers();
  const view = await stage.until(waiting, ({ stale }) => !stale);
  expect(view).toMatchObject({ state: 'waiting', stale: false });
});

it('says in the Protokoll when the order came, not when its check was done', async () => {
  const order = await stage.prepare();
  const fromMs = Date.now();
  await stage.start(order);
  const untilMs = Date.now();
  await stage.startWorkers();
  try {
    const { caseId } = await stage.untilState(order, 'completed');
    const [opening] = await stage.journal.entries(caseId);
    const answer = await stage.app.inject({ method: 'GET', url: `/v1/cases/${caseId}/protocol` });
    const orderedMs = Date.parse(answer.json<ProtocolDocument>().order.orderedAt);
    expect(orderedMs).toBeGreaterThanOrEqual(fromMs);
    expect(orderedMs).toBeLessThanOrEqual(untilMs);
    expect(Date.parse(opening!.at)).toBeGreaterThan(orderedMs);
  } finally {
    await stage.stopWorkers();
  }
});
