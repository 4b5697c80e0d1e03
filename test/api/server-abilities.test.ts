import { seal } from '../support/trust';
import { randomUUID } from 'node:crypto';
import { Client, type Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { buildApp } from '../../src/api/app';
import type { ProblemBody } from '../../src/cases/problems';
import { createCancellationClient } from '../../src/client';
import { examine } from '../../src/doctor/doctor';
import { TEMPORAL_TEXTS } from '../../src/domain/wording';
import { ApiStage } from '../support/api-stage';
import { eventually } from '../support/eventually';

let stage: ApiStage;

beforeAll(async () => {
  stage = await ApiStage.open({}, [
    'activity.enableStandalone=false',
    'frontend.enableUpdateWorkflowExecution=false',
  ]);
}, 120_000);
afterAll(() => stage.close());

/** What the doctor says of the Temporal server of the stage. */
async function verdictOf(name: string, namespace = 'default') {
  const { address } = (stage.temporal.connection as Connection).options;
  const { ok, checks } = await examine({ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace });
  return { ok, ...checks.find((check) => check.name === name) };
}

const asked: [string, () => Promise<{ status: number; body: ProblemBody }>][] = [
  ['a search', () => stage.get('/v1/events?house=FSP')],
  ['one event', () => stage.get('/v1/events/FSP/700001')],
  ['a plan', async () => stage.post('/v1/plans', await stage.prepare())],
];

describe('a server without standalone activities and updates', () => {
  // Each used to be a 500.
  it.each(asked)('answers %s with what is to be done', async (_what, ask) => {
    const { status, body } = await ask();
    expect([status, body.code, body.detail]).toEqual([503, 'workers-unavailable', TEMPORAL_TEXTS.notAble]);
  });

  it('is not ready, and says what is missing', async () => {
    // The server knows of a worker once it has asked for work.
    const { status, body } = await eventually(
      () => stage.get<{ workers: boolean }>('/readyz'),
      (answer) => answer.body.workers,
    );
    expect([status, body]).toEqual([
      503,
      {
        ok: false,
        workers: true,
        journal: true,
        missing: ['standalone activities', 'updates'],
        warnings: [],
      },
    ]);
  });

  it('is a failure for the doctor, who says how to put it right', async () => {
    const { ok, state, text, details } = await verdictOf('abilities');
    expect([ok, state]).toEqual([false, 'failed']);
    expect(text).toMatch(/^Dem Server fehlt, was Absage braucht/);
    expect(details).toEqual([
      expect.stringMatching(/planen.*1\.31.*activity\.enableStandalone = true/),
      expect.stringMatching(/abbrechen.*frontend\.enableUpdateWorkflowExecution = true/),
    ]);
  });

  it('answers an action with what is to be done', async () => {
    const order = await stage.prepare();
    await stage.startWaiting(order);
    const { status, body } = await stage.post<ProblemBody>(
      `/v1/cancellations/FSP/${order.eventNumber}/abort`,
      { reason: 'Probe' },
    );
    expect([status, body.detail]).toEqual([503, TEMPORAL_TEXTS.notAble]);
  });

  it('carries out a cancellation all the same', async () => {
    expect(await stage.carryOut(await stage.prepare())).toMatchObject({ state: 'completed' });
  });
});

describe('a namespace without our search attributes', () => {
  let app: ApiStage['app'];

  beforeAll(async () => {
    const namespace = `bare-${randomUUID()}`;
    const { connection } = stage.temporal;
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('90 days'),
    });
    const client = createCancellationClient(new Client({ connection, namespace }), seal);
    // The server itself knows the namespace a moment later.
    await eventually(
      () => client.findMissing().catch(() => []),
      (missing) => missing.length > 0,
    );
    app = await buildApp({ ...stage.deps, client });
  });
  afterAll(() => app.close());

  it('is not ready, and says which', async () => {
    const { missing } = (await app.inject('/readyz')).json<{ missing: string[] }>();
    expect(missing).toEqual([
      'standalone activities',
      'updates',
      ...['House', 'EventNumber', 'CancellationStep', 'NeedsAttention', 'PerformanceAt', 'Series'].map(
        (name) => `search attribute ${name}`,
      ),
    ]);
  });

  // Used to be a 500.
  it('takes no order, and says what is to be done', async () => {
    const payload = await stage.prepare();
    const answer = await app.inject({ method: 'POST', url: '/v1/cancellations', payload });
    expect([answer.statusCode, answer.json<ProblemBody>().detail]).toEqual([503, TEMPORAL_TEXTS.notAble]);
  });
});

describe('a namespace that does not exist', () => {
  it('is no reason for a 500', async () => {
    const { connection } = stage.temporal;
    const client = createCancellationClient(new Client({ connection, namespace: 'nowhere' }), seal);
    const app = await buildApp({ ...stage.deps, client });
    const answer = await app.inject('/v1/cancellations');
    await app.close();
    expect([answer.statusCode, answer.json<ProblemBody>().detail]).toEqual([503, TEMPORAL_TEXTS.notAble]);
  });
});
