import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProblemBody } from '../../src/api/problems';
import { ApiStage, type Answer } from '../support/api-stage';

let stage: ApiStage;
/** Asked while Jet is away, and answered only when the patience of the API is over. */
let planWithoutJet: Promise<Answer<ProblemBody>>;
let searchWithoutJet: Promise<Answer<ProblemBody>>;

beforeAll(async () => {
  stage = await ApiStage.open();
  const order = await stage.order();
  await stage.simulator.control('POST', '/faults', [
    { operation: 'read-event', kind: 'maintenance', eventNumber: order.eventNumber },
    { operation: 'find-events', kind: 'error-500' },
  ]);
  planWithoutJet = stage.post<ProblemBody>('/v1/plans', order);
  searchWithoutJet = stage.get<ProblemBody>('/v1/events?house=FSP');
}, 60_000);
afterAll(() => stage.close());

it('lives', async () => {
  expect(await stage.get('/healthz')).toMatchObject({ status: 200, body: { ok: true } });
});

it('is ready when both queues are polled and the journal can be read', async () => {
  const { status, body } = await stage.get('/readyz');
  expect([status, body]).toEqual([200, { ok: true, workers: true, journal: true }]);
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

it('takes an order while Jet is away, and keeps trying', async () => {
  const order = await stage.order();
  const fault = { operation: 'read-event', kind: 'error-500', eventNumber: order.eventNumber, count: 2 };
  await stage.simulator.control('POST', '/faults', [fault]);
  expect(await stage.start(order)).toMatchObject({ state: 'checking', step: 'check' });
  await stage.see(order, ({ state }) => state !== 'checking');
  const log = await stage.simulator.log(order.eventNumber);
  expect(log.filter(({ outcome }) => outcome === 'error-500')).toHaveLength(2);
});

it('says for a plan that Jet does not answer', async () => {
  const { status, headers, body } = await planWithoutJet;
  expect(status).toBe(503);
  expect(headers['content-type']).toBe('application/problem+json');
  expect(body).toEqual({
    type: 'about:blank',
    title: 'Jet antwortet nicht.',
    status: 503,
    code: 'jet-unavailable',
  });
});

it('says for a search that Jet does not answer', async () => {
  const { status, body } = await searchWithoutJet;
  expect([status, body.code]).toEqual([503, 'jet-unavailable']);
});

describe('without a journal', () => {
  beforeAll(() => stage.journal.close());

  it('is not ready', async () => {
    const { status, body } = await stage.get('/readyz');
    expect([status, body]).toEqual([503, { ok: false, workers: true, journal: false }]);
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
    const order = await stage.order();
    const { status, body } = await stage.post<ProblemBody>('/v1/cancellations', order);
    expect([status, body.code]).toEqual([503, 'journal-unavailable']);
    await expect(stage.handle(order).describe()).rejects.toThrow('not found');
  });
});
