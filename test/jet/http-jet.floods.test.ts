import { createServer as createRawServer, type AddressInfo, type Socket } from 'node:net';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { KnownFailure } from '../../src/domain/failures';
import { createHttpJet } from '../../src/jet/http-jet';
import type { JetPort } from '../../src/jet/port';
import { RawGateway } from '../support/raw-gateway';

const EVENT = '104233';
const TIMEOUT_MS = 1_500;
/** A call may take its deadline and what a busy machine adds. */
const LONGEST_CALL_MS = TIMEOUT_MS + 1_500;
/** Most memory that a call may take, whatever the gateway sends: many times the cap, and a small part of the flood. */
const MOST_MEMORY_BYTES = 100 * 1024 * 1024;
const MIB = 1024 * 1024;
const FLOOD_BYTES = 200 * MIB;

const texts = { title: 'Titel', customerTitle: null, externalMemo: null };
const precondition = { version: 'v1', idempotencyKey: 'case/mark-titles/v1' };
const period = { validFrom: '2027-01-01', validUntil: '2027-02-01' };

/** Every call of the port. */
const CALLS: Record<string, (jet: JetPort) => Promise<unknown>> = {
  health: (jet) => jet.health(),
  'find-events': (jet) => jet.findEvents({ house: 'FSP' }),
  'read-event': (jet) => jet.readEvent(EVENT),
  'save-announcement': (jet) => jet.saveAnnouncement(EVENT, texts, precondition),
  'set-storno': (jet) => jet.setStatusStorno(EVENT, precondition),
  'read-channel': (jet) => jet.readChannelInfo(EVENT),
  'read-right': (jet) => jet.readRight('CONNECTONLINE', EVENT),
  'grant-right': (jet) => jet.grantRight('CONNECTONLINE', EVENT, period, 'key'),
};
const NAMES = Object.keys(CALLS);

let gateway: RawGateway;
let jet: JetPort;

beforeAll(async () => {
  gateway = await RawGateway.start();
  jet = createHttpJet({ url: gateway.url, token: 'token', timeoutMs: TIMEOUT_MS });
});
afterAll(() => gateway.stop());

/** Measures how a call fails, how long it takes and how much memory, including this gateway's own part. */
async function measure(call: (jet: JetPort) => Promise<unknown>, asked = jet) {
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
  const startedAt = Date.now();
  try {
    const failure: unknown = await call(asked).then(
      () => null,
      (error: unknown) => error,
    );
    if (!(failure instanceof KnownFailure)) throw new Error(`no failure but ${String(failure)}`);
    expect(Date.now() - startedAt).toBeLessThan(LONGEST_CALL_MS);
    expect(Math.max(most, process.memoryUsage().rss) - before).toBeLessThan(MOST_MEMORY_BYTES);
    return failure;
  } finally {
    clearInterval(watch);
  }
}

/**
 * Sends a part again and again, as fast as the client takes it, until so many bytes are sent or the client has closed
 * the connection.
 */
function pour(response: ServerResponse, part: Buffer, bytes: number): { sent: () => number } {
  let sent = 0;
  const more = () => {
    while (sent < bytes && !response.destroyed) {
      sent += part.length;
      if (!response.write(part)) return void response.once('drain', more);
    }
    if (!response.destroyed) response.end();
  };
  more();
  return { sent: () => sent };
}

describe.each([
  ['a body of 200 MB', '{"title":"', Buffer.alloc(64 * 1024, 'x')],
  ['a million rows', '{"events":[', Buffer.from('{"eventNumber":"1"},'.repeat(3_277))],
])('%s', (_what, beginning, part) => {
  it.each(NAMES)('is cut off early, and %s is not done', async (name) => {
    let flood: { sent: () => number } | undefined;
    gateway.answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(beginning);
      flood = pour(response, part, FLOOD_BYTES);
    };
    const { code, detail } = await measure(CALLS[name]!);
    expect([code, detail]).toEqual(['jet-reply-invalid', `${name}: the body is longer than 1048576 bytes`]);
    // The cap, and the bytes that were under way when the client gave up the connection.
    expect(flood?.sent()).toBeLessThan(20 * MIB);
  });
});

it('a third of a million empty rows, which fit into a reply, are counted before they are read', async () => {
  gateway.answerWith(200, `{"events":[${Array.from({ length: 340_000 }, () => '{}').join(',')}]}`);
  expect((await measure(CALLS['find-events']!)).code).toBe('jet-reply-invalid');
});

it('200 MB in 200 KB are not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(FLOOD_BYTES, ' '));
  expect(bomb.length).toBeLessThan(MIB);
  gateway.answerWith(200, bomb, { 'content-encoding': 'gzip' });
  const { code, detail } = await measure(CALLS['read-event']!);
  expect([code, detail]).toEqual(['jet-reply-invalid', 'read-event: the body is longer than 1048576 bytes']);
});

it('a problem of 200 MB says no more than its status', async () => {
  gateway.answer = (response) => {
    response.writeHead(412, { 'content-type': 'application/problem+json' });
    pour(response, Buffer.alloc(64 * 1024, ' '), FLOOD_BYTES);
  };
  expect((await measure(CALLS['set-storno']!)).code).toBe('jet-version-conflict');
});

it('what is nested without end is not JSON of the contract', async () => {
  gateway.answerWith(200, '['.repeat(500_000) + ']'.repeat(500_000));
  expect((await measure(CALLS['read-event']!)).code).toBe('jet-reply-invalid');
});

describe('a reply that says nothing of what was asked', () => {
  const wireEvent = {
    house: 'FSP',
    ...texts,
    status: 'Storno',
    startsAt: '2027-01-05T19:30:00.000+01:00',
    venue: 'Großer Saal',
    location: 'St. Pölten',
    organiser: 'Musterbühnen',
    production: null,
    soldViaPartner: true,
    limits: { title: 60, customerTitle: 80, externalMemo: 1_000 },
    version: 'v1',
    savedAt: '2026-11-24T07:00:00.000+01:00',
    readAt: '2026-11-24T08:00:00.000+01:00',
    transferredAt: null,
    user: 'CONNECTONLINE',
    ...period,
  };

  it.each([
    ['null', 'null'],
    ['true', 'true'],
    ['a text', '"Storno"'],
    ['a list', '[]'],
    ['an empty object', '{}'],
    ['another event', JSON.stringify({ ...wireEvent, eventNumber: '104234' })],
    ['the same event with zeros before it', JSON.stringify({ ...wireEvent, eventNumber: `0${EVENT}` })],
  ])('%s: none of the calls is done', async (_what, body) => {
    gateway.answerWith(200, body);
    for (const name of NAMES) {
      const { code } = await measure(CALLS[name]!);
      expect([name, code]).toEqual([name, 'jet-reply-invalid']);
    }
  });

  it('an unknown status is handed on as it is, and is none of ours', async () => {
    gateway.answerWith(200, { ...wireEvent, eventNumber: EVENT, status: 'Gesperrt' });
    expect(await jet.readEvent(EVENT)).toMatchObject({ status: 'UNKNOWN', statusText: 'Gesperrt' });
    expect(await jet.readChannelInfo(EVENT)).toMatchObject({ status: 'Gesperrt' });
  });

  it.each([
    ['99999999', 300_000],
    ['-1', 1_000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 300_000],
    ['bald', undefined],
  ])('Retry-After: %s is not waited for literally', async (header, retryAfterMs) => {
    gateway.answerWith(429, {}, { 'retry-after': header });
    for (const name of NAMES) {
      const { code, options } = await measure(CALLS[name]!);
      expect([name, code, options.retryAfterMs]).toEqual([name, 'jet-unavailable', retryAfterMs]);
    }
  });
});

describe('a gateway that takes its time', () => {
  /** A server that sends these bytes, whatever the request is. */
  async function withSlowServer(
    speak: (socket: Socket) => void,
    test: (slow: JetPort) => Promise<void>,
  ): Promise<void> {
    const sockets = new Set<Socket>();
    const server = createRawServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      socket.once('data', () => speak(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      await test(
        createHttpJet({ url: `http://127.0.0.1:${port}/jet/v1`, token: 'token', timeoutMs: TIMEOUT_MS }),
      );
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  const drip = (text: string) => (socket: Socket) => {
    const bytes = [...text];
    const dripping = setInterval(() => socket.write(bytes.shift() ?? ' '), 200);
    socket.on('close', () => clearInterval(dripping));
  };
  const late = `no complete reply within ${TIMEOUT_MS} ms`;

  it.each([
    ['with its headers, a byte every 200 ms', drip('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n')],
    [
      'with its body, a byte every 200 ms',
      (socket: Socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n');
        drip('{"eventNumber":')(socket);
      },
    ],
    ['and takes the question, and says nothing', () => undefined],
  ])('%s, is given up at the deadline', (_how, speak) =>
    withSlowServer(speak, async (slow) => {
      for (const name of ['read-event', 'set-storno']) {
        const { code, detail } = await measure(CALLS[name]!, slow);
        expect([code, detail]).toEqual(['jet-unavailable', `${name}: ${late}`]);
      }
    }),
  );

  it('with headers without end, is given up long before they fill the memory', () =>
    withSlowServer(
      (socket) => {
        const more = () => {
          while (!socket.destroyed && socket.write(`X-A: ${'a'.repeat(8_000)}\r\n`));
        };
        socket.write('HTTP/1.1 200 OK\r\n');
        socket.on('drain', more);
        more();
      },
      async (slow) => expect((await measure(CALLS['read-event']!, slow)).code).toBe('jet-unavailable'),
    ));
});
