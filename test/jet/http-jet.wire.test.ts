import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer, globalAgent, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { createHttpJet } from '../../src/jet/http-jet';
import { OwnAuthority } from '../support/own-authority';
import { RawGateway } from '../support/raw-gateway';

const HEALTH = { ok: true, readAt: '2026-11-24T08:00:00.000+01:00', simulator: true };
const BODY = JSON.stringify(HEALTH);
const jetAt = (url: string) => createHttpJet({ url, token: 'token', timeoutMs: 5_000 });

describe('a reply that is packed', () => {
  let gateway: RawGateway;
  beforeAll(async () => {
    gateway = await RawGateway.start();
  });
  afterAll(() => gateway.stop());

  it.each([
    ['gzip', gzipSync(BODY)],
    ['GZIP', gzipSync(BODY)],
    ['deflate', deflateSync(BODY)],
    ['br', brotliCompressSync(BODY)],
    ['deflate, gzip', gzipSync(deflateSync(BODY))],
  ])('as %s is read, asked for or not', async (packing, body) => {
    gateway.answerWith(200, body, { 'content-encoding': packing });
    expect(await jetAt(gateway.url).health()).toEqual({ readAt: HEALTH.readAt, isSimulator: true });
  });

  it.each([
    ['whose end is missing', 'gzip', gzipSync(BODY).subarray(0, -12)],
    ['that is none', 'br', Buffer.from('no brotli at all')],
    ['that nobody knows', 'zstd', gzipSync(BODY)],
  ])('%s counts for nothing', async (_what, packing, body) => {
    gateway.answerWith(200, body, { 'content-encoding': packing });
    await expect(jetAt(gateway.url).health()).rejects.toMatchObject({ code: 'jet-reply-invalid' });
  });

  it('and breaks off with its connection is no reply', async () => {
    gateway.answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.write(gzipSync(BODY).subarray(0, 20), () => response.destroy());
    };
    await expect(jetAt(gateway.url).health()).rejects.toMatchObject({ code: 'jet-unavailable' });
  });
});

describe('a connection that is kept', () => {
  let gateway: RawGateway;
  const texts = { title: 'Titel', customerTitle: null, externalMemo: 'Grund' };
  const connectionsOf = (sockets: Iterable<unknown>) => new Set(sockets).size;
  beforeEach(async () => {
    gateway = await RawGateway.start();
  });
  afterEach(() => gateway.stop());

  /** Answers, and remembers on which connection. */
  function answering(end: (response: ServerResponse, nth: number) => void): Socket[] {
    const sockets: Socket[] = [];
    gateway.answer = (response, { socket }) => {
      sockets.push(socket);
      response.writeHead(200, { 'content-type': 'application/json' });
      end(response, sockets.length);
    };
    return sockets;
  }

  it('serves one read after the other, and no write', async () => {
    const sockets = answering((response) => response.end(BODY));
    const jet = jetAt(gateway.url);
    for (let reads = 0; reads < 3; reads += 1) await jet.health();
    expect(connectionsOf(sockets)).toBe(1);
    const write = () => jet.saveAnnouncement('1', texts, { version: 'v', idempotencyKey: 'key' });
    for (let writes = 0; writes < 2; writes += 1) await expect(write()).rejects.toThrow();
    await jet.health();
    expect([sockets.length, connectionsOf(sockets)]).toEqual([6, 3]);
    const kept = gateway.requests.map(({ method, headers }) => `${method} ${headers.connection}`);
    expect(new Set(kept)).toEqual(new Set(['GET keep-alive', 'PUT close']));
  });

  it('and dropped after each answer, whatever it has said, loses no read', async () => {
    // Dropped only once the next one is sent on it: so no read can know of it before.
    const kept = new Set<Socket>();
    gateway.answer = (response, { socket }) => {
      if (kept.has(socket)) return socket.resetAndDestroy();
      kept.add(socket);
      response.writeHead(200, { 'content-type': 'application/json' }).end(BODY);
    };
    const jet = jetAt(gateway.url);
    for (let reads = 0; reads < 6; reads += 1)
      expect(await jet.health()).toMatchObject({ isSimulator: true });
    expect(gateway.requests.length).toBeGreaterThan(6);
  });

  it('and dropped on a write is told to the caller, who alone may say what became of it', async () => {
    const jet = jetAt(gateway.url);
    answering((response) => response.end(BODY));
    await jet.health();
    gateway.answer = (_response, { socket }) => socket.resetAndDestroy();
    const write = jet.setStatusStorno('1', { version: 'v', idempotencyKey: 'key' });
    await expect(write).rejects.toMatchObject({ code: 'jet-unavailable' });
    expect(gateway.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  it('and dropped at once, again and again, is asked twice and no more', async () => {
    const jet = jetAt(gateway.url);
    answering((response) => response.end(BODY));
    await jet.health();
    gateway.answer = (_response, { socket }) => socket.resetAndDestroy();
    await expect(jet.health()).rejects.toMatchObject({ code: 'jet-unavailable' });
    expect(gateway.requests).toHaveLength(3);
  });
});

describe('a gateway behind TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'absage-jet-tls-'));
  const authority = new OwnAuthority(folder);
  let server: Server;
  let url: string;

  beforeAll(async () => {
    const { keyFile, certificateFile } = authority.certify('IP:127.0.0.1');
    const files = { key: readFileSync(keyFile), cert: readFileSync(certificateFile) };
    server = createServer(files, (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(BODY);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/jet/v1`;
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  afterEach(() => {
    delete globalAgent.options.ca;
  });

  it('is called when an authority vouches for it that this machine trusts', async () => {
    globalAgent.options.ca = readFileSync(authority.certificateFile);
    expect(await jetAt(url).health()).toMatchObject({ isSimulator: true });
  });

  it('is told nothing, not even the token, when nobody vouches for it, or for another name', async () => {
    await expect(jetAt(url).health()).rejects.toMatchObject({ code: 'jet-unavailable' });
    globalAgent.options.ca = readFileSync(authority.certificateFile);
    const elsewhere = jetAt(url.replace('127.0.0.1', 'localhost'));
    await expect(elsewhere.health()).rejects.toMatchObject({ code: 'jet-unavailable' });
  });
});
