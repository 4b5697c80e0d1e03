import { seal } from '../support/trust';
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { buildApp } from '../../src/api/app';
import { type AppDependencies } from '../../src/api/dependencies';
import { EventPages } from '../../src/cases/event-pages';
import type { ListedCancellation } from '../../src/cases/lists';
import type { ListChange } from '../../src/cases/live';
import { logInByName, logInByToken } from '../../src/cases/log-in';
import type { ProblemBody } from '../../src/cases/problems';
import { sendEvents } from '../../src/api/stream';
import type { CancellationView } from '../../src/cases/view';
import { createCancellationClient, WorkersUnavailable, type CancellationClient } from '../../src/client';
import type { Order } from '../../src/domain/types';
import { loadHouses } from '../../src/settings/houses';
import { createToken, hashToken, type ApiToken } from '../../src/settings/tokens';
import { ApiStage, TIMING } from '../support/api-stage';
import { SILENT } from '../support/simulator';
import { eventually } from '../support/eventually';

/** A whole case on a busy machine. */
const PATIENCE_MS = 60_000;

/** Counts the calls to Temporal, and can make Temporal unreachable. */
class CountingClient {
  reads = 0;
  isAway = false;

  constructor(private readonly client: CancellationClient) {}

  asClient(): CancellationClient {
    return {
      ...this.client,
      find: (house, eventNumber) => this.read(() => this.client.find(house, eventNumber)),
      listOpen: (only) => this.read(() => this.client.listOpen(only)),
    };
  }

  private read<T>(ask: () => Promise<T>): Promise<T> {
    this.reads += 1;
    return this.isAway ? Promise.reject(new WorkersUnavailable('away')) : ask();
  }
}

interface StreamedEvent {
  id: string | undefined;
  event: string | undefined;
  retry: string | undefined;
  data: unknown;
}

/** A reader of a stream, like a browser. */
class Viewer {
  readonly events: StreamedEvent[] = [];
  comments = 0;
  /** The server ended the stream. */
  hasEnded = false;
  isClosed = false;

  private constructor(
    private readonly call: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => {
      const blocks = (text + part).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.take(block);
    });
    response.once('end', () => (this.hasEnded = true));
    response.once('close', () => (this.isClosed = true));
    response.once('error', () => undefined);
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<Viewer> {
    const call = request(url, { headers, agent: false }).end();
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    call.on('error', () => undefined);
    return new Viewer(call, response);
  }

  get views(): CancellationView[] {
    return this.events.filter(({ event }) => event === undefined).map(({ data }) => data as CancellationView);
  }

  get changes(): ListChange[] {
    return this.events.map(({ data }) => data as ListChange);
  }

  /** Reads on until the events so far meet the test's condition. */
  async sees(isIt: (viewer: this) => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!isIt(this)) {
      if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(this.events)}`);
      await pause(10);
    }
  }

  leave(): void {
    this.call.destroy();
  }

  private take(block: string): void {
    if (block.startsWith(':')) return void (this.comments += 1);
    const fields = Object.fromEntries(
      block.split('\n').map((line) => [line.split(':')[0], line.slice(line.indexOf(':') + 1).trim()]),
    ) as Record<string, string | undefined>;
    const { id, event, retry, data } = fields;
    this.events.push({ id, event, retry, data: JSON.parse(data ?? 'null') as unknown });
  }
}

let stage: ApiStage;
let counting: CountingClient;
let app: FastifyInstance;
let address: string;
/** The answers of the server that are not over yet, as it knows itself. */
let openAnswers = new Set<object>();
const viewers: Viewer[] = [];

beforeAll(async () => {
  stage = await ApiStage.open();
});
afterAll(() => stage.close());

beforeEach(async () => {
  counting = new CountingClient(createCancellationClient(stage.temporal, seal));
  await serve();
});
afterEach(async () => {
  for (const viewer of viewers.splice(0)) viewer.leave();
  await app.close();
});

/** Starts a server of its own for each test, in front of the stage's Temporal and journal. */
async function serve(changes: Partial<AppDependencies> = {}): Promise<void> {
  app = await buildApp({
    client: counting.asClient(),
    journal: stage.journal,
    houses: loadHouses(null),
    eventPages: new EventPages(),
    composeNotice: stage.deps.composeNotice,
    jetPerSecond: stage.deps.jetPerSecond,
    isRehearsal: true,
    logIn: logInByName,
    payloads: null,
    isSimulator: () => true,
    isLogInMissing: () => false,
    drawPdf: () => Promise.reject(new Error('no PDF is drawn here')),
    ownHosts: [],
    temporalUiUrl: 'http://127.0.0.1:8233',
    namespace: 'default',
    timing: TIMING,
    version: '0.0.0-test',
    security: { contact: null, publicUrl: 'https://absage.example' },
    limits: stage.deps.limits,
    logger: SILENT,
    ...changes,
  });
  const answers = new Set<object>();
  openAnswers = answers;
  app.server.on('request', (_request, answer) => {
    answers.add(answer);
    answer.once('close', () => answers.delete(answer));
  });
  address = await app.listen({ host: '127.0.0.1', port: 0 });
}

async function look(path: string, headers: Record<string, string> = {}): Promise<Viewer> {
  const viewer = await Viewer.open(`${address}/v1/cancellations${path}`, headers);
  viewers.push(viewer);
  return viewer;
}

const lookAt = ({ house, eventNumber }: Order, headers: Record<string, string> = {}) =>
  look(`/${house}/${eventNumber}/stream`, headers);

async function ask(path: string, init: RequestInit = {}): Promise<[number, string | undefined]> {
  const response = await fetch(`${address}/v1/cancellations${path}`, init);
  const text = await response.text();
  return [response.status, text ? (JSON.parse(text) as ProblemBody).code : undefined];
}

describe('the stream of a case', () => {
  it('begins at once with the view as it is now', async () => {
    const order = await stage.prepare();
    await stage.startWaiting(order);
    const viewer = await lookAt(order);
    expect(viewer.response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    await viewer.sees(({ views }) => views.length === 1);
    expect(viewer.views).toEqual([await stage.view(order)]);
    expect(viewer.events[0]).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{16}$/), retry: '3000' });
  });

  it('sends a whole view for each change, ends with the last one, and reads nothing after that', async () => {
    const order = await stage.prepare();
    await stage.start(order, { syncIntervalMs: 600_000 });
    const viewer = await lookAt(order);
    // It looks once a second, so the waits are ended only when it has seen one.
    await viewer.sees(({ views }) => views.some(({ state }) => state === 'waiting'));
    await stage.skipWait(order);
    await stage.until(order, ({ step }) => step === 'wait-for-storno-transfer');
    await stage.skipWait(order);
    await viewer.sees(({ hasEnded }) => hasEnded);
    const { views, events } = viewer;
    expect(views.at(-1)).toEqual(await stage.view(order));
    expect(views.map(({ state }) => state)).toContain('waiting');
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(new Set(views.map((view) => JSON.stringify(view))).size).toBe(views.length);
    expect(events.at(-1)?.retry).toBe('60000');
    await expectSilence();
  });

  it('tells a browser that comes back after the end that there is nothing more', async () => {
    const order = await stage.prepare();
    await stage.carryOut(order);
    const viewer = await lookAt(order);
    await viewer.sees(({ hasEnded }) => hasEnded);
    const again = { 'last-event-id': viewer.events[0]?.id ?? '' };
    expect((await lookAt(order, again)).response.statusCode).toBe(204);
    expect((await lookAt(order, { 'last-event-id': 'another' })).response.statusCode).toBe(200);
  });

  it('shows an abort to all viewers, with one read for all of them', async () => {
    const order = await stage.prepare();
    await stage.startWaiting(order);
    const begunAt = Date.now();
    const mostReads = () => 2 + Math.ceil((Date.now() - begunAt) / 1_000);
    const crowd = await Promise.all(Array.from({ length: 20 }, () => lookAt(order)));
    await Promise.all(crowd.map((viewer) => viewer.sees(({ views }) => views.length === 1)));
    expect(counting.reads).toBeLessThanOrEqual(mostReads());
    await stage.post(`/v1/cancellations/FSP/${order.eventNumber}/abort`, { reason: 'Doch gespielt.' });
    await Promise.all(crowd.map((viewer) => viewer.sees(({ hasEnded }) => hasEnded)));
    expect(crowd.map(({ views }) => views.at(-1)?.state)).toEqual(crowd.map(() => 'aborted'));
    expect(counting.reads).toBeLessThanOrEqual(mostReads());
  });

  it('reads nothing any more when the last viewer has gone', async () => {
    const order = await stage.prepare();
    await stage.startWaiting(order);
    const [first, second] = [await lookAt(order), await lookAt(order)];
    await second.sees(({ views }) => views.length === 1);
    first.leave();
    const before = counting.reads;
    await eventually(
      () => Promise.resolve(counting.reads),
      (reads) => reads > before,
    );
    second.leave();
    await expectSilence();
  });

  it('says when the case cannot be read, and shows it again when it can', async () => {
    const order = await stage.prepare();
    await stage.startWaiting(order);
    const viewer = await lookAt(order);
    await viewer.sees(({ views }) => views.length === 1);
    counting.isAway = true;
    await viewer.sees(({ events }) => events.length === 2);
    expect(viewer.events[1]).toMatchObject({
      event: 'problem',
      id: undefined,
      data: { code: 'workers-unavailable', status: 503 },
    });
    counting.isAway = false;
    await viewer.sees(({ events }) => events.length === 3);
    expect(viewer.views[1]).toEqual(viewer.views[0]);
  });

  it('is a problem like everywhere when the case cannot be read at the beginning', async () => {
    const order = await stage.prepare();
    await stage.startWaiting(order);
    counting.isAway = true;
    expect(await ask(`/FSP/${order.eventNumber}/stream`)).toEqual([503, 'workers-unavailable']);
    await expectSilence();
  });

  it('is over when the server stops, which waits for no viewer', async () => {
    const order = await stage.prepare();
    await stage.startWaiting(order);
    const viewer = await lookAt(order);
    const list = await look('/stream?house=FSP');
    await viewer.sees(({ views }) => views.length === 1);
    const begunAt = Date.now();
    await app.close();
    expect(Date.now() - begunAt).toBeLessThan(1_000);
    await viewer.sees(({ isClosed }) => isClosed);
    await list.sees(({ isClosed }) => isClosed);
    await expectSilence();
  });

  it.each([
    ['/FSP/999999/stream', 404, 'cancellation-not-found'],
    ['/NIX/104233/stream', 404, 'house-not-found'],
    ['/FSP/0/stream', 422, 'invalid-value'],
    ['/stream?house=NIX', 404, 'house-not-found'],
    ['/stream?state=fertig', 422, 'invalid-value'],
    ['/stream?cursor=x', 400, 'malformed-request'],
  ])('%s is %s', async (path, status, code) => {
    expect(await ask(path)).toEqual([status, code]);
  });

  it.each(['HEAD', 'POST'])('cannot be opened by %s', async (method) => {
    const [status] = await ask('/FSP/104233/stream', { method });
    expect(status).toBe(405);
  });

  async function expectSilence(): Promise<void> {
    // The server notices a disconnected viewer a moment later, and a read may be under way then.
    await eventually(
      () => openAnswers.size,
      (count) => count === 0,
    );
    await pause(200);
    const before = counting.reads;
    await pause(1_300);
    expect(counting.reads).toBe(before);
  }
});

describe('with tokens', () => {
  const fsp = createToken('Kartenbüro FSP', ['FSP']);
  const ltn = createToken('Kartenbüro LTN', ['LTN']);
  const as = ({ token }: { token: string }) => ({ headers: { authorization: `Bearer ${token}` } });
  const asToken = ({ entry: { sha256 } }: typeof fsp, house: string): ApiToken => ({
    sha256,
    actor: house,
    role: 'lead' as const,
    houses: new Set([house]),
  });
  let order: Order;

  /** As the file has them now. */
  let known: ApiToken[];

  beforeEach(async () => {
    await app.close();
    known = [asToken(fsp, 'FSP'), asToken(ltn, 'LTN')];
    // A limit is for what is real.
    await serve({ logIn: logInByToken(known, hashToken), isSimulator: () => false });
    order = await stage.prepare();
    await stage.startWaiting(order);
  });

  it('shows nothing to strangers, and no house to another one', async () => {
    const path = `/FSP/${order.eventNumber}/stream`;
    expect(await ask(path)).toEqual([401, 'unauthorized']);
    expect(await ask('/stream')).toEqual([401, 'unauthorized']);
    expect(await ask(path, as(ltn))).toEqual([404, 'house-not-found']);
    expect(await ask('/stream?house=FSP', as(ltn))).toEqual([404, 'house-not-found']);
  });

  it('ends with the token that it was opened with, and no other stream does', async () => {
    const [own, foreign] = [await look('/stream', as(fsp).headers), await look('/stream', as(ltn).headers)];
    await foreign.sees(({ events }) => events.length === 1);
    known.shift();
    await own.sees(({ hasEnded }) => hasEnded);
    expect(foreign.hasEnded).toBe(false);
    expect(await ask('/stream', as(fsp))).toEqual([401, 'unauthorized']);
  });

  it('ends when the roles of its token change, and the next one offers what they allow', async () => {
    const path = `/FSP/${order.eventNumber}/stream`;
    const asLead = await look(path, as(fsp).headers);
    await asLead.sees(({ views }) => views.at(-1)?.stale === false);
    known[0] = { ...known[0]!, role: 'clerk' };
    await asLead.sees(({ hasEnded }) => hasEnded);
    const asClerk = await look(path, as(fsp).headers);
    await asClerk.sees(({ views }) => views.at(-1)?.stale === false);
    const offered = [asLead, asClerk].map(({ views }) => views.at(-1)?.allowedActions);
    expect(offered).toEqual([['abort', 'skip-wait'], ['abort']]);
  });

  it('is open at most twenty times for one token, and again when one of them is closed', async () => {
    const path = `/FSP/${order.eventNumber}/stream`;
    const crowd = await Promise.all(Array.from({ length: 20 }, () => look(path, as(fsp).headers)));
    expect(crowd.map(({ response }) => response.statusCode)).toEqual(crowd.map(() => 200));
    expect(await ask(path, as(fsp))).toEqual([429, 'too-many-requests']);
    const other = await look('/stream', as(ltn).headers);
    expect(other.response.statusCode).toBe(200);
    crowd.pop()!.leave();
    await eventually(
      async () => (await look(path, as(fsp).headers)).response.statusCode,
      (status) => status === 200,
    );
  });

  it('lists to each house its own cases only', async () => {
    const own = await look('/stream', as(fsp).headers);
    await own.sees(({ events }) => events.length === 1);
    expect(own.changes[0]?.cancellations[0]).toMatchObject({ eventNumber: order.eventNumber });
    const foreign = await look('/stream', as(ltn).headers);
    await foreign.sees(({ events }) => events.length === 1);
    expect(foreign.changes).toEqual([{ cancellations: [], gone: [] }]);
  });
});

describe('the stream of a list', () => {
  it('begins with the list, and goes on with the rows that change', async () => {
    const [first, second] = [await stage.prepare(), await stage.prepare()];
    await stage.startWaiting(first);
    // Temporal's lists are a moment behind: what they catch up with would be a change of this row.
    await eventually(
      async () =>
        (await stage.get<{ cancellations: ListedCancellation[] }>('/v1/cancellations?house=FSP')).body
          .cancellations[0],
      (row) => row?.eventNumber === first.eventNumber && row.state === 'waiting',
    );
    const viewer = await look('/stream?house=FSP');
    const twin = await look('/stream?house=FSP');
    await viewer.sees(({ events }) => events.length === 1);
    const { body } = await stage.get<{ cancellations: unknown[] }>('/v1/cancellations?house=FSP');
    expect(viewer.changes[0]).toEqual({ cancellations: body.cancellations, gone: [] });
    await stage.carryOut(second);
    await viewer.sees(({ changes }) => changes.at(-1)?.cancellations[0]?.state === 'completed');
    const later = viewer.changes.slice(1).flatMap(({ cancellations }) => cancellations);
    expect(new Set(later.map(({ eventNumber }) => eventNumber))).toEqual(new Set([second.eventNumber]));
    await twin.sees(({ events }) => events.length === viewer.events.length);
    expect(twin.events).toEqual(viewer.events);
  });

  it('says which rows the filter does not show any more', async () => {
    const order = await stage.prepare();
    const { caseId } = await stage.startWaiting(order);
    const viewer = await look('/stream?house=FSP&state=waiting');
    await viewer.sees(({ changes }) =>
      changes.some(({ cancellations }) => cancellations.some((row) => row.caseId === caseId)),
    );
    await stage.post(`/v1/cancellations/FSP/${order.eventNumber}/abort`, { reason: 'Doch gespielt.' });
    await viewer.sees(({ changes }) => (changes.at(-1)?.gone.length ?? 0) > 0);
    expect(viewer.changes.at(-1)).toEqual({
      cancellations: [],
      gone: [{ house: 'FSP', eventNumber: order.eventNumber, caseId }],
    });
  });
});

describe('events', () => {
  it('are accompanied by comments while there is nothing to tell', async () => {
    const bare = Fastify();
    const silence = async function* () {
      yield 'data: 1\n\n';
      await once(gone.signal, 'abort');
    };
    const gone = new AbortController();
    bare.get('/v1/cancellations', (_request, reply) => sendEvents(reply, silence(), { heartbeatMs: 20 }));
    address = await bare.listen({ host: '127.0.0.1', port: 0 });
    const viewer = await look('');
    await viewer.sees(({ comments }) => comments > 3);
    expect(viewer.events).toMatchObject([{ data: 1 }]);
    gone.abort();
    await viewer.sees(({ hasEnded }) => hasEnded);
    await bare.close();
  });
});
