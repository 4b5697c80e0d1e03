import { askGatewayKind } from '../../src/jet/gateway-kind';
import { RawGateway } from '../support/raw-gateway';
import { TestSimulator } from '../support/simulator';

let gateway: RawGateway;
beforeEach(async () => (gateway = await RawGateway.start()));
afterEach(() => gateway.stop());

const ask = (url = gateway.url) => askGatewayKind({ url, token: 'Geheimnis', timeoutMs: 8_000 }, 'simulator');

it.each([
  ['a real gateway', {}, false],
  ['a simulator', { simulator: true }, true],
  ['a gateway that only nearly says that it is a simulator', { simulator: false }, false],
])('knows %s', async (_what, health, isSimulator) => {
  gateway.answerWith(200, { ok: true, readAt: '2026-12-12T19:30:00.000+01:00', ...health });
  expect(await ask()).toEqual({ isSimulator });
});

it('knows a simulator also behind a token that it does not take', async () => {
  const simulator = await TestSimulator.start();
  expect(await ask(`${simulator.url}/jet/v1`)).toEqual({ isSimulator: true });
  await simulator.stop();
});

it.each([
  ['is silent', 503],
  ['refuses the token', 401],
])('does not take a gateway that %s for anything, and says why', async (_what, status) => {
  gateway.answerWith(status, {});
  expect(await ask()).toEqual({ isSimulator: null, reason: expect.stringContaining(`HTTP ${status}`) });
});
