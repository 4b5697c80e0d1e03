import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/settings/environment';
import { keysFileIn, sealKeysIn, signingKeyIn, tokensFileIn } from '../support/production';
import { planStack } from '../../src/up/stack';
import { RawGateway } from '../support/raw-gateway';

const plan = (environment: Record<string, string>) =>
  planStack(environment, () => Promise.resolve('/bin/temporal'));
const gateways: RawGateway[] = [];
const folder = mkdtempSync(join(tmpdir(), 'absage-stack-'));

afterEach(() => Promise.all(gateways.splice(0).map((gateway) => gateway.stop())));
afterAll(() => rmSync(folder, { recursive: true }));

/** A gateway that answers only `/health`, with this. */
async function startGateway(health: object): Promise<string> {
  const gateway = await RawGateway.start();
  gateways.push(gateway);
  gateway.answerWith(200, { ok: true, readAt: '2026-12-12T19:30:00.000+01:00', ...health });
  return gateway.url;
}

async function faultsOf(environment: Record<string, string>): Promise<readonly string[]> {
  const error = await plan(environment).then(
    () => new ConfigError([]),
    (reason: unknown) => reason,
  );
  if (error instanceof ConfigError) return error.faults;
  throw error;
}

/** What a real gateway needs. */
const withLogIn = () => ({ ABSAGE_API_TOKENS_FILE: tokensFileIn(folder) });

const NOBODY = 'http://127.0.0.1:9/jet/v1';

it('asks for the name of the build that its worker would need', async () => {
  expect(await faultsOf({ ABSAGE_WORKER_VERSIONING: 'on' })).toEqual([
    expect.stringMatching(/^ABSAGE_BUILD_ID fehlt/),
  ]);
});

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
    'ABSAGE_TEMPORAL_HTTP_PORT',
    'ABSAGE_TEMPORAL_UI_PORT',
  ]);
});

it('uses the parts whose address is configured', async () => {
  const stack = await plan({
    TEMPORAL_ADDRESS: 'temporal.example:7233',
    ...withLogIn(),
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
  const real = await plan({ ...withLogIn(), ABSAGE_JET_URL: await startGateway({}) });
  expect(real.config.syncIntervalMs).toBe(900_000);
  const simulated = await plan({ ABSAGE_JET_URL: await startGateway({ simulator: true }) });
  expect(simulated.config.syncIntervalMs).toBe(20_000);
});

it('shows the gateway its token', async () => {
  const ABSAGE_JET_URL = await startGateway({ simulator: true });
  await plan({ ABSAGE_JET_URL, ABSAGE_JET_TOKEN: 'Geheimnis' });
  expect(gateways[0]?.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer Geheimnis']);
});

it('refuses a short interval with a gateway that is not a simulator', async () => {
  const faults = await faultsOf({
    ...withLogIn(),
    ABSAGE_JET_URL: await startGateway({}),
    ABSAGE_SYNC_INTERVAL: '14m',
  });
  expect(faults).toEqual([expect.stringContaining('ABSAGE_SYNC_INTERVAL muss mindestens 15m sein')]);
});

it.each([{}, { simulator: false }])(
  'asks for a log-in in front of a real gateway that says %j',
  async (health) => {
    const faults = await faultsOf({ ABSAGE_JET_URL: await startGateway(health) });
    expect(faults).toEqual([expect.stringMatching(/^ABSAGE_API_TOKENS_FILE fehlt: .*absage tokens create/)]);
  },
);

it('starts with a gateway that does not answer, with the interval that was asked for or the full one', async () => {
  const silent = await plan({ ABSAGE_JET_URL: NOBODY });
  expect(silent).toMatchObject({ isGatewayHeard: false, config: { syncIntervalMs: 900_000 } });
  const short = await plan({ ABSAGE_JET_URL: NOBODY, ABSAGE_SYNC_INTERVAL: '20s' });
  expect(short).toMatchObject({ isGatewayHeard: false, config: { syncIntervalMs: 20_000 } });
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

it('lists the faults of settings, houses and tokens together', async () => {
  const ABSAGE_API_TOKENS_FILE = join(folder, 'empty.json');
  writeFileSync(ABSAGE_API_TOKENS_FILE, '{}');
  const faults = await faultsOf({ ABSAGE_HOST: '0.0.0.0', ABSAGE_API_TOKENS_FILE });
  expect(faults).toEqual([
    expect.stringContaining('ABSAGE_HOST muss im Probebetrieb'),
    expect.stringContaining('empty.json: tokens fehlt'),
  ]);
});

describe('in production', () => {
  async function complete(health: object = {}): Promise<Record<string, string>> {
    return {
      ABSAGE_MODE: 'production',
      ...withLogIn(),
      ABSAGE_PAYLOAD_KEYS_FILE: keysFileIn(folder),
      ABSAGE_SEAL_KEY_FILE: sealKeysIn(folder),
      ABSAGE_SIGNING_KEY_FILE: signingKeyIn(folder),
      ABSAGE_HOUSES: join(__dirname, '..', '..', 'houses.sample.json'),
      ABSAGE_JET_URL: await startGateway(health),
      ABSAGE_JET_TOKEN: 'Geheimnis',
      ABSAGE_SMTP_URL: 'smtp://127.0.0.1:2525',
    };
  }

  it('starts neither simulator nor mail catcher, and the full interval holds', async () => {
    const stack = await plan({
      ...(await complete()),
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_TLS: 'true',
    });
    expect(stack).toMatchObject({ hasSimulator: false, hasMailCatcher: false, temporal: null });
    expect(stack.config.syncIntervalMs).toBe(900_000);
    expect(stack.ports.map(({ setting }) => setting)).toEqual(['ABSAGE_PORT']);
  });

  it('starts a Temporal of its own only where it is asked to, and shows no Web UI of it', async () => {
    expect(await faultsOf(await complete())).toEqual([
      expect.stringMatching(/^TEMPORAL_ADDRESS fehlt: .*ABSAGE_EMBEDDED_TEMPORAL=yes/),
    ]);
    const stack = await plan({ ...(await complete()), ABSAGE_EMBEDDED_TEMPORAL: 'yes' });
    expect(stack.ports.map(({ setting }) => setting)).not.toContain('ABSAGE_TEMPORAL_UI_PORT');
    expect(stack.temporal).toEqual({
      executable: '/bin/temporal',
      databaseFile: expect.stringMatching(/temporal\.sqlite$/),
    });
    expect(stack.environment.TEMPORAL_ADDRESS).toBe('127.0.0.1:7233');
  });

  it('asks for the address of a server that it knows only the key of', async () => {
    const faults = await faultsOf({
      ...(await complete()),
      TEMPORAL_API_KEY: 'Geheimnis',
      TEMPORAL_CLI_PATH: '/bin/temporal',
    });
    expect(faults).toEqual([expect.stringMatching(/^TEMPORAL_ADDRESS fehlt: TEMPORAL_API_KEY nennt/)]);
  });

  it('refuses a gateway that is a simulator', async () => {
    expect(
      await faultsOf({ ...(await complete({ simulator: true })), ABSAGE_EMBEDDED_TEMPORAL: 'yes' }),
    ).toEqual(['ABSAGE_JET_URL führt zu einem Simulator, production braucht das echte Gateway']);
  });

  it('lists everything that is missing before anything starts', async () => {
    const faults = await faultsOf({ ABSAGE_MODE: 'production' });
    expect(faults).toHaveLength(9);
    expect(faults.at(-1)).toMatch(/^TEMPORAL_ADDRESS fehlt/);
  });
});
