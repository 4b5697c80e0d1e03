import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { createToken } from '../src/settings/tokens';
import type { ProblemBody } from '../src/cases/problems';
import { anOrder } from './support/examples';
import { closedFolder, tokensFileIn } from './support/production';
import { RawGateway } from './support/raw-gateway';
import { pickPort } from './support/ports';
import { eventually } from './support/eventually';

/*
 * A rehearsal in front of a real gateway on this machine, without a log-in: a page that a browser visited used to cancel
 * a performance for real (F4). No Temporal is behind these servers.
 */

const CLI = join(__dirname, '../dist/cli.js');
const folder = closedFolder();
let gateway: RawGateway;
let url: string;
let settings: Record<string, string>;
let server: { child: ChildProcess; ended: Promise<{ code: unknown; said: string }> } | null = null;

afterAll(() => folder.remove());
beforeEach(async () => {
  gateway = await RawGateway.start();
  const port = await pickPort();
  url = `http://127.0.0.1:${port}`;
  settings = { ABSAGE_JET_URL: gateway.url, ABSAGE_DATA: folder.path, ABSAGE_PORT: String(port) };
});
afterEach(async () => {
  server?.child.kill();
  await server?.ended;
  server = null;
  await gateway.stop();
});

const says = (health: object) =>
  gateway.answerWith(200, { ok: true, readAt: '2026-12-12T19:30:00.000+01:00', ...health });
const isSilent = () => gateway.answerWith(503, {});

/** `absage server`, which ends by itself or with the test. */
function start(more: Record<string, string> = {}) {
  const child = spawn(process.execPath, [CLI, 'server'], {
    env: { PATH: process.env.PATH, TEMPORAL_ADDRESS: '127.0.0.1:9', ...settings, ...more },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = Promise.all([text(child.stderr), once(child, 'exit')]).then(([said, [code]]) => ({
    code: code as unknown,
    said,
  }));
  server = { child, ended };
  return server;
}

async function startListening(more: Record<string, string> = {}): Promise<void> {
  const { child } = start(more);
  for (;;) {
    const response = await fetch(`${url}/healthz`).catch(() => null);
    if (response?.ok) return;
    if (child.exitCode !== null) throw new Error((await server?.ended)?.said);
    await pause(50);
  }
}

const ENDED_FOR_LOG_IN = {
  code: 2,
  said: expect.stringMatching(/ABSAGE_API_TOKENS_FILE fehlt: hinter ABSAGE_JET_URL steht kein Simulator/),
};

async function ask(method: 'GET' | 'POST', path: string, body?: object) {
  const headers = { 'content-type': 'application/json', 'x-absage-actor': 'Fremde Seite' };
  const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  const answer = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return {
    status: response.status,
    text: answer,
    code: isJson ? (JSON.parse(answer) as ProblemBody).code : null,
  };
}

/** It lacks what a clerk has seen in the mask, so nothing is begun by it in any case. */
const AN_ORDER = anOrder({ house: 'GUID' });
const order = () => ask('POST', '/v1/cancellations', AN_ORDER);
const abort = () => ask('POST', '/v1/cancellations/FSP/104233/abort', { reason: 'Irrtum' });

it.each<[string, () => void]>([
  ['says nothing of a simulator', () => says({})],
  ['says that it is none', () => says({ simulator: false })],
  ['refuses the public token', () => gateway.answerWith(401, {})],
])('does not start without a log-in in front of a gateway that %s', async (_what, answer) => {
  answer();
  expect(await start().ended).toEqual(ENDED_FOR_LOG_IN);
});

it('starts with a log-in in front of a real gateway, and says that what is saved is real', async () => {
  says({});
  await startListening({ ABSAGE_API_TOKENS_FILE: tokensFileIn(folder.path) });
  expect((await order()).status).toBe(401);
  const { text: page } = await ask('GET', '/anmelden');
  expect(page).toContain('PROBEBETRIEB mit echtem Jet');
  expect(page).not.toContain('nichts wird übertragen');
});

it('takes neither orders nor actions while nobody knows what the gateway is, shows all the same, and goes on when it is a simulator', async () => {
  isSilent();
  await startListening();
  for (const refused of [await order(), await abort()])
    expect([refused.status, refused.code]).toEqual([503, 'gateway-unknown']);
  expect((await order()).text).toContain('Es wurde nichts begonnen.');
  expect((await ask('GET', '/v1/houses')).status).toBe(200);
  expect((await ask('GET', '/readyz')).text).toContain('Das Gateway hat noch nicht gesagt');
  expect((await ask('GET', '/anmelden')).text).toContain('PROBEBETRIEB mit echtem Jet');
  says({ simulator: true });
  await eventually(order, ({ code }) => code === 'malformed-request');
  expect((await ask('GET', '/anmelden')).text).toContain('PROBEBETRIEB – nichts wird übertragen');
});

it('takes orders at once with a log-in, whatever the gateway is', async () => {
  isSilent();
  const { token, entry } = createToken('Kasse', ['GUID']);
  await startListening({ ABSAGE_API_TOKENS_FILE: tokensFileIn(folder.path, entry) });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const body = JSON.stringify(AN_ORDER);
  const response = await fetch(`${url}/v1/cancellations`, { method: 'POST', headers, body });
  expect(((await response.json()) as ProblemBody).code).toBe('malformed-request');
});

it('ends, and says what is missing, when a gateway says only later that it is real', async () => {
  isSilent();
  await startListening();
  says({});
  expect(await server?.ended).toEqual(ENDED_FOR_LOG_IN);
});
