import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../src/api/app';
import type { AppDependencies } from '../../src/api/dependencies';
import { logInByName, logInByToken } from '../../src/cases/log-in';
import { consolePages } from '../../src/console/console';
import { openJournal } from '../../src/journal/open';
import type { JournalStore } from '../../src/journal/port';
import { createKeyFile, loadKeyFile } from '../../src/settings/key-file';
import { createToken, hashToken, type ApiToken } from '../../src/settings/tokens';
import { createPayloadCodec } from '../../src/temporal/payload-codec';
import { idleDependencies } from '../support/api-stage';
import { consoleSession } from '../support/console-session';
import { spendingsInMemory } from '../support/spendings';

const WEB_UI = 'http://127.0.0.1:8233';
const OF_FSP = {
  type: 'workflow',
  namespace: 'default',
  workflowId: 'cancel-performance/FSP/104233',
} as const;

const folder = mkdtempSync(join(tmpdir(), 'absage-door-'));
const path = join(folder, 'keys.json');
createKeyFile(path);
const codec = createPayloadCodec(loadKeyFile(path));

const fsp = createToken('Kassa FSP', ['FSP']);
const ltn = createToken('Kassa LTN', ['LTN']);
const everywhere = createToken('Bereitschaft', '*');
const admin = createToken('Betrieb', '*', { role: 'admin' });
const tokens: ApiToken[] = [
  { ...fsp.entry, houses: new Set(['FSP']) },
  { ...ltn.entry, houses: new Set(['LTN']) },
  { ...everywhere.entry, houses: 'all' },
  { ...admin.entry, houses: 'all' },
];

const logged: unknown[] = [];
const apps: FastifyInstance[] = [];
let app: FastifyInstance;
/** Where the log-ins are. */
let journal: JournalStore;

async function build(changes: Partial<AppDependencies> = {}): Promise<FastifyInstance> {
  const idle = idleDependencies();
  const logger = idle.logger.child({});
  for (const level of ['info', 'warn'] as const) logger[level] = (line: unknown) => void logged.push(line);
  const deps: AppDependencies = {
    ...idle,
    // What failed at another server of this test is no matter here.
    journal: { ...journal, ...spendingsInMemory() },
    logger,
    payloads: codec,
    isRehearsal: false,
    logIn: logInByToken(tokens, hashToken),
    ...changes,
  };
  const built = await buildApp(deps, consolePages({ ...deps, ...consoleSession(deps) }));
  apps.push(built);
  return built;
}

beforeAll(async () => {
  journal = await openJournal(pathToFileURL(join(folder, 'journal.sqlite')).href);
  app = await build();
});
beforeEach(() => void logged.splice(0));
afterAll(async () => {
  for (const one of apps) await one.close();
  await journal.close();
  rmSync(folder, { recursive: true });
});

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const toWire = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
  data: base64(data ?? new Uint8Array()),
});
type Context = Parameters<typeof codec.encode>[1];
const encrypted = async (value: unknown, context: Context) =>
  toWire((await codec.encode([defaultPayloadConverter.toPayload(value)], context))[0]!);
const clear = (value: unknown) => toWire(defaultPayloadConverter.toPayload(value));
const bearer = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` });

async function ask(headers: Record<string, string>, payloads: unknown, of = app, url = '/codec/decode') {
  const given = { 'x-namespace': 'default', ...headers };
  return of.inject({ method: 'POST', url, headers: given, payload: { payloads } });
}

describe('decodes', () => {
  it('what the caller may see, in its order, and hands back the rest as it came', async () => {
    const others = [
      await encrypted('LTN', { ...OF_FSP, workflowId: 'cancel-performance/LTN/104233' }),
      await encrypted('another installation', { ...OF_FSP, namespace: 'copy' }),
      await encrypted('a schedule', { ...OF_FSP, workflowId: 'absage-reconcile-cancellations' }),
      await encrypted('a search', {
        type: 'activity',
        namespace: 'default',
        activityId: 'x',
        isLocal: false,
      }),
      await encrypted('typed', undefined),
    ];
    const given = [clear('plain'), await encrypted('FSP', OF_FSP), ...others];
    const answer = await ask(bearer(fsp), given);
    expect(answer.json()).toEqual({ payloads: [clear('plain'), clear('FSP'), ...others] });
    const [plain, inFsp, inLtn, ...ofNone] = given;
    const all = await ask(bearer(everywhere), given);
    expect(all.json()).toEqual({ payloads: [...['plain', 'FSP', 'LTN'].map(clear), ...ofNone] });
    const rest = await ask(bearer(admin), given);
    expect(rest.json()).toEqual({
      payloads: [
        ...[plain, inFsp, inLtn],
        ...['another installation', 'a schedule', 'a search', 'typed'].map(clear),
      ],
    });
  });

  it('with one line in the log: who, which runs, how many', async () => {
    const one = await encrypted('one', OF_FSP);
    await ask(bearer(fsp), [one, one, await encrypted('typed', undefined)]);
    expect(logged).toEqual([
      {
        caller: 'token:Kassa FSP',
        namespace: 'default',
        workflows: [OF_FSP.workflowId],
        decoded: 2,
        withheld: 1,
        unreadable: 0,
      },
    ]);
  });

  it('nothing that was changed, or that lacks its key', async () => {
    const payload = await encrypted('FSP', OF_FSP);
    const changed = { ...payload, data: base64(Buffer.from(payload.data, 'base64').reverse()) };
    const unknown = { ...payload, metadata: { ...payload.metadata, key: base64(Buffer.from('k0')) } };
    const odd = { ...payload, metadata: { ...payload.metadata, context: base64(Buffer.from('{')) } };
    const answer = await ask(bearer(everywhere), [changed, unknown]);
    expect(answer.json()).toEqual({ payloads: [changed, unknown] });
    expect(logged.at(-1)).toMatchObject({ decoded: 0, withheld: 0, unreadable: 2 });
    expect((await ask(bearer(admin), [odd])).json()).toEqual({ payloads: [odd] });
    expect(logged.at(-1)).toMatchObject({ decoded: 0, withheld: 0, unreadable: 1 });
  });

  it('and leaves members alone that it does not know', async () => {
    const payload = { ...clear('plain'), externalPayloads: [{ sizeBytes: '7' }] };
    expect((await ask(bearer(fsp), [payload])).json()).toEqual({ payloads: [payload] });
    expect((await ask(bearer(fsp), undefined)).json()).toEqual({ payloads: [] });
  });

  it('under the address that the Web UI asks', async () => {
    const url = '/codec/decode?preserveStorageRefs=true';
    const answer = await ask(bearer(fsp), [await encrypted('FSP', OF_FSP)], app, url);
    expect(answer.json()).toEqual({ payloads: [clear('FSP')] });
  });
});

it('slows who keeps presenting what is no token, here and at the API alike, and says who it was', async () => {
  const strange = await build();
  const stranger = createToken('Niemand', '*').token;
  const mark = hashToken(stranger).toString('hex').slice(0, 8);
  const statuses: number[] = [];
  for (let turn = 0; turn < 11; turn += 1)
    statuses.push((await ask(bearer({ token: stranger }), [], strange)).statusCode);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  expect(logged.at(-1)).toMatchObject({ security: 'too-many-requests', who: mark });
  const atTheApi = await strange.inject({ url: '/v1/houses', headers: bearer({ token: stranger }) });
  expect(atTheApi.statusCode).toBe(429);
  expect((await ask(bearer(fsp), [], strange)).statusCode).toBe(200);
});

it('encodes what is typed into the Web UI, for those who look after the installation to read', async () => {
  const answer = await ask(bearer(fsp), [clear('typed')], app, '/codec/encode');
  const { payloads } = answer.json<{ payloads: unknown[] }>();
  expect(JSON.stringify(payloads)).not.toContain(clear('typed').data);
  expect((await ask(bearer(fsp), payloads)).json()).toEqual({ payloads });
  expect((await ask(bearer(everywhere), payloads)).json()).toEqual({ payloads });
  expect((await ask(bearer(admin), payloads)).json()).toEqual({ payloads: [clear('typed')] });
});

describe('a browser', () => {
  it('may ask from the Web UI', async () => {
    const headers = { origin: WEB_UI, 'access-control-request-method': 'POST' };
    const preflight = await app.inject({ method: 'OPTIONS', url: '/codec/decode', headers });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': WEB_UI,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization, content-type, x-namespace',
      vary: 'origin',
    });
    const answer = await ask({ origin: WEB_UI, ...bearer(fsp) }, []);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': WEB_UI, vary: 'origin' });
  });

  it.each(['http://evil.example', 'null', `${WEB_UI}0`, 'https://127.0.0.1:8233', 'http://127.0.0.1:8080'])(
    'may not from %s, not even with a log-in',
    async (origin) => {
      for (const method of ['OPTIONS', 'POST'] as const) {
        const headers = { origin, ...bearer(everywhere) };
        const answer = await app.inject({ method, url: '/codec/decode', headers, payload: { payloads: [] } });
        expect(answer.statusCode).toBe(403);
        expect(answer.json()).toMatchObject({ code: 'not-allowed' });
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    },
  );

  it('is known by the log-in of the console', async () => {
    const page = await app.inject({ url: '/anmelden' });
    const csrf = /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
    const cookies = Object.fromEntries(page.cookies.map(({ name, value }) => [name, value]));
    const logIn = await app.inject({
      method: 'POST',
      url: '/anmelden',
      cookies,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ _csrf: csrf, token: fsp.token }).toString(),
    });
    const [session = ''] = String(logIn.headers['set-cookie']).split(';');
    const answer = await ask({ origin: WEB_UI, cookie: session }, [await encrypted('FSP', OF_FSP)]);
    expect(answer.json()).toEqual({ payloads: [clear('FSP')] });
    // A wrong token is no reason to believe the cookie beside it.
    expect((await ask({ cookie: session, authorization: 'Bearer wrong' }, [])).statusCode).toBe(401);
  });
});

it.each(['/codec/decode', '/codec/encode'])(
  '%s asks for a log-in, and the Web UI can read so',
  async (url) => {
    const wrong = [{}, { authorization: 'Bearer wrong' }, { cookie: 'absage_session=wrong' }] as Record<
      string,
      string
    >[];
    for (const headers of wrong) {
      const answer = await ask({ origin: WEB_UI, ...headers }, [], app, url);
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toMatchObject({ code: 'unauthorized' });
      expect(answer.headers['access-control-allow-origin']).toBe(WEB_UI);
    }
  },
);

it.each<[number, string, string | object]>([
  [415, 'text/plain', '{"payloads":[]}'],
  [400, 'application/json', '{'],
  [400, 'application/json', { payloads: 'x' }],
  [400, 'application/json', { payloads: [{ data: 7 }] }],
])('answers %i to %s with %j', async (status, type, payload) => {
  const headers = { 'content-type': type, ...bearer(fsp) };
  const answer = await app.inject({ method: 'POST', url: '/codec/decode', headers, payload });
  expect(answer.statusCode).toBe(status);
});

it('takes as much as Temporal sends at once', async () => {
  const large = clear('x'.repeat(4 * 1024 * 1024));
  expect((await ask(bearer(fsp), [large])).statusCode).toBe(200);
  expect((await ask(bearer(fsp), [large, large])).statusCode).toBe(413);
});

it('a rehearsal without tokens lets everybody read, from the Web UI', async () => {
  const open = await build({ isRehearsal: true, logIn: logInByName });
  const payload = await encrypted('FSP', OF_FSP);
  expect((await ask({ origin: WEB_UI }, [payload], open)).json()).toEqual({ payloads: [clear('FSP')] });
  expect((await ask({ origin: 'http://evil.example' }, [payload], open)).statusCode).toBe(403);
});

it('is not there where nothing is encrypted', async () => {
  const open = await build({ payloads: null });
  expect((await ask(bearer(everywhere), [], open)).statusCode).toBe(404);
});
