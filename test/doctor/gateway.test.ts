import { loadConfig } from '../../src/settings/environment';
import type { Verdict } from '../../src/doctor/check';
import { gatewayChecks } from '../../src/doctor/gateway';
import { loadHouses } from '../../src/settings/houses';
import { RawGateway } from '../support/raw-gateway';
import { TestSimulator } from '../support/simulator';

const HOUSES = loadHouses(null);
const SECRET = 'KanarienvogelToken';

/** The verdicts on the gateway itself and on Absage's access to it. */
async function judgeAll(environment: Record<string, string>, houses: typeof HOUSES | null = HOUSES) {
  const config = loadConfig(environment);
  const [gateway, access] = await Promise.all(gatewayChecks(config, houses).map((check) => check.run()));
  return { gateway, access } as { gateway: Verdict; access: Verdict };
}

describe('with the simulator', () => {
  let simulator: TestSimulator;
  let url: string;
  beforeAll(async () => {
    simulator = await TestSimulator.start();
    url = `${simulator.url}/jet/v1`;
  });
  afterAll(() => simulator.stop());

  it('is content in rehearsal, and has only read', async () => {
    const { gateway, access } = await judgeAll({ ABSAGE_JET_URL: url, ABSAGE_SYNC_INTERVAL: '20s' });
    expect(gateway).toEqual({ state: 'ok', text: `${url} ist ein Simulator, die Uhren stimmen überein.` });
    expect(access).toEqual({ state: 'ok', text: 'Das Token wird angenommen, FSP ist lesbar.' });
    const response = await simulator.tryControl('GET', '/log');
    const { entries } = (await response.json()) as { entries: { operation: string }[] };
    expect(entries.map(({ operation }) => operation)).toEqual(['find-events']);
  });

  it('says that the token is refused, without the token', async () => {
    const { gateway, access } = await judgeAll({ ABSAGE_JET_URL: url, ABSAGE_JET_TOKEN: SECRET });
    for (const { state, text } of [gateway, access]) {
      expect(state).toBe('failed');
      expect(text).toContain('bitte ABSAGE_JET_TOKEN prüfen');
      expect(text).not.toContain(SECRET);
    }
  });
});

describe('with another gateway', () => {
  let raw: RawGateway;
  beforeEach(async () => {
    raw = await RawGateway.start();
    // Our clock stands still, so that the gateway's differs by exactly what a test says, however long its answer takes.
    jest.spyOn(Date, 'now').mockReturnValue(Date.now());
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await raw.stop();
  });

  const isHealthy = (readAtMs = Date.now()) =>
    raw.answerWith(200, { ok: true, readAt: new Date(readAtMs).toISOString(), events: [] });

  /** With a log-in, as a real gateway needs it. */
  const judge = (environment: Record<string, string>, houses?: typeof HOUSES) =>
    judgeAll({ ABSAGE_API_TOKENS_FILE: 'tokens.json', ...environment }, houses);

  it('refuses a short interval where something real is behind it', async () => {
    isHealthy();
    const { gateway } = await judge({ ABSAGE_JET_URL: raw.url, ABSAGE_SYNC_INTERVAL: '20s' });
    expect(gateway).toMatchObject({ state: 'failed', text: expect.stringContaining('mindestens 15m') });
    expect((await judge({ ABSAGE_JET_URL: raw.url })).gateway).toMatchObject({
      state: 'ok',
      text: expect.stringContaining('ein echtes Gateway'),
    });
  });

  it('asks for a log-in where something real is behind it', async () => {
    isHealthy();
    expect((await judgeAll({ ABSAGE_JET_URL: raw.url })).gateway).toEqual({
      state: 'failed',
      text: expect.stringMatching(/^ABSAGE_API_TOKENS_FILE fehlt: .*absage tokens create.*\.$/),
    });
  });

  it.each([
    [-8, 'geht 8 s nach'],
    [30, 'geht 30 s vor'],
  ])('warns of a clock that is %i s away', async (seconds, text) => {
    isHealthy(Date.now() + seconds * 1_000);
    const { gateway } = await judge({ ABSAGE_JET_URL: raw.url });
    expect(gateway).toMatchObject({ state: 'warning', text: expect.stringContaining(text) });
  });

  it('is content with a clock that is a little away', async () => {
    isHealthy(Date.now() - 3_000);
    expect((await judge({ ABSAGE_JET_URL: raw.url })).gateway.state).toBe('ok');
  });

  it('asks whether the address leads to a gateway at all', async () => {
    raw.answerWith(200, '<html>Bitte anmelden</html>', { 'content-type': 'text/html' });
    const { gateway, access } = await judge({ ABSAGE_JET_URL: raw.url });
    for (const { state, text } of [gateway, access]) {
      expect(state).toBe('failed');
      expect(text).toContain('führt ABSAGE_JET_URL wirklich zum Gateway?');
    }
  });

  it('does not wait for one that never answers', async () => {
    raw.answer = () => {};
    const { gateway } = await judge({ ABSAGE_JET_URL: raw.url, ABSAGE_JET_TIMEOUT: '200ms' });
    expect(gateway).toMatchObject({ state: 'failed', text: expect.stringContaining('antwortet nicht') });
  });

  it('needs no access where every house is guided', async () => {
    isHealthy();
    const guided = new Map(
      [...HOUSES].map(([key, house]) => [key, { ...house, backend: 'guided' as const }]),
    );
    const { access } = await judge({ ABSAGE_JET_URL: raw.url }, guided);
    expect(access).toEqual({ state: 'ok', text: 'Kein Haus verwendet das Gateway.' });
  });
});
