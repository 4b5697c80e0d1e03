import { checkGateway } from '../../src/gateway-check/check';
import { CLAUSE_IDS, CLAUSES } from '../../src/gateway-check/clauses';
import { BreakableGateway, HOUSE, TOKEN, USER } from './breakable-gateway';
import { BROKEN_READERS, BROKEN_WRITERS, nameOf } from './broken-gateways';

let gateway: BreakableGateway;
beforeAll(async () => (gateway = await BreakableGateway.start()));
beforeEach(() => gateway.reset());
afterAll(() => gateway.stop());

const read = () =>
  checkGateway(
    { url: gateway.url, token: TOKEN, timeoutMs: 2_000, ratePerSecond: 10_000 },
    { house: HOUSE, user: USER, maySimulate: false },
  );

it('breaks every clause, here or by writing', () => {
  const covered = new Set([...BROKEN_READERS, ...BROKEN_WRITERS].map(({ breaks }) => breaks));
  expect(CLAUSE_IDS.filter((id) => !covered.has(id))).toEqual([]);
});

it.each(BROKEN_READERS.map((broken) => [nameOf(broken), broken] as const))(
  'catches by exactly its check, and by reading alone: %s',
  async (_name, { breaks, make }) => {
    gateway.behaviour = make();
    const { ok, checks } = await read();
    const broken = checks.filter(({ state }) => state === 'broken').map(({ id, seen }) => `${id}: ${seen}`);
    expect(broken).toEqual([expect.stringContaining(`${breaks}: `)]);
    expect(ok).toBe(false);
    expect(await gateway.writes()).toEqual([]);
  },
);

it('finds nothing broken in a sound gateway, and only reads', async () => {
  const { ok, checks, leftBehind } = await read();
  const ofReading = checks.filter(({ id, state }) => CLAUSES[id].part === 'read' && state !== 'ok');
  expect(ofReading.map(({ id, state }) => `${id} ${state}`)).toEqual([
    'retry-after not-tried',
    'right-form not-tried',
  ]);
  expect([ok, leftBehind]).toEqual([true, []]);
  expect(gateway.calls.every(({ method }) => method === 'GET')).toBe(true);
});
