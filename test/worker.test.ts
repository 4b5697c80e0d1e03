import { ConfigError, loadConfig } from '../src/settings/environment';
import { startWorker } from '../src/worker';
import { RawGateway } from './support/raw-gateway';
import { SILENT, TestSimulator } from './support/simulator';

let gateway: RawGateway;
beforeEach(async () => (gateway = await RawGateway.start()));
afterEach(() => gateway.stop());

const says = (health: object) =>
  gateway.answerWith(200, { ok: true, readAt: '2026-12-12T19:30:00.000+01:00', ...health });
const rehearsal = (settings: Record<string, string> = {}) =>
  loadConfig({ ABSAGE_JET_URL: gateway.url, ABSAGE_DATA: '/nowhere', ...settings });
const production = () => ({ ...rehearsal(), mode: 'production' as const });

it('a worker alone refuses a short interval with a real gateway, before it does anything else', async () => {
  says({});
  const starting = startWorker(rehearsal({ ABSAGE_SYNC_INTERVAL: '899s' }), SILENT);
  await expect(starting).rejects.toThrow(ConfigError);
  await expect(starting).rejects.toThrow(/ABSAGE_SYNC_INTERVAL muss mindestens 15m sein/);
});

it('a worker alone refuses a simulator in production', async () => {
  says({ simulator: true });
  await expect(startWorker(production(), SILENT)).rejects.toThrow(/führt zu einem Simulator/);
});

it('knows a simulator also behind a token that it does not take', async () => {
  const simulator = await TestSimulator.start();
  const jet = { ...production().jet, url: `${simulator.url}/jet/v1`, token: 'Geheimnis' };
  const starting = startWorker({ ...production(), jet }, SILENT);
  await expect(starting).rejects.toThrow(/führt zu einem Simulator/);
  await simulator.stop();
});
