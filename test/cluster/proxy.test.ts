import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startProxy, type Proxy } from '../../scripts/cluster/proxy';
import { pickPort } from '../support/ports';
import { eventually } from '../support/eventually';

let folder: string;
let servers: Server[];
let proxy: Proxy;
let browser: ClientHttp2Session;

/** Says who it is, and what it was asked. */
const echo =
  (name: string): RequestListener =>
  (request, response) =>
    void text(request).then((body) =>
      response.end(JSON.stringify({ name, url: request.url, headers: request.headers, body })),
    );

async function listen(answer: RequestListener): Promise<Server> {
  // A port that nobody else gets while its server is away.
  const server = createServer(answer).listen(await pickPort(), '127.0.0.1');
  await once(server, 'listening');
  return server;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'absage-proxy-'));
  servers = [await listen(echo('one')), await listen(echo('two'))];
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  const port = await pickPort();
  proxy = await startProxy({ port, servers: ports, folder });
  browser = connect(`https://127.0.0.1:${port}`, { ca: readFileSync(proxy.certificateFile) });
});

afterEach(async () => {
  browser.destroy();
  await proxy.close();
  for (const server of servers) end(server);
  rmSync(folder, { recursive: true });
});

function end(server: Server | undefined): void {
  server?.close();
  server?.closeAllConnections();
}

interface Answer {
  status: number;
  body: string;
}

/** Asks over HTTP/2, and believes the proxy's own certificate only. */
async function ask(headers: IncomingHttpHeaders, body?: string): Promise<Answer> {
  const stream = browser.request(headers);
  stream.end(body);
  const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders & { ':status': number }];
  return { status: answer[':status'], body: await text(stream) };
}

async function who(headers: IncomingHttpHeaders, body?: string): Promise<string> {
  return (JSON.parse((await ask(headers, body)).body) as { name: string }).name;
}

it('asks the servers in turn, under the name that the browser used, and says for whom', async () => {
  const names = [await who({ ':path': '/' }), await who({ ':path': '/' }), await who({ ':path': '/' })];
  expect(new Set(names.slice(0, 2))).toEqual(new Set(['one', 'two']));
  expect(names[2]).toBe(names[0]);
  const { body } = await ask({ ':path': '/v1/x?y=%20' });
  const { url, headers } = JSON.parse(body) as { url: string; headers: Record<string, string> };
  expect(url).toBe('/v1/x?y=%20');
  expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' });
  expect(headers.host).toMatch(/^127\.0\.0\.1:\d+$/);
});

it('passes a body on as it is', async () => {
  for (const type of ['application/json', 'application/x-www-form-urlencoded']) {
    const { body } = await ask({ ':method': 'POST', ':path': '/', 'content-type': type }, '{"a": 1}');
    expect(JSON.parse(body)).toMatchObject({ body: '{"a": 1}', headers: { 'content-type': type } });
  }
});

it('goes on with the other server when one has ended, orders included', async () => {
  end(servers[0]);
  const post = { ':method': 'POST', ':path': '/', 'content-type': 'application/json' };
  const names = [];
  for (let count = 0; count < 4; count += 1) names.push(await who(post, '{}'));
  expect(names).toEqual(['two', 'two', 'two', 'two']);
});

it('does not repeat an order that a server may have begun', async () => {
  let orders = 0;
  const breaks: RequestListener = (request) => {
    orders += 1;
    request.socket.destroy();
  };
  for (const server of servers) server.removeAllListeners('request').on('request', breaks);
  const post = { ':method': 'POST', ':path': '/', 'content-type': 'application/json' };
  expect([(await ask(post, '{}')).status, orders]).toEqual([502, 1]);
});

it('says so when no server is there, and finds them again', async () => {
  const [first] = servers;
  const { port } = first?.address() as AddressInfo;
  for (const server of servers) end(server);
  expect(await ask({ ':path': '/' })).toEqual({ status: 502, body: 'Absage ist gerade nicht erreichbar.\n' });
  servers = [createServer(echo('again')).listen(port, '127.0.0.1')];
  const { status } = await eventually(
    () => ask({ ':path': '/' }),
    (answer) => answer.status === 200,
  );
  expect(status).toBe(200);
});

it('does not hold a stream back, and ends it with its reader', async () => {
  const ended = new Promise<string>((resolve) => {
    const streams: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      response.on('close', () => resolve('ended'));
    };
    for (const server of servers) server.removeAllListeners('request').on('request', streams);
  });
  const stream = browser.request({ ':path': '/stream' });
  const [chunk] = (await once(stream, 'data')) as [Buffer];
  expect(String(chunk)).toBe('data: 1\n\n');
  stream.close();
  expect(await ended).toBe('ended');
});
