import { gzipSync } from 'node:zlib';
import { KnownFailure } from '../../src/domain/failures';
import { toJetStatus } from '../../src/domain/status';
import { createHttpJet } from '../../src/jet/http-jet';
import type { JetPort } from '../../src/jet/port';
import { RawGateway } from '../support/raw-gateway';

const TOKEN = 'canary-token-7f3a';
const EVENT = '104233';
const WIRE_EVENT = {
  eventNumber: EVENT,
  house: 'FSP',
  title: 'Der Besuch der alten Dame',
  customerTitle: null,
  externalMemo: null,
  status: 'Verkaufsfreigabe',
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
};
const texts = { title: 'Titel', customerTitle: null, externalMemo: null };
const precondition = { version: 'v1', idempotencyKey: 'case/mark-titles/v1' };

let gateway: RawGateway;
let jet: JetPort;

beforeAll(async () => {
  gateway = await RawGateway.start();
  jet = createHttpJet({ url: gateway.url, token: TOKEN, timeoutMs: 500 });
});
afterAll(() => gateway.stop());

async function failureOf(call: Promise<unknown>): Promise<KnownFailure> {
  const failure: unknown = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(failure instanceof KnownFailure)) throw new Error(`no failure but ${String(failure)}`);
  return failure;
}

const problem = (status: number, code: string, extra = {}) => ({ title: 'x', status, code, ...extra });

describe('a request', () => {
  it('carries token, version in double quotes and key; Storno has no body', async () => {
    gateway.answerWith(200, WIRE_EVENT);
    await jet.setStatusStorno(EVENT, precondition);
    expect(gateway.requests.at(-1)).toMatchObject({
      method: 'PUT',
      url: '/jet/v1/events/104233/storno',
      body: '',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'if-match': '"v1"',
        'idempotency-key': precondition.idempotencyKey,
      },
    });
  });

  it('carries three texts and nothing else, whatever it was handed', async () => {
    gateway.answerWith(200, WIRE_EVENT);
    const more = { ...texts, status: 'Abschluss' };
    await jet.saveAnnouncement(EVENT, more, precondition);
    expect(JSON.parse(gateway.requests.at(-1)?.body ?? '')).toEqual(texts);
  });

  it('escapes what stands in its path and its query', async () => {
    gateway.answerWith(404, problem(404, 'user-not-found'));
    await failureOf(jet.readRight('a/b?c#d', EVENT));
    expect(gateway.requests.at(-1)?.url).toBe(
      '/jet/v1/extended-cancellation-rights/a%2Fb%3Fc%23d/events/104233',
    );
    gateway.answerWith(200, { events: [] });
    await jet.findEvents({ house: 'F&P', text: 'Ö=1' });
    expect(gateway.requests.at(-1)?.url).toBe('/jet/v1/events?house=F%26P&text=%C3%96%3D1');
  });

  it.each(['', '.', '..', '\ud800'])('is not made for the number %j', async (eventNumber) => {
    const count = gateway.requests.length;
    expect((await failureOf(jet.readEvent(eventNumber))).code).toBe('jet-rejected-request');
    expect(gateway.requests).toHaveLength(count);
  });
});

describe('a reply', () => {
  it.each([
    [400, 'malformed-request', 'jet-rejected-request'],
    [401, 'unauthorized', 'jet-access-denied'],
    [403, 'forbidden', 'jet-access-denied'],
    [404, 'event-not-found', 'event-deleted'],
    [408, '', 'jet-unavailable'],
    [409, 'status-not-cancellable', 'status-not-cancellable'],
    [409, 'something-else', 'jet-rejected-request'],
    [412, 'version-conflict', 'jet-version-conflict'],
    [422, 'value-rejected', 'jet-rejected-value'],
    [428, 'version-required', 'jet-rejected-request'],
    [429, 'too-many-requests', 'jet-unavailable'],
    [500, 'internal', 'jet-unavailable'],
    [502, '', 'jet-unavailable'],
    [503, 'maintenance', 'jet-unavailable'],
    [201, '', 'jet-reply-invalid'],
    [301, '', 'jet-reply-invalid'],
    [304, '', 'jet-reply-invalid'],
  ])('of HTTP %i %s to a write is %s', async (status, code, expected) => {
    gateway.answerWith(status, status === 304 ? '' : problem(status, code, { current: 'Abschluss' }));
    expect((await failureOf(jet.setStatusStorno(EVENT, precondition))).code).toBe(expected);
  });

  it.each([
    ['another code', 404, problem(404, 'gone-fishing'), {}],
    ['a code of another status', 404, problem(404, 'version-conflict'), {}],
    ['the code of another question', 404, problem(404, 'right-not-found'), {}],
    ['a page of HTML', 404, '<h1>404</h1>', { 'content-type': 'text/html' }],
    ['HTML that claims to be JSON', 404, '<h1>404</h1>', {}],
    ['nothing', 404, '', {}],
  ])('of 404 with %s never means that the event is gone', async (_what, status, body, headers) => {
    gateway.answerWith(status, body, headers);
    expect((await failureOf(jet.readEvent(EVENT))).code).toBe('jet-reply-invalid');
    expect((await failureOf(jet.readChannelInfo(EVENT))).code).toBe('jet-reply-invalid');
    expect((await failureOf(jet.setStatusStorno(EVENT, precondition))).code).toBe('jet-reply-invalid');
  });

  it.each([
    ['null', 'null'],
    ['a list', []],
    ['cut JSON', JSON.stringify(WIRE_EVENT).slice(0, -5)],
    ['Latin-1', Buffer.from(JSON.stringify(WIRE_EVENT), 'latin1')],
    ['a missing field', { ...WIRE_EVENT, version: undefined }],
    ['a version that fits into no header', { ...WIRE_EVENT, version: 'a"b' }],
    ['an instant without offset', { ...WIRE_EVENT, readAt: '2026-11-24T08:00:00.000' }],
    ['a number as event number', { ...WIRE_EVENT, eventNumber: 104233 }],
    ['another event', { ...WIRE_EVENT, eventNumber: '104234' }],
  ])('of %s counts for nothing', async (_what, body) => {
    gateway.answerWith(200, body);
    expect((await failureOf(jet.readEvent(EVENT))).code).toBe('jet-reply-invalid');
  });

  it('may say more than the contract', async () => {
    gateway.answerWith(200, { ...WIRE_EVENT, hall: 7, limits: { ...WIRE_EVENT.limits, hall: 7 } });
    expect(await jet.readEvent(EVENT)).toMatchObject({ eventNumber: EVENT, status: 'ON_SALE' });
  });

  it('about the right of another user counts for nothing', async () => {
    gateway.answerWith(200, { user: 'OTHER', eventNumber: EVENT, validFrom: null, validUntil: null });
    expect((await failureOf(jet.readRight('CONNECTONLINE', EVENT))).code).toBe('jet-reply-invalid');
  });

  it('names the field that was rejected', async () => {
    gateway.answerWith(422, problem(422, 'value-rejected', { field: 'externalMemo' }));
    const failure = await failureOf(jet.saveAnnouncement(EVENT, texts, precondition));
    expect(failure.options.field).toBe('externalMemo');
  });

  it('may be compressed, and its size counts after that', async () => {
    const compressed = { 'content-encoding': 'gzip' };
    gateway.answerWith(200, gzipSync(JSON.stringify(WIRE_EVENT)), compressed);
    expect(await jet.readEvent(EVENT)).toMatchObject({ eventNumber: EVENT });
    const bomb = gzipSync(JSON.stringify({ ...WIRE_EVENT, title: ' '.repeat(20 * 1024 * 1024) }));
    gateway.answerWith(200, bomb, compressed);
    // The size of the reply must end the call. With the time-out of the other tests, the deadline might come first on a
    // busy machine.
    const patient = createHttpJet({ url: gateway.url, token: TOKEN, timeoutMs: 10_000 });
    expect((await failureOf(patient.readEvent(EVENT))).detail).toContain('longer than');
    gateway.answerWith(200, 'no gzip', compressed);
    expect((await failureOf(jet.readEvent(EVENT))).code).toBe('jet-reply-invalid');
  });

  it('whose headers never come ends at the deadline', async () => {
    gateway.answer = () => undefined;
    expect(await failureOf(jet.readEvent(EVENT))).toMatchObject({
      code: 'jet-unavailable',
      detail: 'read-event: no complete reply within 500 ms',
    });
  });

  it('whose body drips ends at the same deadline, also that of a problem', async () => {
    gateway.answer = (response) => {
      response.writeHead(412, { 'content-type': 'application/problem+json' });
      const dripping = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(dripping));
    };
    const startedAt = Date.now();
    expect((await failureOf(jet.setStatusStorno(EVENT, precondition))).code).toBe('jet-unavailable');
    expect(Date.now() - startedAt).toBeLessThan(1_500);
  });

  it('that breaks off in the middle is no reply', async () => {
    gateway.answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"eventNumber"', () => response.destroy());
    };
    expect((await failureOf(jet.readEvent(EVENT))).code).toBe('jet-unavailable');
  });
});

describe('a failure', () => {
  it('of the connection is jet-unavailable, for refused and for unknown names', async () => {
    const closed = await RawGateway.start();
    const closedUrl = closed.url;
    await closed.stop();
    for (const url of [closedUrl, 'http://gateway.invalid/jet/v1', gateway.url.replace('http', 'https')]) {
      const nowhere = createHttpJet({ url, token: TOKEN, timeoutMs: 2_000 });
      expect((await failureOf(nowhere.readEvent(EVENT))).code).toBe('jet-unavailable');
    }
  });

  it('never quotes the token or a body', async () => {
    const secret = 'secret-of-a-body '.repeat(10);
    const failures: KnownFailure[] = [];
    for (const [status, body] of [
      [200, { ...WIRE_EVENT, eventNumber: secret }],
      [200, `${TOKEN} ${secret}`],
      [401, problem(401, 'unauthorized', { detail: TOKEN })],
      [409, problem(409, 'status-not-cancellable', { detail: secret })],
      [422, problem(422, 'value-rejected', { detail: secret })],
      [500, secret],
    ] as const) {
      gateway.answerWith(status, body);
      failures.push(await failureOf(jet.setStatusStorno(EVENT, precondition)));
    }
    const badHeader = createHttpJet({ url: gateway.url, token: `${TOKEN}\n`, timeoutMs: 500 });
    failures.push(await failureOf(badHeader.setStatusStorno(EVENT, { ...precondition, version: '🎭' })));
    for (const { message, options } of failures) {
      expect(`${message} ${JSON.stringify(options)}`).not.toMatch(/canary|secret/);
    }
  });
});

it.each([
  ['Verkaufsfreigabe', 'ON_SALE'],
  ['Bereitstellung', 'PROVISIONED'],
  ['Abschluss', 'CLOSED'],
  ['Storno', 'CANCELLED'],
  ['storno', 'UNKNOWN'],
  ['Storno ', 'UNKNOWN'],
  ['', 'UNKNOWN'],
  ['constructor', 'UNKNOWN'],
  ['Gesperrt', 'UNKNOWN'],
])('the word %j is %s', (word, status) => {
  expect(toJetStatus(word)).toBe(status);
});

it('gets past a gateway that drops each connection after its answer, though it promised to keep it', async () => {
  const used = new WeakSet<object>();
  gateway.answer = (response, { socket }) => {
    // As if the reset had been on its way when the next call came.
    if (used.has(socket)) return void socket.resetAndDestroy();
    used.add(socket);
    response.writeHead(200, { 'content-type': 'application/json', connection: 'keep-alive' });
    response.end(JSON.stringify(WIRE_EVENT));
  };
  for (let call = 1; call <= 6; call += 1) {
    expect(await jet.readEvent(EVENT)).toMatchObject({ eventNumber: EVENT });
  }
});
