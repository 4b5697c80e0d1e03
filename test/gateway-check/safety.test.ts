import { checkGateway, NotWritable, type WriteWish } from '../../src/gateway-check/check';
import {
  BreakableGateway,
  HOUSE,
  TEST_EVENT,
  TEST_EVENT_NOT_ON_SALE,
  TOKEN,
  USER,
  type Call,
} from './breakable-gateway';

const UNKNOWN = '9999999999';

let gateway: BreakableGateway;
beforeAll(async () => (gateway = await BreakableGateway.start()));
beforeEach(() => gateway.reset());
afterAll(() => gateway.stop());

const yes = () => Promise.resolve(true);
const no = () => Promise.resolve(false);

function check(wish: Partial<WriteWish> = {}, isStopped?: () => boolean) {
  const street = { url: gateway.url, token: TOKEN, timeoutMs: 2_000, ratePerSecond: 10_000 };
  const write = { eventNumber: TEST_EVENT, isStorno: false, mayWrite: yes, mayStorno: no, ...wish };
  return checkGateway(street, { house: HOUSE, user: USER, maySimulate: false }, write, isStopped);
}

const puts = () => gateway.calls.filter(({ method }) => method === 'PUT');
const isAnnouncement = ({ path }: Call) => path.endsWith('/announcement');
const textsOf = async () => {
  const { title, customerTitle, externalMemo, status } = await gateway.read(TEST_EVENT);
  return { title, customerTitle, externalMemo, status };
};
const BEFORE = {
  title: 'TEST Abend',
  customerTitle: 'Ein Abend zum Testen',
  externalMemo: 'wie immer',
  status: 'Verkaufsfreigabe',
};

describe('before the first write, refuses', () => {
  it.each([
    ['another title', { title: 'Faust' }],
    ['a title that only begins so', { title: 'TESTABEND' }],
    ['a title in other letters', { title: 'Test Abend' }],
    ['the word somewhere else', { title: 'Der TEST' }],
    ['another blank', { title: 'TEST\u00a0Abend' }],
    ['a start that has gone by', { startsAt: new Date(Date.now() - 1_000).toISOString() }],
    ['another house', { house: 'LTN' }],
  ])('an event with %s', async (_name, set) => {
    await gateway.edit(TEST_EVENT, set);
    await expect(check()).rejects.toThrow(NotWritable);
    expect(puts()).toEqual([]);
  });

  it('a number that is unknown', async () => {
    await expect(check({ eventNumber: '12345' })).rejects.toThrow('Nichts geschrieben');
    expect(puts()).toEqual([]);
  });

  it('an answer about another event', async () => {
    gateway.behaviour = (call, pass) =>
      pass({ path: call.path.replace('/events/600001', `/events/${TEST_EVENT}`) });
    await expect(check({ eventNumber: '600001' })).rejects.toThrow('same-event');
    expect(puts()).toEqual([]);
  });

  it('an event whose version moves by itself', async () => {
    let reads = 0;
    gateway.behaviour = async (_call, pass) => {
      const answer = await pass();
      return { ...answer, body: { ...(answer.body as object), version: `v${(reads += 1)}` } };
    };
    await expect(check()).rejects.toThrow('andere version');
    expect(puts()).toEqual([]);
  });

  it('a person who says no', async () => {
    await expect(check({ mayWrite: no })).rejects.toThrow(NotWritable);
    expect(puts()).toEqual([]);
  });
});

describe('while it writes', () => {
  it('writes to the test event alone, never a status, and puts the texts back', async () => {
    const findings = await check();
    expect(await textsOf()).toEqual(BEFORE);
    const numbers = new Set(puts().map(({ path }) => /events\/(\d+)/.exec(path)?.[1]));
    expect([...numbers].toSorted()).toEqual([TEST_EVENT, UNKNOWN]);
    expect(puts().some(({ path }) => path.endsWith('/storno'))).toBe(false);
    expect(puts().some(({ body }) => body.includes('status'))).toBe(false);
    const titles = puts()
      .filter(isAnnouncement)
      .map(({ body }) => (JSON.parse(body) as { title: string }).title);
    expect(titles.filter((title) => title !== '' && !/^TEST( |$)/.test(title))).toEqual([]);
    // What nothing takes back is said.
    expect(findings.leftBehind).toEqual([
      expect.stringMatching(/^Die Stornoberechtigung von .* bleibt: .*vorher: keine/),
    ]);
  });

  it('ends where a colleague has saved, and leaves what he has written', async () => {
    let saves = 0;
    gateway.behaviour = async (call, pass) => {
      const answer = await pass();
      if (isAnnouncement(call) && answer.status === 200 && (saves += 1) === 3)
        await gateway.edit(TEST_EVENT, { title: 'TEST vom Schalter' });
      return answer;
    };
    const { leftBehind, checks } = await check();
    expect(await textsOf()).toMatchObject({ title: 'TEST vom Schalter' });
    expect(saves).toBe(3);
    expect(leftBehind[0]).toContain('jemand anderes hat inzwischen gespeichert');
    expect(checks.find(({ id }) => id === 'put-back')).toMatchObject({ state: 'broken' });
  });

  it('puts back also where the answer to a save was lost', async () => {
    let isLost = false;
    gateway.behaviour = async (call, pass) => {
      const answer = await pass();
      if (isLost || !isAnnouncement(call) || answer.status !== 200) return answer;
      isLost = true;
      throw new Error('the connection breaks');
    };
    const { checks } = await check();
    expect(isLost).toBe(true);
    expect(checks.filter(({ state }) => state === 'broken').map(({ id }) => id)).toEqual(['in-time']);
    expect(await textsOf()).toEqual(BEFORE);
  });

  it('puts back and ends where somebody presses Ctrl-C, without a Storno', async () => {
    let isStopped = false;
    gateway.behaviour = async (call, pass) => {
      const answer = await pass();
      if (isAnnouncement(call) && answer.status === 200) isStopped = true;
      return answer;
    };
    const { checks } = await check({ isStorno: true, mayStorno: yes }, () => isStopped);
    expect(await textsOf()).toEqual(BEFORE);
    expect(checks.find(({ id }) => id === 'right-granted')).toMatchObject({ state: 'not-tried' });
    expect(checks.find(({ id }) => id === 'storno-sets')).toMatchObject({ state: 'not-tried' });
  });

  it('says what stands there and what stood there, where it cannot be put back', async () => {
    gateway.behaviour = async (call, pass) =>
      isAnnouncement(call) && call.body.includes('TEST Abend') && call.body.includes('wie immer')
        ? { status: 422, body: { title: 'Nein', status: 422, code: 'value-rejected', field: 'title' } }
        : pass();
    const { leftBehind, ok } = await check();
    expect(ok).toBe(false);
    expect(leftBehind[0]).toMatch(/700001 ist nicht zurückgesetzt: das Gateway hat HTTP 422 geantwortet/);
    expect(leftBehind[0]).toMatch(/customerTitle: zuletzt .*, vorher "Ein Abend zum Testen"/);
  });
});

describe('a Storno', () => {
  const isStorno = ({ path }: Call) => path.endsWith('/storno');

  it('is not written without its own yes', async () => {
    await check({ isStorno: true, mayStorno: no });
    expect(puts().filter(isStorno)).toEqual([]);
  });

  it('is not written where another clause is broken', async () => {
    gateway.behaviour = async (call, pass) => {
      const answer = await pass();
      return call.path === '/health'
        ? { ...answer, body: { ...(answer.body as object), simulator: true } }
        : answer;
    };
    await check({ isStorno: true, mayStorno: yes });
    expect(puts().filter(isStorno)).toEqual([]);
  });

  it('is said to be there for good', async () => {
    const { leftBehind, ok } = await check({ isStorno: true, mayStorno: yes });
    expect(ok).toBe(true);
    expect(await textsOf()).toEqual({ ...BEFORE, status: 'Storno' });
    expect(leftBehind.at(-1)).toContain('Ein Storno ist nicht zurückzunehmen');
  });

  it('leaves nothing behind where it is refused', async () => {
    const eventNumber = TEST_EVENT_NOT_ON_SALE;
    const { leftBehind, checks } = await check({ eventNumber, isStorno: true, mayStorno: yes });
    expect(checks.find(({ id }) => id === 'storno-not-cancellable')).toMatchObject({ state: 'ok' });
    expect((await gateway.read(eventNumber)).status).toBe('Bereitstellung');
    expect(leftBehind.join()).not.toContain('ein Storno wurde versucht');
  });

  it('may be there where the gateway says that it failed', async () => {
    gateway.behaviour = async (call, pass) => {
      if (!isStorno(call) || call.headers['if-match'] === undefined) return pass();
      await pass();
      return { status: 500, body: { title: 'Fehler', status: 500, code: 'internal' } };
    };
    const { leftBehind } = await check({ isStorno: true, mayStorno: yes });
    expect(leftBehind.at(-1)).toContain('ein Storno wurde versucht');
  });
});
