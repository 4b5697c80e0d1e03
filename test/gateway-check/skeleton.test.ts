import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { checkGateway, type WriteWish } from '../../src/gateway-check/check';

const SKELETON = join(__dirname, '../../examples/gateway/gateway.mjs');
const TOKEN = 'ein-langes-Geheimnis';
const WISH = { house: 'FSP', user: 'CONNECTONLINE', maySimulate: false };
const STORNO: Omit<WriteWish, 'eventNumber'> = {
  isStorno: true,
  mayWrite: () => Promise.resolve(true),
  mayStorno: () => Promise.resolve(true),
};

let gateway: ChildProcess;
let url: string;

function start(environment: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [SKELETON], { env: { PATH: process.env.PATH, ...environment } });
}

beforeEach(async () => {
  gateway = start({ GATEWAY_TOKEN: TOKEN, GATEWAY_PORT: '0' });
  const [said] = (await once(gateway.stdout!, 'data')) as [Buffer];
  url = said.toString().trim();
});
afterEach(async () => {
  const ended = once(gateway, 'exit');
  gateway.kill();
  await ended;
});

const check = (writeWish: WriteWish | null) =>
  checkGateway({ url, token: TOKEN, timeoutMs: 5_000, ratePerSecond: 10_000 }, WISH, writeWish);

it.each([
  ['1003', ['retry-after', 'storno-not-cancellable']],
  ['1004', ['retry-after', 'storno-if-match', 'storno-sets', 'storno-twice']],
])('holds the contract, tried by writing to %s', async (eventNumber, notTried) => {
  const { ok, checks } = await check({ ...STORNO, eventNumber });
  expect(checks.filter(({ state }) => state === 'broken')).toEqual([]);
  expect(ok).toBe(true);
  expect(checks.filter(({ state }) => state !== 'ok').map(({ id }) => id)).toEqual(notTried);
});

it('never calls itself a simulator: a copy of it in front of a real Jet would be taken for one', async () => {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const health = (await (await fetch(`${url}/health`, { headers })).json()) as object;
  expect(health).toEqual({ ok: true, readAt: expect.any(String) });
});

it.each(['', 'simulator'])('does not start with the token %j', async (token) => {
  const child = start({ GATEWAY_TOKEN: token, GATEWAY_PORT: '0' });
  const [said, [code]] = await Promise.all([text(child.stderr!), once(child, 'exit') as Promise<[number]>]);
  expect([code, said]).toEqual([2, expect.stringContaining('GATEWAY_TOKEN')]);
});
