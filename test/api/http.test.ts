import { once } from 'node:events';
import { METHODS } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { buildIdleApp } from '../support/api-stage';

let app: FastifyInstance;

beforeAll(async () => {
  app = await buildIdleApp();
  // Node checks once a second which connections exceed their time.
  app.server.headersTimeout = 200;
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());

/** Sends raw bytes, and resolves with everything received until the connection ends. */
async function send(...parts: (string | Buffer)[]): Promise<string> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const part of parts) socket.write(part);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

function head(line: string, ...headers: string[]): string {
  return [`${line} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n');
}

/** Status and body of an answer. */
function parse(answer: string): { status: number; body: Record<string, unknown> } {
  const [top = '', body = ''] = answer.split('\r\n\r\n');
  expect(top.toLowerCase()).toContain('content-type: application/problem+json');
  return { status: Number(top.split(' ')[1]), body: JSON.parse(body) as Record<string, unknown> };
}

const jsonHeader = 'Content-Type: application/json';

describe('another method than a path has', () => {
  const others = METHODS.filter((name) => !['GET', 'HEAD', 'CONNECT'].includes(name));

  it.each(others)('%s is 405, with the methods that are allowed', async (method) => {
    const { statusCode, headers, body } = await app.inject({ method: method as 'PUT', url: '/v1/houses' });
    expect([statusCode, headers.allow]).toEqual([405, 'GET, HEAD']);
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: 'Diese Methode ist hier nicht möglich.',
      status: 405,
      code: 'method-not-allowed',
    });
  });

  it.each([
    ['GET', '/v1/plans', 'POST'],
    ['DELETE', '/v1/cancellations', 'POST, GET, HEAD'],
    ['PUT', '/v1/cancellations/FSP/104233', 'GET, HEAD'],
    ['GET', '/v1/cancellations/FSP/104233/abort', 'POST'],
    ['PATCH', '/v1/events/FSP/104233?x=y', 'GET, HEAD'],
    ['OPTIONS', '/v1/openapi.json', 'GET, HEAD'],
  ] as const)('%s %s allows %s', async (method, url, allow) => {
    const { statusCode, headers } = await app.inject({ method, url });
    expect([statusCode, headers.allow]).toEqual([405, allow]);
  });

  it('is answered before the body is read', async () => {
    const { statusCode } = await app.inject({
      method: 'PUT',
      url: '/v1/plans',
      headers: { 'content-type': 'text/plain' },
      payload: 'x'.repeat(20_000),
    });
    expect(statusCode).toBe(405);
  });

  it('TRACE sends nothing back of what came', async () => {
    const answer = await send(head('TRACE /v1/houses', 'Authorization: Bearer canary'));
    expect(parse(answer)).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } });
    expect(answer.toLowerCase()).toContain('allow: get, head');
    expect(answer).not.toContain('canary');
  });
});

describe('an address that is not there', () => {
  it.each(['/', '/v1', '/v2/houses', '/v1/houses/', '/v1/cancellations/FSP/1/Abort', '/v1/openapiXjson'])(
    '%s is 404',
    async (url) => {
      const { statusCode, body } = await app.inject({ method: 'GET', url });
      expect(statusCode).toBe(404);
      expect(JSON.parse(body)).toMatchObject({ code: 'not-found', title: 'Diese Adresse gibt es nicht.' });
    },
  );
});

describe('a body that is not taken', () => {
  const post = (payload: string | undefined, headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/v1/plans', payload, headers });

  it.each([
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/json; charset=iso-8859-1',
    'application/json; charset="utf-16"',
    'json',
  ])('of %s is 415', async (contentType) => {
    const { statusCode, body } = await post('{}', { 'content-type': contentType });
    expect(statusCode).toBe(415);
    expect(JSON.parse(body)).toMatchObject({
      code: 'unsupported-media-type',
      title: 'Die Anfrage muss JSON in UTF-8 sein.',
    });
  });

  it.each(['application/json', 'application/json;charset=UTF-8', 'Application/JSON; charset="utf-8"'])(
    'of %s is read',
    async (contentType) => {
      const { statusCode } = await post('{}', { 'content-type': contentType });
      expect(statusCode).toBe(400);
    },
  );

  it.each([
    ['Content-Length: 17408', `{"reason":"${'x'.repeat(17 * 1024)}`],
    ['Transfer-Encoding: chunked', `4400\r\n${'x'.repeat(17 * 1024)}\r\n0\r\n\r\n`],
  ])('of 17 KiB is 413, with %s', async (length, body) => {
    const answer = parse(await send(head('POST /v1/plans', jsonHeader, length), body));
    expect(answer).toMatchObject({ status: 413, body: { code: 'payload-too-large' } });
    expect(answer.body.title).toBe('Die Anfrage ist zu groß.');
  });

  it('in Latin-1 is 400', async () => {
    const body = Buffer.from('{"marker":"ENTFÄLLT"}', 'latin1');
    const answer = parse(
      await send(head('POST /v1/plans', jsonHeader, `Content-Length: ${body.length}`), body),
    );
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: '', text: 'ist kein UTF-8' }] } });
  });

  it('that is missing is 400', async () => {
    const answer = parse(await send(head('POST /v1/plans', 'Content-Length: 0')));
    expect(answer.body.errors).toEqual([{ path: '', text: 'braucht ein JSON-Objekt' }]);
  });

  it('that is cut off does no harm to the next request', async () => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    socket.end(`${head('POST /v1/plans', jsonHeader, 'Content-Length: 500')}{"house":`);
    await once(socket.resume(), 'close');
    expect((await app.inject('/healthz')).statusCode).toBe(200);
  });
});

describe('a request that is none', () => {
  it.each([
    ['no HTTP', 'guten Tag\r\n\r\n', 400, 'malformed-request'],
    ['a method that nobody knows', head('ABSAGEN /v1/houses'), 400, 'malformed-request'],
    [
      'two lengths',
      head('POST /v1/plans', 'Content-Length: 1', 'Content-Length: 2'),
      400,
      'malformed-request',
    ],
    [
      'length and chunks',
      head('POST /v1/plans', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
      400,
      'malformed-request',
    ],
    ['headers of 20 KB', head('GET /v1/houses', `X-A: ${'a'.repeat(20_000)}`), 431, 'headers-too-large'],
    ['headers that do not end', 'GET /v1/houses HTTP/1.1\r\nHost: localhost\r\n', 408, 'request-timeout'],
  ])('%s', async (_name, bytes, status, code) => {
    expect(parse(await send(bytes))).toMatchObject({ status, body: { type: 'about:blank', status, code } });
  });
});

describe('a header that must stand alone', () => {
  it.each(['Authorization', 'Content-Type', 'X-Absage-Actor', 'Idempotency-Key'])('%s', async (name) => {
    const answer = parse(await send(head('GET /v1/houses', `${name}: a`, `${name.toLowerCase()}: b`)));
    const errors = [{ path: name.toLowerCase(), text: 'kommt zweimal vor' }];
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed-request', errors } });
  });
});

describe('every answer', () => {
  it.each(['/v1/houses', '/nirgends', '/v1/events'])(
    'of %s is kept by no cache and sniffed at by nobody',
    async (url) => {
      const { headers } = await app.inject(url);
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    },
  );
});
