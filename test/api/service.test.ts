import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from '../../src/api/app';
import type { ProblemBody } from '../../src/cases/problems';
import { createHttpJet } from '../../src/jet/http-jet';
import { ApiStage } from '../support/api-stage';
import { eventually } from '../support/eventually';
import { RawGateway } from '../support/raw-gateway';

let stage: ApiStage;

beforeAll(async () => {
  stage = await ApiStage.open();
});
afterAll(() => stage.close());

it('lives', async () => {
  expect(await stage.get('/healthz')).toMatchObject({ status: 200, body: { ok: true } });
});

it('is ready when both queues are polled and the journal can be read', async () => {
  // The server knows of a worker once it has asked for work.
  const { status, body } = await eventually(
    () => stage.get<{ workers: boolean }>('/readyz'),
    (answer) => answer.body.workers,
  );
  expect([status, body]).toEqual([
    200,
    { ok: true, workers: true, journal: true, missing: [], warnings: [] },
  ]);
});

it('is ready, and says what a person should look at', async () => {
  const app = await buildApp({
    ...stage.deps,
    findWarnings: () => ['Die Datei der Tokens hat einen Fehler.'],
  });
  const answer = await app.inject('/readyz');
  expect([answer.statusCode, answer.json()]).toMatchObject([
    200,
    { ok: true, warnings: ['Die Datei der Tokens hat einen Fehler.'] },
  ]);
  await app.close();
});

it('is ready, and names the builds that have open cases and no worker', async () => {
  const findAbandonedBuilds = () => Promise.resolve(['0.2.0']);
  const app = await buildApp({ ...stage.deps, client: { ...stage.deps.client, findAbandonedBuilds } });
  const answer = await app.inject('/readyz');
  expect([answer.statusCode, answer.json()]).toMatchObject([
    200,
    { ok: true, warnings: [expect.stringMatching(/^0\.2\.0 hat offene Absagen und keinen Worker: /)] },
  ]);
  await app.close();
});

// Anybody may ask: who switched, and why, is for those who are logged in.
it('is ready, and says that the writes are off, but not whose doing that is', async () => {
  const by = { actor: 'Ada', actorId: 'token:ada' };
  await stage.journal.switchWrites({ ...by, on: false, reason: 'Titel falsch' });
  const { status, body } = await stage.get<{ warnings: string[] }>('/readyz');
  await stage.journal.switchWrites({ ...by, on: true, reason: 'Titel richtig' });
  expect([status, body]).toMatchObject([
    200,
    { ok: true, warnings: [expect.stringMatching(/^Das Schreiben ist seit .* abgeschaltet: /)] },
  ]);
  expect(body.warnings[0]).not.toMatch(/Ada|Titel/);
});

it('says what runs here', async () => {
  const { status, body } = await stage.get('/version');
  expect(status).toBe(200);
  expect(body).toEqual({ name: 'absage', version: '0.0.0-test', node: process.version, rehearsal: true });
});

it('describes itself as the document in the repository does', async () => {
  const { status, body } = await stage.get('/v1/openapi.json');
  const written = readFileSync(join(__dirname, '../../docs/openapi.json'), 'utf8');
  expect(status).toBe(200);
  expect(body).toEqual(JSON.parse(written));
});

it('takes an order while Jet has a bad moment, and keeps trying', async () => {
  const order = await stage.prepare();
  const fault = { operation: 'read-event', kind: 'error-500', eventNumber: order.eventNumber, count: 2 };
  await stage.simulator.control('POST', '/faults', [fault]);
  expect(await stage.start(order)).toMatchObject({ state: 'checking', step: 'check' });
  await stage.until(order, ({ state }) => state !== 'checking');
  const log = await stage.simulator.log(order.eventNumber);
  expect(log.filter(({ outcome }) => outcome === 'error-500')).toHaveLength(2);
});

describe('without Jet', () => {
  let gateway: RawGateway;

  beforeAll(async () => {
    gateway = await RawGateway.start();
    await stage.stopWorkers();
    await stage.startWorkers(createHttpJet({ url: gateway.url, token: 'x', timeoutMs: 5_000 }));
  });
  afterAll(() => gateway.stop());

  const ask = async (url: string) =>
    url === '/v1/plans' ? stage.post<ProblemBody>(url, await stage.prepare()) : stage.get<ProblemBody>(url);

  it.each([
    ['is away for an hour', 503, { 'retry-after': '3600' }],
    ['does not let Absage in', 401, {}],
  ])('says that Jet does not answer when the gateway %s', async (_name, answer, headers) => {
    gateway.answerWith(answer, {}, headers as Record<string, string>);
    for (const url of ['/v1/plans', '/v1/events?house=FSP', '/v1/events/FSP/700001']) {
      const { status, headers, body } = await ask(url);
      expect(headers['content-type']).toBe('application/problem+json');
      expect([url, status, body]).toEqual([
        url,
        503,
        { type: 'about:blank', title: 'Jet antwortet nicht.', status: 503, code: 'jet-unavailable' },
      ]);
    }
  });
});

describe('without a journal', () => {
  beforeAll(() => stage.journal.close());

  it('is not ready', async () => {
    const { status, body } = await stage.get('/readyz');
    expect([status, body]).toEqual([
      503,
      { ok: false, workers: true, journal: false, missing: [], warnings: [] },
    ]);
  });

  it.each(['/v1/cancellations', '/v1/cancellations/FSP/888888', '/v1/cancellations/FSP/888888/journal'])(
    'says for %s that the journal cannot be reached',
    async (url) => {
      const { status, body } = await stage.get<ProblemBody>(url);
      expect([status, body.code, body.title]).toEqual([
        503,
        'journal-unavailable',
        'Das Logbuch ist nicht erreichbar.',
      ]);
    },
  );

  it('starts nothing', async () => {
    const order = await stage.prepare();
    const { status, body } = await stage.post<ProblemBody>('/v1/cancellations', order);
    expect([status, body.code]).toEqual([503, 'journal-unavailable']);
    await expect(stage.handle(order).describe()).rejects.toThrow('not found');
  });
});
