import { consoleSession } from '../support/console-session';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { buildApp } from '../../src/api/app';
import type { ProblemBody } from '../../src/cases/problems';
import type { CancellationView } from '../../src/cases/view';
import { consolePages } from '../../src/console/console';
import { loadConfig } from '../../src/settings/environment';
import { ApiStage } from '../support/api-stage';

/*
 * Forty houses share one Jet. One token that asks without end used to keep all of them waiting.
 */

const FEW = { orders: 2, plans: 3, searches: 4, pdfs: 2 };

let stage: ApiStage;
let app: FastifyInstance;
let served = 0;

beforeAll(async () => {
  stage = await ApiStage.open();
});
afterAll(() => stage.close());
beforeEach(() => serve());
afterEach(() => app.close());

/** Each app is an installation of its own: what was spent before is not theirs. */
async function serve(isSimulator = false): Promise<void> {
  served += 1;
  const installation = served;
  const journal = {
    ...stage.journal,
    spend: (key: string, ...rest: [string, number]) => stage.journal.spend(`${installation} ${key}`, ...rest),
  };
  const deps = { ...stage.deps, journal, limits: FEW, isSimulator: () => isSimulator };
  app = await buildApp(deps, consolePages({ ...deps, ...consoleSession(deps) }));
}

async function ask(method: 'GET' | 'POST', url: string, options: InjectOptions = {}) {
  const { statusCode, headers, body } = await app.inject({ method, url, ...options });
  const isJson = String(headers['content-type']).includes('json');
  return { status: statusCode, headers, body, problem: isJson ? (JSON.parse(body) as ProblemBody) : null };
}

/** Asks one time more than allowed. */
async function exhaust(limit: number, once: () => ReturnType<typeof ask>) {
  const statuses: number[] = [];
  for (let count = 0; count < limit; count += 1) statuses.push((await once()).status);
  expect(statuses).not.toContain(429);
  return once();
}

const plan = async () => ask('POST', '/v1/plans', { payload: await stage.prepare() });
const order = async () => ask('POST', '/v1/cancellations', { payload: await stage.prepare() });
const search = () => ask('GET', '/v1/events?house=FSP&text=faust');
const searchPage = () => ask('GET', '/absagen/neu?haus=FSP&text=faust');

it.each<[keyof typeof FEW, string, () => ReturnType<typeof ask>]>([
  ['orders', 'Aufträge', order],
  ['plans', 'Vorschauen', plan],
  ['searches', 'Suchen', search],
])(
  'one more than the %s of a minute is 429, with the time after which it goes on',
  async (what, german, once) => {
    const { status, headers, problem } = await exhaust(FEW[what], once);
    const seconds = Number(headers['retry-after']);
    expect([status, problem?.code]).toEqual([429, 'too-many-requests']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(problem?.detail).toBe(
      `Möglich sind ${FEW[what]} ${german} in der Minute. Es wurde nichts begonnen. Bitte in ${seconds} Sekunden noch einmal versuchen.`,
    );
  },
);

it('a PDF counts, and no other form of the Protokoll', async () => {
  const { house, eventNumber } = await stage.prepare();
  await stage.carryOut(await stage.prepare({ event: await stage.read(eventNumber) }));
  const protocol = (accept: string) => () =>
    ask('GET', `/v1/cancellations/${house}/${eventNumber}/protocol`, { headers: { accept } });
  expect((await exhaust(FEW.pdfs, protocol('application/pdf'))).status).toBe(429);
  expect((await ask('GET', `/absagen/${house}/${eventNumber}/protokoll.pdf`)).status).toBe(429);
  expect((await protocol('application/json')()).status).toBe(200);
  expect((await protocol('text/html')()).status).toBe(200);
});

it('nothing is begun by an order that is one too many', async () => {
  await exhaust(FEW.orders, order);
  const refused = await stage.prepare();
  const { status } = await ask('POST', '/v1/cancellations', { payload: refused });
  const path = `/v1/cancellations/${refused.house}/${refused.eventNumber}`;
  expect([status, (await ask('GET', path)).status]).toEqual([429, 404]);
});

it('pages and API count for the same identity, and a page says it in German', async () => {
  await search();
  await searchPage();
  await search();
  await searchPage();
  expect((await search()).status).toBe(429);
  const { status, headers, body } = await searchPage();
  expect([status, headers['content-type']]).toEqual([429, expect.stringContaining('text/html')]);
  expect(headers['retry-after']).toMatch(/^\d+$/);
  expect(body).toContain('Das waren zu viele Anfragen in kurzer Zeit.');
});

it('another identity is not kept waiting', async () => {
  expect((await exhaust(FEW.searches, search)).status).toBe(429);
  const headers = { 'x-absage-actor': 'Kasse LTN' };
  expect((await ask('GET', '/v1/events?house=LTN', { headers })).status).toBe(200);
});

it('what cannot be read does not count', async () => {
  const unreadable = () => ask('POST', '/v1/plans', { payload: {} });
  for (let count = 0; count <= FEW.plans; count += 1) expect((await unreadable()).status).toBe(400);
  expect((await plan()).status).toBe(200);
});

it('views, actions and health go on when everything is used up', async () => {
  const waiting = await stage.prepare();
  const { caseId } = await stage.startWaiting(waiting);
  await exhaust(FEW.orders, order);
  await exhaust(FEW.plans, plan);
  await exhaust(FEW.searches, search);
  const path = `/v1/cancellations/${waiting.house}/${waiting.eventNumber}`;
  for (let count = 0; count < 10; count += 1) {
    for (const url of [path, `${path}/journal`, '/v1/cancellations', '/healthz', '/readyz', '/'])
      expect((await ask('GET', url)).status).toBe(200);
  }
  const aborted = await ask('POST', `/v1/cases/${caseId}/abort`, {
    payload: { reason: 'Es regnet nicht mehr.' },
  });
  expect([aborted.status, (JSON.parse(aborted.body) as CancellationView).caseId]).toEqual([200, caseId]);
});

it('a rehearsal on the simulator has none', async () => {
  await app.close();
  await serve(true);
  for (let count = 0; count <= FEW.searches; count += 1) expect((await search()).status).toBe(200);
});

it('the limits are settings', () => {
  expect(loadConfig({}).limits).toEqual({ orders: 120, plans: 240, searches: 600, pdfs: 60, checks: 20 });
  const given = { ABSAGE_LIMIT_ORDERS: '7', ABSAGE_LIMIT_PDFS: '1', ABSAGE_LIMIT_CHECKS: '3' };
  expect(loadConfig(given).limits).toMatchObject({ orders: 7, pdfs: 1, plans: 240, checks: 3 });
  expect(() => loadConfig({ ABSAGE_LIMIT_PLANS: '0' })).toThrow(
    'ABSAGE_LIMIT_PLANS braucht eine ganze Zahl von 1 bis 1000000',
  );
});
