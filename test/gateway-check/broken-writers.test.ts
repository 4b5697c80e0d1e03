import { checkGateway } from '../../src/gateway-check/check';
import {
  BreakableGateway,
  HOUSE,
  TEST_EVENT,
  TEST_EVENT_NOT_ON_SALE,
  TOKEN,
  USER,
} from './breakable-gateway';
import { BROKEN_WRITERS, nameOf } from './broken-gateways';

let gateway: BreakableGateway;
beforeAll(async () => (gateway = await BreakableGateway.start()));
beforeEach(() => gateway.reset());
afterAll(() => gateway.stop());

const yes = () => Promise.resolve(true);

it.each(BROKEN_WRITERS.map((broken) => [nameOf(broken), broken] as const))(
  'catches by exactly its check, by writing to a test event: %s',
  async (_name, { breaks, make, event }) => {
    gateway.behaviour = make();
    const { ok, checks } = await checkGateway(
      { url: gateway.url, token: TOKEN, timeoutMs: 2_000, ratePerSecond: 10_000 },
      { house: HOUSE, user: USER, maySimulate: false },
      {
        eventNumber: event === 'not-on-sale' ? TEST_EVENT_NOT_ON_SALE : TEST_EVENT,
        isStorno: true,
        mayWrite: yes,
        mayStorno: yes,
      },
    );
    const broken = checks.filter(({ state }) => state === 'broken').map(({ id, seen }) => `${id}: ${seen}`);
    expect(broken).toEqual([expect.stringContaining(`${breaks}: `)]);
    expect(ok).toBe(false);
  },
);
