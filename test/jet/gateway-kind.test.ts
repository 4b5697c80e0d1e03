import { askGatewayKind, watchGateway } from '../../src/jet/gateway-kind';
import { RawGateway } from '../support/raw-gateway';
import { TestSimulator } from '../support/simulator';
import { eventually } from '../support/eventually';

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

describe('a watch for the simulator', () => {
  const watches: { stop(): void }[] = [];
  afterEach(() => watches.splice(0).forEach((watch) => watch.stop()));

  const watch = ({ url } = gateway) => {
    const started = watchGateway({ url, token: 'simulator', timeoutMs: 8_000 }, null, 20);
    watches.push(started);
    return started;
  };
  const HEALTH = { ok: true, readAt: '2026-12-12T19:30:00.000+01:00' };
  const asked = (count: number, { requests } = gateway) =>
    eventually(
      () => Promise.resolve(requests.length),
      (sofar) => sofar >= count,
    );

  it('takes a silent gateway for a real one, and asks until it answers', async () => {
    gateway.answerWith(503, {});
    const { isSimulator, isKnown, asked: once, known } = watch();
    await once;
    await asked(3);
    expect([isSimulator(), isKnown()]).toEqual([false, false]);
    gateway.answerWith(200, { ...HEALTH, simulator: true });
    await known;
    expect([isSimulator(), isKnown()]).toEqual([true, true]);
  });

  it.each([true, false])('asks nobody about what is known already: %s', async (known) => {
    const started = watchGateway({ url: gateway.url, token: 'simulator', timeoutMs: 8_000 }, known);
    await started.known;
    expect([started.isSimulator(), started.isKnown()]).toEqual([known, true]);
    expect(gateway.requests).toEqual([]);
  });

  it.each<[string, number, object]>([
    ['refuses the public token', 401, {}],
    ['says that it is none', 200, HEALTH],
  ])('leaves a gateway alone that %s', async (_what, status, body) => {
    gateway.answerWith(status, body);
    const { isSimulator, known } = watch();
    await known;
    // A second question would have come while a silent one was asked three times.
    const silent = await RawGateway.start();
    silent.answerWith(503, {});
    watch(silent);
    await asked(3, silent);
    await silent.stop();
    expect([isSimulator(), gateway.requests.length]).toEqual([false, 1]);
  });
});
