import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consolePages } from '../src/console/console';
import { buildApp } from '../src/api/app';
import type { AppDependencies } from '../src/api/dependencies';
import { ownHosts } from '../src/own-hosts';
import { startMailCatcher } from '../src/up/mail-catcher';
import { startSimulator } from '../src/simulator/server';
import { idleDependencies } from './support/api-stage';
import { consoleSession } from './support/console-session';
import { SILENT } from './support/simulator';

const NAMES = { host: '192.0.2.7', publicUrl: 'https://absage.example' };

interface Server {
  url: string;
  /** An address that answers with 200 to whoever may ask. */
  page: string;
  stop(): Promise<void>;
}

async function startApi(): Promise<Server> {
  // No test asks what needs Temporal.
  const client = {} as AppDependencies['client'];
  const deps = { ...idleDependencies(), client, ownHosts: ownHosts(NAMES) };
  const app = await buildApp(deps, consolePages({ ...deps, ...consoleSession(deps), training: null }));
  return {
    url: await app.listen({ host: '127.0.0.1', port: 0 }),
    page: '/version',
    stop: async () => void (await app.close()),
  };
}

const SERVERS: [string, (dataDir: string) => Promise<Server>][] = [
  ['the API and the console', startApi],
  [
    'the simulator',
    async (dataDir) => ({
      ...(await startSimulator(
        { dataDir, syncIntervalMs: 60_000, ports: { simulator: 0 }, ...NAMES },
        SILENT,
      )),
      page: '/simulator/v1/log',
    }),
  ],
  [
    'the mail catcher',
    async (dataDir) => ({
      ...(await startMailCatcher({ dataDir, ports: { mail: 0, mailUi: 0 }, ...NAMES }, SILENT)),
      page: '/messages',
    }),
  ],
];

/** The answer to a request that is sent as it stands here. */
async function ask(url: string, ...lines: string[]): Promise<{ status: number; type: string; body: string }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write([...lines, 'Connection: close', '', ''].join('\r\n'));
  await once(socket, 'close');
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
  const type = /^content-type: (.*)$/im.exec(head)?.[1] ?? '';
  return { status: Number(head.split(' ')[1]), type: type.trim(), body };
}

describe.each(SERVERS)('%s', (_name, start) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'absage-hosts-'));
  let server: Server;
  beforeAll(async () => {
    server = await start(dataDir);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true });
  });

  it.each([
    ['its own address', ['Host: 127.0.0.1:8080']],
    ['another address of this machine', ['Host: 127.9.9.9']],
    ['IPv6', ['Host: [0:0:0:0:0:0:0:1]:1']],
    ['localhost, however it is spelt', ['Host: LocalHost:80']],
    ['the address that it listens on', ['Host: 192.0.2.7:8080']],
    ['its public name', ['Host: Absage.Example']],
  ])('answers to %s', async (_what, headers) => {
    expect((await ask(server.url, `GET ${server.page} HTTP/1.1`, ...headers)).status).toBe(200);
  });

  it.each([
    ['a foreign name that leads here (DNS rebinding)', ['Host: evil.example']],
    ['a foreign name with our port', ['Host: evil.example:8080']],
    ['a name that only begins like ours', ['Host: localhost.evil.example']],
    ['a name that only ends like ours', ['Host: notabsage.example']],
    ['a user before our name', ['Host: evil@localhost']],
    ['two names at once', ['Host: localhost, evil.example']],
    ['two hosts', ['Host: localhost', 'Host: evil.example']],
    ['our host twice', ['Host: localhost', 'Host: localhost']],
    ['no host', []],
    ['an empty host', ['Host:']],
    ['another machine', ['Host: 192.0.2.8']],
    ['every address', ['Host: 0.0.0.0']],
  ])('refuses %s', async (_what, headers) => {
    const { status, type, body } = await ask(server.url, `GET ${server.page} HTTP/1.1`, ...headers);
    expect([status, type.split(';')[0]]).toEqual([421, 'application/problem+json']);
    expect(JSON.parse(body)).toMatchObject({
      type: 'about:blank',
      title: 'Unter diesem Namen antwortet Absage nicht.',
      status: 421,
      code: 'wrong-host',
    });
  });

  it('refuses an address with a host of its own, whatever the header says', async () => {
    const line = `GET http://evil.example${server.page} HTTP/1.1`;
    expect((await ask(server.url, line, 'Host: localhost')).status).toBe(421);
  });

  it('refuses before it looks for a route, and before it reads what was sent', async () => {
    const sent = ['Host: evil.example', 'Content-Type: text/plain', 'Content-Length: 0'];
    for (const path of ['/', '/nowhere', '/simulator/v1/reset', '/v1/cancellations', '/anmelden'])
      expect((await ask(server.url, `POST ${path} HTTP/1.1`, ...sent)).status).toBe(421);
  });

  it('tells a person in words, on no page of its own', async () => {
    const answer = await ask(server.url, 'GET / HTTP/1.1', 'Host: kassa', 'Accept: text/html,*/*');
    expect(answer).toMatchObject({ status: 421, type: 'text/plain; charset=utf-8' });
    expect(answer.body).toContain('Unter diesem Namen antwortet Absage nicht.');
  });
});

it('lets probes come by any address', async () => {
  const api = await startApi();
  expect((await ask(api.url, 'GET /healthz HTTP/1.1', 'Host: 10.1.2.3:8080')).status).toBe(200);
  expect((await ask(api.url, 'GET /readyz?full HTTP/1.1', 'Host: pod')).status).not.toBe(421);
  expect((await ask(api.url, 'GET /healthz/.. HTTP/1.1', 'Host: pod')).status).toBe(421);
  await api.stop();
});

it('knows no name for listening on every address', () => {
  expect(ownHosts({ host: '0.0.0.0', publicUrl: 'https://absage.example:8443' })).toEqual(['absage.example']);
  expect(ownHosts({ host: '::', publicUrl: 'http://127.0.0.1:8080' })).toEqual(['127.0.0.1']);
  expect(ownHosts({ host: 'fe80::1' })).toEqual(['[fe80::1]']);
});
