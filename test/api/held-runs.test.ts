import { BY } from '../support/trust';
import { randomUUID } from 'node:crypto';
import { buildApp } from '../../src/api/app';
import type { ListedCancellation } from '../../src/cases/lists';
import type { ProblemBody } from '../../src/cases/problems';
import type { CancellationView } from '../../src/cases/view';
import type { CancellationClient } from '../../src/client';
import { ACTION_TEXTS, TEMPORAL_TEXTS } from '../../src/domain/wording';
import type { Order } from '../../src/domain/types';
import { RECONCILE_CANCELLATIONS, RECONCILER_SCHEDULE, TASK_QUEUE } from '../../src/workflows/messages';
import { ApiStage } from '../support/api-stage';
import { lockSqlite } from '../support/sqlite-lock';
import { eventually } from '../support/eventually';

/** So few that a test reaches the end of them. */
const UPDATES = 5;

let stage: ApiStage;

beforeAll(async () => {
  stage = await ApiStage.open({}, [
    'frontend.WorkflowPauseEnabled=true',
    `history.maxTotalUpdates=${UPDATES}`,
  ]);
}, 120_000);
afterAll(() => stage.close());

const reason = { reason: 'Der Regen hört nicht auf.' };
const path = ({ house, eventNumber }: Order) => `/v1/cancellations/${house}/${eventNumber}`;
const act = (order: Order, action: string, headers: Record<string, string> = {}) =>
  stage.post<CancellationView & ProblemBody>(`${path(order)}/${action}`, reason, headers);

async function rowOf({ eventNumber }: Order, query = ''): Promise<ListedCancellation | undefined> {
  const list = await stage.get<{ cancellations: ListedCancellation[] }>(
    `/v1/cancellations?house=FSP${query}`,
  );
  return list.body.cancellations.find((row) => row.eventNumber === eventNumber);
}

/** As a person does in Temporal's Web UI, or with its command. */
async function pause(order: Order): Promise<void> {
  const { workflowId } = stage.handle(order);
  await stage.temporal.workflowService.pauseWorkflowExecution({
    namespace: 'default',
    workflowId,
    reason: 'Probe',
  });
  await eventually(
    () => stage.handle(order).describe(),
    ({ status }) => status.name === 'PAUSED',
  );
}

async function unpause(order: Order): Promise<void> {
  const { workflowId } = stage.handle(order);
  await stage.temporal.workflowService.unpauseWorkflowExecution({
    namespace: 'default',
    workflowId,
    reason: 'Probe',
  });
}

describe('a paused run', () => {
  let order: Order;
  let waiting: CancellationView;

  beforeAll(async () => {
    order = await stage.prepare();
    waiting = await stage.startWaiting(order);
    await pause(order);
  });

  it('is shown as paused, at its step, with the way on, and offers nothing that would not help', async () => {
    const view = await stage.view(order);
    expect(view).toMatchObject({
      caseId: waiting.caseId,
      state: 'needs-attention',
      step: 'wait-for-title-transfer',
      attention: { code: 'run-paused', text: TEMPORAL_TEXTS.paused, actions: [], choices: [] },
      allowedActions: [],
      stale: true,
    });
    expect(view.attention?.text).toMatch(/angehalten.*Unpause/);
    expect(Date.parse(view.attention?.since ?? '')).toBeGreaterThanOrEqual(Date.parse(waiting.waitSavedAt!));
  });

  it('is listed in the same words', async () => {
    const shown = { state: 'needs-attention', step: 'wait-for-title-transfer', needsAttention: true };
    await eventually(
      () => rowOf(order, '&state=needs-attention&needsAttention=true'),
      (row) => row !== undefined,
    );
    expect(await rowOf(order)).toMatchObject(shown);
  });

  // Used to say that it can be taken up again, and to answer 200 to that without doing anything.
  it.each(['abort', 'retry', 'resume'])('refuses %s and says who can lift the pause', async (action) => {
    const headers: Record<string, string>[] =
      action === 'resume' ? [{}] : [{}, { 'idempotency-key': randomUUID() }];
    for (const each of headers) {
      const { status, body } = await act(order, action, each);
      expect([status, body.code, body.detail]).toEqual([409, 'action-not-possible', ACTION_TEXTS.paused]);
    }
  });

  it('is the case of its order, and in the way of another one', async () => {
    const { status, body } = await stage.post<CancellationView>('/v1/cancellations', order);
    expect([status, body.caseId]).toEqual([200, waiting.caseId]);
    const other = await stage.post<ProblemBody>('/v1/cancellations', { ...order, reason: 'Anderes.' });
    expect([other.status, other.body.detail]).toEqual([409, expect.not.stringContaining('resume')]);
  });

  // The house used to get a mail that its case was ended from outside.
  it('is no interruption for the hourly search', async () => {
    await stage.temporal.workflow.execute(RECONCILE_CANCELLATIONS, {
      taskQueue: TASK_QUEUE,
      workflowId: `${RECONCILER_SCHEDULE.scheduleId}-${randomUUID()}`,
    });
    const keys = (await stage.journal.entries(waiting.caseId)).map(({ effectKey }) => effectKey);
    expect(keys.filter((key) => key.includes('interrupted'))).toEqual([]);
  });

  it('goes on where it stood when the pause is lifted', async () => {
    await unpause(order);
    const view = await stage.until(order, ({ stale }) => !stale);
    expect(view).toMatchObject({ state: 'waiting', attention: null, waitSavedAt: waiting.waitSavedAt });
    expect((await act(order, 'abort')).status).toBe(200);
    await stage.untilState(order, 'aborted');
  });
});

it('refuses to resume while a run is open, though the case was seen as interrupted', async () => {
  const order = await stage.prepare();
  await stage.startWaiting(order);
  await stage.handle(order).terminate('Versehen');
  const [first, second] = await Promise.all([act(order, 'resume'), act(order, 'resume')]);
  expect([first.status, second.status].toSorted()).toEqual([200, 409]);
  const { body } = first.status === 409 ? first : second;
  expect([body.code, body.detail]).toEqual(['action-not-possible', ACTION_TEXTS.notInterrupted]);
});

describe('while the lists of Temporal are behind', () => {
  let waiting: Order;
  let ended: Order;
  /** An API that is shown none of the open runs. */
  let app: ApiStage['app'];
  let asked = 0;

  beforeAll(async () => {
    waiting = await stage.prepare();
    ended = await stage.prepare();
    await stage.startWaiting(waiting);
    await stage.startWaiting(ended);
    await stage.handle(ended).terminate('Versehen');
    const { client } = stage.deps;
    const late: CancellationClient = {
      ...client,
      listOpen: () => Promise.resolve([]),
      findAll: (events) => ((asked += events.length), client.findAll(events)),
    };
    app = await buildApp({ ...stage.deps, client: late });
  });
  afterAll(() => app.close());

  const rows = async () => {
    const { cancellations } = (await app.inject('/v1/cancellations?house=FSP')).json<{
      cancellations: ListedCancellation[];
    }>();
    return new Map(cancellations.map((row) => [row.eventNumber, row]));
  };

  it('shows a case that runs as it is', async () => {
    const row = (await rows()).get(waiting.eventNumber);
    const { state, step, runId, caseId } = await stage.view(waiting);
    expect(row).toMatchObject({ state, step, runId, caseId });
    expect(state).toBe('waiting');
  });

  // The row used to be at the report, whatever was still to be done.
  it('shows an interrupted case at the step at which its page shows it', async () => {
    const row = (await rows()).get(ended.eventNumber);
    const { state, step } = await stage.view(ended);
    expect(row).toMatchObject({ state, step });
    expect([state, step]).toEqual(['interrupted', 'wait-for-title-transfer']);
  });

  it('asks for no case that has ended', async () => {
    const shown = await rows();
    const open = [...shown.values()].filter(
      ({ state }) => !['aborted', 'completed', 'refused'].includes(state),
    );
    asked = 0;
    await rows();
    expect(open.length).toBeLessThan(shown.size);
    expect(asked).toBe(open.length);
  });
});

it('says that it is open whether an action was noted whose run ended meanwhile', async () => {
  const order = await stage.prepare();
  await stage.startWaiting(order);
  const lock = lockSqlite(stage.journalFile);
  try {
    const answer = act(order, 'abort');
    await eventually(
      async () => (await stage.handle(order).fetchHistory()).events ?? [],
      (events) => events.some((event) => event.workflowExecutionUpdateAcceptedEventAttributes),
    );
    await stage.handle(order).terminate('Versehen');
    const { status, body } = await answer;
    expect([status, body.code, body.detail]).toEqual([409, 'action-not-possible', ACTION_TEXTS.inDoubt]);
  } finally {
    lock.release();
  }
  expect((await act(order, 'resume')).status).toBe(200);
});

/** A case that asks, and goes on asking however often it tries again. */
async function startAsking(): Promise<Order> {
  const order = await stage.prepare();
  // Nobody ends this wait by an action: a run of this server takes only a few. So it is long enough for the edit to come within it.
  await stage.start(order, { syncIntervalMs: 15_000 });
  await stage.untilState(order, 'waiting');
  await stage.edit(order.eventNumber, { status: 'Bereitstellung' });
  await stage.untilState(order, 'needs-attention');
  return order;
}

// Each line costs one of the actions that a run takes in its life.
it('refuses a retry on the heels of another one, and answers the same request again', async () => {
  const order = await startAsking();
  const { journal } = stage.deps;
  // However slow the machine is: the last retry was just now.
  const entries: typeof journal.entries = async (caseId) => {
    const lines = await journal.entries(caseId);
    return lines.map((line) =>
      line.operation === 'retry' ? { ...line, at: new Date().toISOString() } : line,
    );
  };
  const fresh: typeof journal = Object.assign(Object.create(journal) as typeof journal, { entries });
  const app = await buildApp({ ...stage.deps, journal: fresh });
  const retry = (headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: `${path(order)}/retry`, payload: reason, headers });
  const key = { 'idempotency-key': randomUUID() };
  expect((await retry(key)).statusCode).toBe(200);
  for (const headers of [{}, { 'idempotency-key': randomUUID() }]) {
    const answer = await retry(headers as Record<string, string>);
    expect([answer.statusCode, answer.json<ProblemBody>().detail]).toEqual([
      409,
      ACTION_TEXTS.retriedJustNow,
    ]);
  }
  expect((await retry(key)).statusCode).toBe(200);
  await app.close();
  const { caseId } = await stage.view(order);
  const noted = (await journal.entries(caseId)).filter(({ operation }) => operation === 'retry');
  expect(noted).toHaveLength(1);
});

describe('a run that takes no more actions', () => {
  let order: Order;

  beforeAll(async () => {
    order = await startAsking();
    const { house, eventNumber } = order;
    for (let nth = 1; nth <= UPDATES; nth += 1)
      await stage.deps.client.act(
        'retry',
        { house, eventNumber, caseId: null },
        { actor: 'Probe', ...reason },
        { by: BY },
      );
  });

  // Used to say that Absage cannot answer at the moment, for ever.
  it.each(['abort', 'close-by-hand'])('says so of %s, with the way out', async (action) => {
    const { status, body } = await act(order, action);
    expect([status, body.code, body.detail]).toEqual([
      409,
      'action-not-possible',
      ACTION_TEXTS.tooManyActions,
    ]);
    expect(body.detail).toContain('Request Cancellation');
  });

  it('is aborted by Request Cancellation, as the sentence says', async () => {
    await stage.handle(order).cancel();
    expect(await stage.untilState(order, 'aborted')).toMatchObject({ pointOfNoReturnPassed: false });
    expect((await stage.read(order.eventNumber)).title).toBe(order.expected.title);
  });
});

it('takes actions again after the run was ended and the case taken up again', async () => {
  const order = await startAsking();
  const { house, eventNumber } = order;
  for (let nth = 1; nth <= UPDATES; nth += 1)
    await stage.deps.client.act(
      'retry',
      { house, eventNumber, caseId: null },
      { actor: 'Probe', ...reason },
      { by: BY },
    );
  await stage.handle(order).terminate('Voll');
  expect((await act(order, 'resume')).status).toBe(200);
  await stage.untilState(order, 'needs-attention');
  expect((await act(order, 'abort')).status).toBe(200);
});
