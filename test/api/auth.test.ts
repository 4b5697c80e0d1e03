import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { buildApp } from '../../src/api/app';
import { type AppDependencies } from '../../src/api/dependencies';
import type { ListedCancellation } from '../../src/cases/lists';
import { logInByName, logInByToken } from '../../src/cases/log-in';
import type { CancellationView } from '../../src/cases/view';
import { createApi } from '../../src/cli/http';
import { createToken, hashToken, type ApiToken } from '../../src/settings/tokens';
import { ApiStage } from '../support/api-stage';
import { anInput, anOrder } from '../support/examples';
import { SILENT } from '../support/simulator';
import { eventually } from '../support/eventually';

const PAGE_SIZE = 100;
const CASES_PER_HOUSE = 105;

/** A case with this timing stays in its first wait. */
const PATIENT = {
  syncIntervalMs: 600_000,
  pollIntervalMs: 50,
  attentionAfterMs: 60_000,
  jetTimeoutMs: 1_000,
};

function issue(actor: string, houses: '*' | string[]): { token: string; known: ApiToken } {
  const { token, entry } = createToken(actor, houses);
  return {
    token,
    known: { sha256: entry.sha256, actor, role: 'lead', houses: houses === '*' ? 'all' : new Set(houses) },
  };
}

const fsp = issue('Kartenbüro FSP', ['FSP']);
const named = issue('Kartenbüro FSP', ['FSP']);
named.known = { ...named.known, name: 'fsp-kassa' };
const two = issue('Kartenbüro LTN und BUS', ['LTN', 'BUS']);
const everywhere = issue('Bereitschaft', '*');
const stranger = createToken('Niemand', '*').token;
const TOKENS = [fsp, named, two, everywhere].map(({ known }) => known);

const as = (token: string) => ({ authorization: `Bearer ${token}` });

let stage: ApiStage;
let address: string;
beforeAll(async () => {
  stage = await ApiStage.open({ logIn: logInByToken(TOKENS, hashToken), timing: PATIENT });
  address = await stage.listen();
  for (let index = 0; index < CASES_PER_HOUSE; index += 1) {
    for (const house of ['LTN', 'BUS']) await writeRefusal(house, String(300_000 + index));
    if (index % 10 === 0) await writeRefusal('FSP', String(300_000 + index));
  }
});
afterAll(() => stage.close());

async function writeRefusal(house: string, eventNumber: string): Promise<void> {
  const caseId = randomUUID();
  const input = anInput({ caseId, order: anOrder({ house, eventNumber }) });
  await stage.journal.append(
    { caseId, house, eventNumber },
    {
      actor: 'test',
      actorId: 'token:test',
      kind: 'refusal',
      step: 'check',
      operation: 'check',
      effectKey: 'refusal',
      after: { input, event: null, refusal: { code: 'event-not-found', text: '' }, warnings: [] },
      outcome: 'event-not-found',
    },
  );
}

const UNAUTHORIZED = {
  type: 'about:blank',
  title: 'Dafür ist eine gültige Anmeldung nötig.',
  status: 401,
  code: 'unauthorized',
};

it.each([
  ['no header', {}],
  ['a token that nobody knows', as(stranger)],
  ['a token that is cut', as(everywhere.token.slice(0, -1))],
  ['a token with something behind it', as(`${everywhere.token} x`)],
  ['the hash of a token', as(everywhere.known.sha256)],
  ['another scheme', { authorization: `Basic ${everywhere.token}` }],
  ['the bare token', { authorization: everywhere.token }],
  ['the bare scheme', { authorization: 'Bearer ' }],
  ['nothing at all', { authorization: '' }],
])('answers %s with one and the same 401', async (_what, headers) => {
  const { status, body, headers: answered } = await stage.get('/v1/houses', { headers });
  expect({ status, body }).toEqual({ status: 401, body: UNAUTHORIZED });
  expect(answered['www-authenticate']).toBe('Bearer realm="absage"');
});

it('answers two headers as none, even when both are right', async () => {
  const { port, hostname } = new URL(address);
  const socket = connect(Number(port), hostname);
  const header = `Authorization: Bearer ${everywhere.token}\r\n`;
  socket.write(`GET /v1/houses HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${header}${header}\r\n`);
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  await once(socket, 'close');
  expect(answer).toMatch(/^HTTP\/1\.1 401 [\s\S]*"code":"unauthorized"/);
});

it('takes the name of the scheme in any case', async () => {
  const headers = { authorization: `bearer ${everywhere.token}` };
  expect((await stage.get('/v1/houses', { headers })).status).toBe(200);
});

it.each(['/healthz', '/readyz', '/version', '/healthz?probe=1'])('leaves %s open', async (url) => {
  expect((await stage.get(url)).status).toBe(200);
});

it.each([
  '/v1/openapi.json',
  '/docs',
  '/docs/json',
  '/docs/static/swagger-ui.css',
  '/v1/nowhere',
  '/nowhere',
  '//healthz',
  '/healthz/',
  '/v1/plans',
])('tells a stranger nothing about %s', async (url) => {
  expect((await stage.get(url)).body).toEqual(UNAUTHORIZED);
});

it('does not read what a stranger sends', async () => {
  expect((await stage.post('/v1/cancellations', '{ no JSON')).body).toEqual(UNAUTHORIZED);
});

it('shows the houses that a token may act for', async () => {
  const keysFor = async (token: string) => {
    const { body } = await stage.get<{ houses: { key: string }[] }>('/v1/houses', { headers: as(token) });
    return body.houses.map(({ key }) => key);
  };
  expect(await keysFor(fsp.token)).toEqual(['FSP']);
  expect(await keysFor(two.token)).toEqual(['LTN', 'BUS']);
  expect(await keysFor(everywhere.token)).toHaveLength(6);
});

describe('a house that the token may not act for is one that does not exist', () => {
  const order = anOrder({ house: 'LTN', eventNumber: '300001' });
  it.each([
    ['GET', '/v1/events?house=LTN', undefined],
    ['GET', '/v1/events/LTN/300001', undefined],
    ['POST', '/v1/plans', order],
    ['POST', '/v1/cancellations', order],
    ['GET', '/v1/cancellations?house=LTN', undefined],
    ['GET', '/v1/cancellations/LTN/300001', undefined],
    ['GET', '/v1/cancellations/LTN/300001/journal', undefined],
    ['GET', '/v1/cancellations/LTN/300001/stream', undefined],
    ['POST', '/v1/cancellations/LTN/300001/abort', { reason: 'Doch nicht' }],
    ['POST', '/v1/cancellations/LTN/300001/retry', { reason: 'Noch einmal' }],
  ] as const)('%s %s', async (method, url, body) => {
    const ask = async (house: string) => {
      const named = body && ('house' in body ? { ...body, house } : body);
      const answer = await stage.ask(method, url.replace('LTN', house), {
        body: named,
        headers: as(fsp.token),
      });
      return { status: answer.status, body: answer.body };
    };
    const foreign = await ask('LTN');
    expect(foreign).toEqual(await ask('NOWHERE'));
    expect(foreign).toMatchObject({ status: 404, body: { code: 'house-not-found' } });
  });

  it('but it exists for who may', async () => {
    const { status } = await stage.get('/v1/cancellations/LTN/300001', { headers: as(two.token) });
    expect(status).toBe(200);
  });

  it('and is seen only after the rest of the request is in order, as any other', async () => {
    const { body } = await stage.post('/v1/plans', { ...order, extra: 1 }, as(fsp.token));
    expect(body).toMatchObject({ code: 'malformed-request' });
  });
});

describe('a list without a house', () => {
  interface Page {
    cancellations: ListedCancellation[];
    nextCursor: string | null;
  }

  async function readPages(token: string): Promise<Page[]> {
    const pages: Page[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor && `?${new URLSearchParams({ cursor })}`;
      const answer = await stage.get<Page>(`/v1/cancellations${query}`, { headers: as(token) });
      pages.push(answer.body);
      cursor = answer.body.nextCursor;
    }
    return pages;
  }

  it('shows the allowed houses only, in full pages, each case once and newest first', async () => {
    const pages = await readPages(two.token);
    const rows = pages.flatMap(({ cancellations }) => cancellations);
    expect(pages.map(({ cancellations }) => cancellations.length)).toEqual([PAGE_SIZE, PAGE_SIZE, 10]);
    expect(new Set(rows.map(({ caseId }) => caseId)).size).toBe(2 * CASES_PER_HOUSE);
    expect(new Set(rows.map(({ house }) => house))).toEqual(new Set(['LTN', 'BUS']));
    const times = rows.map(({ orderedAt }) => orderedAt);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('has open runs of the allowed houses only', async () => {
    const order = await stage.prepare();
    await stage.post('/v1/cancellations', order, as(fsp.token));
    const has = async (token: string) => {
      const [page] = await readPages(token);
      return page?.cancellations.some(({ eventNumber }) => eventNumber === order.eventNumber);
    };
    // Temporal's lists show a new run a moment later.
    await eventually(() => has(fsp.token), Boolean);
    expect(await has(two.token)).toBe(false);
  });
});

describe('the actor', () => {
  it.each([
    ['who they say they are', 'Jemand anderer'],
    ['a name that cannot be read', '\xff'],
  ])('is the one of the token, whatever the header says: %s', async (_what, name) => {
    const order = await stage.prepare();
    const headers = { ...as(fsp.token), 'x-absage-actor': name };
    const { status, body } = await stage.post<CancellationView>('/v1/cancellations', order, headers);
    expect(status).toBe(202);
    expect(body.orderedBy).toBe('Kartenbüro FSP');
  });

  it('of an action too', async () => {
    const order = await stage.prepare();
    const casePath = `/v1/cancellations/FSP/${order.eventNumber}`;
    await stage.post('/v1/cancellations', order, as(fsp.token));
    await eventually(
      () => stage.get<CancellationView>(casePath, { headers: as(fsp.token) }),
      ({ body }) => body.state === 'waiting',
    );
    const answer = await stage.post(`${casePath}/abort`, { reason: 'Doch nicht' }, as(everywhere.token));
    expect(answer.status).toBe(200);
    const journal = await stage.get<{ entries: { actor: string; operation: string }[] }>(
      `${casePath}/journal`,
      { headers: as(fsp.token) },
    );
    const abort = journal.body.entries.find(({ operation }) => operation === 'abort');
    expect(abort?.actor).toBe('Bereitschaft');
  });

  it('is known by the name of their token in each line, whatever name is shown', async () => {
    const order = await stage.prepare();
    const casePath = `/v1/cancellations/FSP/${order.eventNumber}`;
    const { body } = await stage.post<CancellationView>('/v1/cancellations', order, as(named.token));
    await eventually(
      () => stage.get<CancellationView>(casePath, { headers: as(fsp.token) }),
      ({ body: view }) => view.state === 'waiting',
    );
    // An abort keeps back the mail at the order.
    await stage.untilAtRest(order);
    await stage.post(`${casePath}/abort`, { reason: 'Doch nicht' }, as(everywhere.token));
    await eventually(
      () => stage.get<CancellationView>(casePath, { headers: as(fsp.token) }),
      ({ body: view }) => view.state === 'aborted',
    );
    await stage.untilClosed(order);
    const entries = await stage.journal.entries(body.caseId);
    const [desk, nights] = ['Kartenbüro FSP, token:fsp-kassa', 'Bereitschaft, token:Bereitschaft'];
    // The mail at the order goes out beside the steps.
    const ofOrder = entries.filter(({ effectKey }) => effectKey.startsWith('ordered/'));
    expect(new Set(ofOrder.map(({ actorId }) => actorId))).toEqual(new Set(['absage']));
    expect(
      entries
        .filter((entry) => !ofOrder.includes(entry))
        .map(({ operation, kind, actor, actorId }) => [`${operation} ${kind}`, `${actor}, ${actorId}`]),
    ).toEqual([
      ['check opening', desk],
      ['save-announcement intent', desk],
      ['save-announcement outcome', desk],
      ['abort decision', nights],
      ['restore-announcement intent', desk],
      ['restore-announcement outcome', desk],
      ['close end', desk],
      ['alert-house intent', 'Absage, absage'],
      ['alert-house outcome', 'Absage, absage'],
    ]);
  });
});

it('is shown the token of the command line', async () => {
  const { houses } = await createApi(address, 'Kasse', fsp.token).houses();
  expect(houses.map(({ key }) => key)).toEqual(['FSP']);
  const refused = createApi(address, 'Kasse', null).houses();
  await expect(refused).rejects.toThrow(/gültige Anmeldung nötig\.\n +Ihr Token nennen Sie in ABSAGE_TOKEN/);
});

describe('without a server behind it', () => {
  const FAILING = {
    client: { listOpen: () => Promise.reject(new Error('something that nobody has foreseen')) },
    journal: { cases: () => Promise.resolve([]) },
    houses: new Map(),
    isRehearsal: true,
    logIn: logInByName,
    limits: {},
    version: '0',
  } as unknown as AppDependencies;

  it('never writes a token into the log or an answer, whatever happens', async () => {
    let written = '';
    const stream = new Writable({
      write(chunk, _encoding, done) {
        written += String(chunk);
        done();
      },
    });
    const logger = pino({ level: 'trace' }, stream);
    const app = await buildApp({ ...FAILING, logger, logIn: logInByToken(TOKENS, hashToken) });
    const post = { method: 'POST', url: '/v1/plans' } as const;
    const answers = [
      await app.inject({ url: '/v1/cancellations', headers: as(everywhere.token) }),
      await app.inject({ url: '/v1/houses', headers: as(stranger) }),
      await app.inject({ url: `/v1/houses?token=${stranger}`, headers: as(stranger) }),
      await app.inject({
        ...post,
        payload: '{',
        headers: { ...as(fsp.token), 'content-type': 'application/json' },
      }),
      await app.inject({
        ...post,
        payload: 'x',
        headers: { ...as(fsp.token), 'content-type': 'text/plain' },
      }),
    ];
    await app.close();
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([500, 401, 401, 400, 415]);
    const said = written + answers.map(({ body, headers }) => body + JSON.stringify(headers)).join();
    expect(written).toContain('nobody has foreseen');
    for (const token of [everywhere.token, fsp.token, stranger])
      expect(said).not.toContain(token.slice(7, 20));
  });

  it('is not built for production without tokens', async () => {
    await expect(buildApp({ ...FAILING, logger: SILENT, isRehearsal: false })).rejects.toThrow(
      /needs tokens/,
    );
  });
});
