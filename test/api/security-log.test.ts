import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { buildApp } from '../../src/api/app';
import { logInByToken } from '../../src/cases/log-in';
import { createToken, hashToken, type ApiToken } from '../../src/settings/tokens';
import type { JournalStore } from '../../src/journal/port';
import { idleDependencies } from '../support/api-stage';
import { spendingsInMemory } from '../support/spendings';

const { token, entry } = createToken('Kassa', ['FSP']);
const clerk = createToken('Pult', ['FSP'], { role: 'clerk' });
const stranger = createToken('Niemand', '*').token;

let app: FastifyInstance;
let log: string[];

beforeEach(async () => {
  log = [];
  const logger = pino(
    { base: { process: 'server' } },
    new Writable({
      write(line, _encoding, done) {
        log.push(String(line));
        done();
      },
    }),
  );
  const tokens: ApiToken[] = [
    { sha256: entry.sha256, actor: 'Kassa', role: 'lead', houses: new Set(['FSP']) },
    { sha256: clerk.entry.sha256, actor: 'Pult', role: 'clerk', houses: new Set(['FSP']) },
  ];
  const logIn = logInByToken(tokens, hashToken);
  const trustedProxies = ['10.0.0.0/8'];
  const journal = spendingsInMemory() as unknown as JournalStore;
  app = await buildApp({ ...idleDependencies(), journal, isRehearsal: false, logIn, logger, trustedProxies });
});
afterEach(() => app.close());

const ask = (url: string, bearer?: string, { from = '192.0.2.1', headers = {} } = {}) =>
  app.inject({
    url,
    remoteAddress: from,
    headers: { ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }), ...headers },
  });
const lines = () => log.map((line) => JSON.parse(line) as object);

it('names who asked, from where and on which route, by the first digits of an unknown token only', async () => {
  await ask('/v1/houses');
  await ask('/v1/events/FSP/104233?x=1', stranger);
  const mark = hashToken(stranger).toString('hex').slice(0, 8);
  const from = '192.0.2.1';
  expect(lines()).toMatchObject([
    { security: 'unauthorized', who: 'nobody', from, route: 'GET /v1/houses' },
    { security: 'unauthorized', who: mark, from, route: 'GET /v1/events/:house/:eventNumber' },
  ]);
  expect(log.join()).not.toContain(stranger);
  expect(log.join()).not.toContain(hashToken(stranger).toString('hex'));
});

it('tells of a house of others, and not of what is right', async () => {
  await ask('/v1/houses', token);
  await ask('/v1/cancellations/LTN/104233/stream', token);
  expect(lines()).toMatchObject([
    {
      security: 'house-not-found',
      who: 'token:Kassa',
      route: 'GET /v1/cancellations/:house/:eventNumber/stream',
    },
  ]);
});

describe('the form of a line', () => {
  const MEMBERS = ['level', 'time', 'process', 'requestId', 'security', 'who', 'from', 'route', 'msg'];

  it('stays as it is', async () => {
    await ask('/v1/houses');
    await ask('/v1/cancellations/LTN/104233', token);
    const [unknown, known, ...others] = log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(others).toEqual([]);
    expect(Object.keys(unknown!)).toEqual(MEMBERS);
    expect(unknown).toEqual({
      level: 40,
      time: expect.any(Number),
      process: 'server',
      requestId: expect.any(String),
      security: 'unauthorized',
      who: 'nobody',
      from: '192.0.2.1',
      route: 'GET /v1/houses',
      msg: 'security: unauthorized',
    });
    expect(known).toMatchObject({ security: 'house-not-found', who: 'token:Kassa' });
  });

  it('is that of the examples in the documentation', () => {
    const page = readFileSync(join(__dirname, '../../docs/security.md'), 'utf8');
    const examples = [...page.matchAll(/^\{"level".*$/gm)].map(([line]) => JSON.parse(line) as object);
    expect(examples).toHaveLength(3);
    for (const example of examples) expect(Object.keys(example)).toEqual(MEMBERS);
  });
});

it('says that a role did not suffice', async () => {
  const url = '/v1/cancellations/FSP/104233/close-by-hand';
  const payload = { reason: 'Es reicht.' };
  const headers = { authorization: `Bearer ${clerk.token}` };
  const answer = await app.inject({ method: 'POST', url, payload, headers, remoteAddress: '192.0.2.1' });
  expect(answer.json()).toMatchObject({
    status: 403,
    code: 'not-allowed',
    detail: 'Die Absage von Hand schließen kann die Leitung.',
  });
  expect(lines()).toMatchObject([
    {
      security: 'not-allowed',
      who: 'token:Pult',
      route: 'POST /v1/cancellations/:house/:eventNumber/close-by-hand',
    },
  ]);
});

it('believes a proxy that is named whom it passes on, and no other', async () => {
  const headers = { 'x-forwarded-for': '198.51.100.7' };
  await ask('/v1/houses', undefined, { from: '10.1.2.3', headers });
  await ask('/v1/houses', undefined, { from: '192.0.2.1', headers });
  expect(lines()).toMatchObject([{ from: '198.51.100.7' }, { from: '192.0.2.1' }]);
});

it('slows who keeps presenting what is no token, and no caller with one, from the same address neither', async () => {
  const statuses: number[] = [];
  for (let turn = 0; turn < 12; turn += 1) statuses.push((await ask('/v1/houses', stranger)).statusCode);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  const slowed = await ask('/v1/houses', stranger);
  expect(slowed.json()).toMatchObject({ code: 'too-many-requests' });
  expect(slowed.headers['retry-after']).toBe('1');
  expect((await ask('/v1/houses', token)).statusCode).toBe(200);
  expect((await ask('/v1/houses', stranger, { from: '192.0.2.2' })).statusCode).toBe(401);
  // What was only slowed is not silent either.
  expect(lines()).toHaveLength(14);
});
