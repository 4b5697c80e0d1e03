import type { Verdict } from '../../src/doctor/check';
import { contractCheck } from '../../src/doctor/gateway-contract';
import { loadConfig } from '../../src/settings/environment';
import { loadHouses } from '../../src/settings/houses';
import { BreakableGateway, TOKEN } from '../gateway-check/breakable-gateway';

let gateway: BreakableGateway;
beforeAll(async () => (gateway = await BreakableGateway.start()));
beforeEach(() => gateway.reset());
afterAll(() => gateway.stop());

const judge = (settings: Record<string, string> = {}): Promise<Verdict> =>
  contractCheck(
    loadConfig({ ABSAGE_JET_URL: gateway.url, ABSAGE_JET_TOKEN: TOKEN, ...settings }),
    loadHouses(null),
  ).run();

it('finds a sound gateway in order, and has only read', async () => {
  const { state, text } = await judge();
  expect([state, text]).toEqual([
    'ok',
    expect.stringMatching(/hält das Gateway den Vertrag \(\d+ Klauseln, mit FSP\)/),
  ]);
  expect(gateway.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});

it('names each clause that is broken, and the command that says more', async () => {
  gateway.behaviour = async (call, pass) => {
    const answer = await pass();
    return call.path.startsWith('/events/') && answer.status === 404
      ? { status: 404, body: { title: 'Not Found', status: 404, code: 'not-found' } }
      : answer;
  };
  expect(await judge()).toEqual({
    state: 'failed',
    text: 'Das Gateway hält den Vertrag nicht: absage gateway check --house FSP sagt mehr.',
    details: [expect.stringMatching(/^unknown-event: .*Gesehen: HTTP 404 not-found$/)],
  });
});

it.each([
  ['refuses us', { ABSAGE_JET_TOKEN: 'falsch' }],
  ['does not answer', { ABSAGE_JET_URL: 'http://127.0.0.1:9/jet/v1' }],
])('leaves it to the rows before where the gateway %s', async (_name, settings) => {
  expect(await judge(settings)).toMatchObject({
    state: 'warning',
    text: expect.stringContaining('Nicht geprüft'),
  });
});
