import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ConfigError, loadConfig } from '../src/settings/environment';
import { createToken } from '../src/settings/tokens';
import { startServer } from '../src/server';
import type { ProblemBody } from '../src/cases/problems';
import { anOrder } from './support/examples';
import { closedFolder, tokensFileIn } from './support/production';
import { RawGateway } from './support/raw-gateway';
import { SILENT, until } from './support/simulator';

/*
 * A rehearsal in front of a real gateway on this machine, without a log-in: a page that a browser visited used to cancel
 * a performance for real (F4). No Temporal is behind these servers.
 */

const NO_TEMPORAL = '127.0.0.1:9';
const folder = closedFolder();
let gateway: RawGateway;
let url: string;
let settings: Record<string, string>;
let running: { stop(): Promise<void> } | null = null;

beforeAll(() => (process.env.TEMPORAL_ADDRESS = NO_TEMPORAL));
afterAll(() => {
  delete process.env.TEMPORAL_ADDRESS;
  folder.remove();
});
beforeEach(async () => {
  gateway = await RawGateway.start();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  settings = { ABSAGE_JET_URL: gateway.url, ABSAGE_DATA: folder.path, ABSAGE_PORT: String(port) };
});
afterEach(async () => {
  await running?.stop();
  running = null;
  await gateway.stop();
  rmSync(join(folder.path, 'journal.sqlite'), { force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

const says = (health: object) =>
  gateway.answerWith(200, { ok: true, readAt: '2026-12-12T19:30:00.000+01:00', ...health });
const isSilent = () => gateway.answerWith(503, {});
const start = async (more: Record<string, string> = {}) =>
  (running = await startServer(loadConfig({ ...settings, ...more }), SILENT));

async function ask(method: 'GET' | 'POST', path: string, body?: object) {
  const headers = { 'content-type': 'application/json', 'x-absage-actor': 'Fremde Seite' };
  const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  const answer = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, text: answer, code: isJson ? (JSON.parse(answer) as ProblemBody).code : null };
}

const order = () => ask('POST', '/v1/cancellations', anOrder());
const abort = () => ask('POST', '/v1/cancellations/FSP/104233/abort', { reason: 'Irrtum' });

it.each<[string, () => void]>([
  ['says nothing of a simulator', () => says({})],
  ['says that it is none', () => says({ simulator: false })],
  ['refuses the public token', () => gateway.answerWith(401, {})],
])('does not start without a log-in in front of a gateway that %s', async (_what, answer) => {
  answer();
  await expect(start()).rejects.toThrow(ConfigError);
  await expect(start()).rejects.toThrow(/ABSAGE_API_TOKENS_FILE fehlt: hinter ABSAGE_JET_URL steht kein Simulator/);
});

it('starts with a log-in in front of a real gateway, and says that what is saved is real', async () => {
  says({});
  await start({ ABSAGE_API_TOKENS_FILE: tokensFileIn(folder.path) });
  expect((await order()).status).toBe(401);
  const { text: page } = await ask('GET', '/anmelden');
  expect(page).toContain('PROBEBETRIEB mit echtem Jet');
  expect(page).not.toContain('nichts wird übertragen');
});

it('takes neither orders nor actions while nobody knows what the gateway is, shows all the same, and goes on when it is a simulator', async () => {
  isSilent();
  await start();
  for (const refused of [await order(), await abort()])
    expect([refused.status, refused.code]).toEqual([503, 'gateway-unknown']);
  expect((await order()).text).toContain('Es wurde nichts begonnen.');
  expect((await ask('GET', '/v1/houses')).status).toBe(200);
  expect((await ask('GET', '/readyz')).text).toContain('Das Gateway hat noch nicht gesagt');
  expect((await ask('GET', '/anmelden')).text).toContain('PROBEBETRIEB mit echtem Jet');
  says({ simulator: true });
  // The server asks no Temporal here, so this is as far as an order comes.
  await until(order, ({ code }) => code === 'workers-unavailable');
  expect((await ask('GET', '/anmelden')).text).toContain('PROBEBETRIEB – nichts wird übertragen');
  expect((await ask('GET', '/readyz')).text).not.toContain('Das Gateway hat noch nicht gesagt');
});

it('takes orders at once with a log-in, whatever the gateway is', async () => {
  isSilent();
  const { token, entry } = createToken('Kasse', ['FSP']);
  expect(entry.houses).toEqual(['FSP']);
  await start({ ABSAGE_API_TOKENS_FILE: tokensFileIn(folder.path, entry) });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const body = JSON.stringify(anOrder());
  const response = await fetch(`${url}/v1/cancellations`, { method: 'POST', headers, body });
  expect(((await response.json()) as ProblemBody).code).toBe('workers-unavailable');
});

it('ends, and says what is missing, when a gateway says only later that it is real', async () => {
  isSilent();
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, '../src/cli.ts'), 'server'], {
    env: { PATH: process.env.PATH, TEMPORAL_ADDRESS: NO_TEMPORAL, ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = Promise.all([text(child.stderr), once(child, 'exit')]);
  try {
    await untilListening();
    says({});
    const [said, [code]] = await ended;
    expect([code, said]).toEqual([2, expect.stringContaining('ABSAGE_API_TOKENS_FILE fehlt')]);
  } finally {
    child.kill('SIGKILL');
  }
});

async function untilListening(): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/healthz`).catch(() => null);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
