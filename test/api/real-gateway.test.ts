import { consoleSession } from '../support/console-session';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../src/api/app';
import type { ProblemBody } from '../../src/cases/problems';
import { consolePages } from '../../src/console/console';
import type { Opening } from '../../src/domain/case';
import { createHttpJet } from '../../src/jet/http-jet';
import { watchGateway, type GatewayWatch } from '../../src/jet/gateway-kind';
import type { ProtocolDocument } from '../../src/protocol/document';
import { verifyProtocol } from '../../src/protocol/verify';
import { SYNC_INTERVAL_FLOOR_MS } from '../../src/domain/case';
import { ApiStage, TIMING } from '../support/api-stage';
import type { RawGateway } from '../support/raw-gateway';
import { REAL_TOKEN, startRealGateway } from '../support/real-gateway';

/*
 * A real gateway on this machine (a sidecar, the end of a tunnel) used to pass for the simulator: page and Protokoll said
 * "nichts wird übertragen" while it was written to (F5).
 */

let stage: ApiStage;
let gateway: RawGateway;
let watch: GatewayWatch | null = null;
let app: FastifyInstance;
let isLogInMissing = false;

beforeAll(async () => {
  stage = await ApiStage.open({
    isSimulator: () => watch?.isSimulator() ?? false,
    isLogInMissing: () => isLogInMissing,
  });
  gateway = await startRealGateway(stage.simulator);
  const real = { url: gateway.url, token: REAL_TOKEN, timeoutMs: TIMING.jetTimeoutMs };
  watch = watchGateway(real);
  await watch.known;
  await stage.stopWorkers();
  await stage.startWorkers(createHttpJet(real));
  app = await buildApp(stage.deps, consolePages({ ...stage.deps, ...consoleSession(stage.deps) }));
});
afterAll(async () => {
  watch?.stop();
  await app.close();
  await stage.close();
  await gateway.stop();
});

it('neither page, Protokoll nor first line call it a mere rehearsal, once and for all', async () => {
  const order = await stage.prepare();
  const { caseId } = await stage.start(order, { syncIntervalMs: SYNC_INTERVAL_FLOOR_MS });
  await stage.untilState(order, 'waiting');
  expect(await stage.writes(order.eventNumber)).toEqual(['save-announcement']);

  const [opening] = await stage.journal.entries(caseId);
  expect((opening?.after as Opening).isSimulator).toBe(false);
  const path = `/absagen/${order.house}/${order.eventNumber}`;
  for (const url of ['/', path, `${path}/protokoll`]) {
    const { body } = await app.inject(url);
    expect(body).toContain('PROBEBETRIEB mit echtem Jet');
    expect(body).not.toMatch(/nichts w[iu]rde? übertragen/);
  }

  // Another gateway later, with the same cases behind it.
  const later = await buildApp({ ...stage.deps, isSimulator: () => true });
  const { body } = await later.inject(`/v1/cases/${caseId}/protocol`);
  await later.close();
  expect(JSON.parse(body) as ProtocolDocument).toMatchObject({ rehearsal: true, realJet: true });
  expect(await verifyProtocol(Buffer.from(body))).toMatchObject({ proof: 'whole' });
});

it('what a refused order leaves behind says it as well', async () => {
  const order = await stage.prepare({ event: await stage.event({ status: 'Abschluss' }) });
  await stage.start(order, { syncIntervalMs: SYNC_INTERVAL_FLOOR_MS });
  const { caseId } = await stage.untilState(order, 'refused');
  const { body } = await app.inject(`/v1/cases/${caseId}/protocol`);
  expect(JSON.parse(body) as ProtocolDocument).toMatchObject({
    realJet: true,
    outcome: { state: 'refused' },
  });
});

it('without a log-in nothing is ordered and nothing done, and all is shown', async () => {
  const order = await stage.prepare();
  const open = await stage.start(order, { syncIntervalMs: SYNC_INTERVAL_FLOOR_MS });
  await stage.untilState(order, 'waiting');
  isLogInMissing = true;
  try {
    const other = await stage.prepare();
    const path = `/v1/cancellations/${order.house}/${order.eventNumber}`;
    for (const [url, body] of [
      ['/v1/cancellations', other],
      [`${path}/abort`, { reason: 'Irrtum' }],
      [`/v1/cases/${open.caseId}/resume`, { reason: 'Weiter' }],
    ] as const) {
      const { status, headers, body: said } = await stage.post<ProblemBody>(url, body);
      expect([status, said.code, headers['retry-after']]).toEqual([503, 'gateway-unknown', '2']);
    }
    expect((await stage.get(path)).status).toBe(200);
    expect((await stage.post('/v1/plans', other)).status).toBe(200);
    expect((await stage.get(`/v1/cancellations/${other.house}/${other.eventNumber}`)).status).toBe(404);
    expect((await stage.view(order)).state).toBe('waiting');
  } finally {
    isLogInMissing = false;
  }
});
