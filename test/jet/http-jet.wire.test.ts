import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, globalAgent, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
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
