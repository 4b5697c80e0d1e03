import { ConfigError, loadConfig } from '../../src/settings/environment';
import { requireFittingGateway } from '../../src/settings/gateway';

const open = (ABSAGE_SYNC_INTERVAL = '15m') => loadConfig({ ABSAGE_SYNC_INTERVAL });
const rehearsal = (interval?: string) => ({ ...open(interval), apiTokensFile: 'tokens.json' });
const production = { ...rehearsal(), mode: 'production' as const };

it.each([
  ['a real gateway and the full interval', rehearsal('15m'), false],
  ['a simulator and a short interval', rehearsal('1s'), true],
  ['a simulator without a log-in', open(), true],
  ['no log-in where the gateway does not say what it is', open(), null],
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

// A page that a browser visited used to cancel for real, under any name (F4).
it('refuses a rehearsal without a log-in in front of a real gateway', () => {
  const start = () => requireFittingGateway(open(), false);
  expect(start).toThrow(ConfigError);
  expect(start).toThrow(/ABSAGE_API_TOKENS_FILE fehlt: hinter ABSAGE_JET_URL steht kein Simulator/);
});

it('asks the server for the log-in, and not the worker, who does not know of it', () => {
  expect(() => requireFittingGateway(open(), false, 'server')).toThrow(/ABSAGE_API_TOKENS_FILE/);
  expect(() => requireFittingGateway(open(), false, 'worker')).not.toThrow();
});

it('says both at once', () => {
  expect(() => requireFittingGateway(open('899s'), false)).toThrow(/15m sein[^]*ABSAGE_API_TOKENS_FILE/);
});
