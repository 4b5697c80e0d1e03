import { ConfigError, loadConfig } from '../../src/settings/environment';
import { requireFittingGateway } from '../../src/settings/gateway';

const rehearsal = (ABSAGE_SYNC_INTERVAL = '15m') => loadConfig({ ABSAGE_SYNC_INTERVAL });
const production = { ...rehearsal(), mode: 'production' as const };

it.each([
  ['a real gateway and the full interval', rehearsal('15m'), false],
  ['a simulator and a short interval', rehearsal('1s'), true],
  ['a short interval where the gateway does not say what it is', rehearsal('1s'), null],
  ['a real gateway in production', production, false],
  ['production where the gateway does not say what it is', production, null],
])('takes %s', (_what, config, isSimulator) => {
  expect(() => requireFittingGateway(config, isSimulator)).not.toThrow();
});

it('refuses a short interval with a real gateway', () => {
  const start = () => requireFittingGateway(rehearsal('899s'), false);
  expect(start).toThrow(ConfigError);
  expect(start).toThrow(/ABSAGE_SYNC_INTERVAL muss mindestens 15m sein/);
});

it('refuses a simulator in production', () => {
  expect(() => requireFittingGateway(production, true)).toThrow(/führt zu einem Simulator/);
});
