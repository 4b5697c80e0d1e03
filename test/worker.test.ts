import { ConfigError, loadConfig } from '../src/settings/environment';
import { requireFittingGateway } from '../src/settings/gateway';
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

it.each([
  ['a real gateway and the full interval', {}, '15m', false],
  ['a simulator and a short interval', { simulator: true }, '1s', true],
])('takes %s', async (_what, health, ABSAGE_SYNC_INTERVAL, isSimulator) => {
  says(health);
  expect(await requireFittingGateway(rehearsal({ ABSAGE_SYNC_INTERVAL }))).toEqual({ isSimulator });
});

it('takes a gateway that only nearly says that it is a simulator for a real one', async () => {
  says({ simulator: false });
  await expect(requireFittingGateway(rehearsal({ ABSAGE_SYNC_INTERVAL: '1s' }))).rejects.toThrow(ConfigError);
});

it('does not hold a silent gateway against the settings, and says why nobody knows', async () => {
  gateway.answerWith(503, {});
  const kind = await requireFittingGateway(rehearsal({ ABSAGE_SYNC_INTERVAL: '1s' }));
  expect(kind).toEqual({ isSimulator: null, reason: expect.stringContaining('HTTP 503') });
});

it('does not take a gateway that refuses the token for anything', async () => {
  gateway.answerWith(401, {});
  const kind = await requireFittingGateway(
    rehearsal({ ABSAGE_SYNC_INTERVAL: '1s', ABSAGE_JET_TOKEN: 'Geheimnis' }),
  );
  expect(kind).toEqual({ isSimulator: null, reason: expect.stringContaining('HTTP 401') });
});
