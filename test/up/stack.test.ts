import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError } from '../../src/config';
import { planStack } from '../../src/up/stack';

const plan = (environment: Record<string, string>) => planStack(environment, () => '/bin/temporal');
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function startGateway(health: unknown): Promise<string> {
  const server = createServer((_request, response) => response.end(JSON.stringify(health))).listen(
    0,
    '127.0.0.1',
  );
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jet/v1`;
}

it('starts every part when nothing is configured, with short waits', async () => {
  const stack = await plan({});
  expect(stack).toMatchObject({
    hasSimulator: true,
    hasMailCatcher: true,
    temporal: { executable: '/bin/temporal' },
  });
  expect(stack.config.syncIntervalMs).toBe(20_000);
  expect(stack.environment).toMatchObject({
    ABSAGE_SYNC_INTERVAL: '20s',
    TEMPORAL_ADDRESS: '127.0.0.1:7233',
  });
  expect(stack.ports.map(({ setting }) => setting)).toEqual([
    'ABSAGE_PORT',
    'ABSAGE_SIMULATOR_PORT',
    'ABSAGE_MAIL_PORT',
    'ABSAGE_MAIL_UI_PORT',
    'ABSAGE_TEMPORAL_PORT',
    'ABSAGE_TEMPORAL_UI_PORT',
  ]);
});

it('uses the parts whose address is configured', async () => {
  const stack = await plan({
    TEMPORAL_ADDRESS: 'temporal.example:7233',
    ABSAGE_JET_URL: await startGateway({}),
    ABSAGE_SMTP_URL: 'smtp://127.0.0.1:2525',
  });
  expect(stack).toMatchObject({ hasSimulator: false, hasMailCatcher: false, temporal: null });
  expect(stack.ports.map(({ setting }) => setting)).toEqual(['ABSAGE_PORT']);
});

it('keeps the interval that was asked for', async () => {
  expect((await plan({ ABSAGE_SYNC_INTERVAL: '15m' })).config.syncIntervalMs).toBe(900_000);
});

it('waits the full interval with a gateway that is not a simulator', async () => {
  const real = await plan({ ABSAGE_JET_URL: await startGateway({ ok: true }) });
  expect(real.config.syncIntervalMs).toBe(900_000);
  const simulated = await plan({ ABSAGE_JET_URL: await startGateway({ ok: true, simulator: true }) });
  expect(simulated.config.syncIntervalMs).toBe(20_000);
});

it("keeps another server's keys away from its own", async () => {
  const { environment } = await plan({
    TEMPORAL_API_KEY: 'secret',
    TEMPORAL_PROFILE: 'cloud',
    HOME: '/home/x',
  });
  expect(environment.TEMPORAL_API_KEY).toBeUndefined();
  expect(environment.TEMPORAL_PROFILE).toBeUndefined();
  expect(environment.TEMPORAL_CONFIG_FILE).toMatch(/temporal\.toml$/);
  expect(environment.HOME).toBe('/home/x');
});

it('says faulty settings before anything starts', async () => {
  await expect(plan({ ABSAGE_PORT: 'x' })).rejects.toThrow(ConfigError);
  await expect(plan({ ABSAGE_HOUSES: '/nowhere.json' })).rejects.toThrow(ConfigError);
});
