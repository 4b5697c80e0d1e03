import { randomUUID } from 'node:crypto';
import { buildApp } from '../../src/api/app';
import { logInByToken } from '../../src/cases/log-in';
import type { ProblemBody } from '../../src/cases/problems';
import type { CancellationView } from '../../src/cases/view';
import type { Order } from '../../src/domain/types';
import { ACTION_TEXTS } from '../../src/domain/wording';
import { createToken, hashToken } from '../../src/settings/tokens';
import { ApiStage, type Answer } from '../support/api-stage';
import { eventually } from '../support/eventually';
import { resetToFirstEvent } from '../support/reset';

let stage: ApiStage;

beforeAll(async () => {
  stage = await ApiStage.open();
}, 120_000);
afterAll(() => stage.close());

type Body = CancellationView & ProblemBody;

const why = { reason: 'Es wird doch gespielt.' };
const ofEvent = ({ house, eventNumber }: Order) => `/v1/cancellations/${house}/${eventNumber}`;
const ofCase = (caseId: string) => `/v1/cases/${caseId}`;
const keyed = (key: string = randomUUID()) => ({ 'idempotency-key': key });
const post = (url: string, body: object = why, headers: Record<string, string> = {}) =>
  stage.post<Body>(url, body, headers);
const noted = async (caseId: string, operation: string) =>
  (await stage.journal.entries(caseId)).filter((line) => line.operation === operation);

/** A case that asks, and goes on asking however often it tries again. */
async function startAsking(order: Order): Promise<CancellationView> {
  await stage.startWaiting(order);
  await stage.edit(order.eventNumber, { status: 'Bereitstellung' });
  await stage.skipWait(order);
  return stage.untilState(order, 'needs-attention');
}

interface Twice {
  order: Order;
  earlier: CancellationView;
  later: CancellationView;
}

/** An event whose first case was aborted by this request, and whose second one waits. */
async function abortAndOrderAnew(
  abort: (order: Order, earlier: CancellationView) => Promise<Answer<Body>>,
): Promise<Twice> {
  const order = await stage.prepare();
  const earlier = await stage.startWaiting(order);
  expect((await abort(order, earlier)).status).toBe(200);
  await stage.untilState(order, 'aborted');
  const later = await stage.startWaiting(order);
  expect(later.caseId).not.toBe(earlier.caseId);
  return { order, earlier, later };
}

async function expectUntouched({ order, later }: Twice): Promise<void> {
  expect(await stage.view(order)).toMatchObject({ caseId: later.caseId, state: 'waiting' });
  expect(await noted(later.caseId, 'abort')).toEqual([]);
}

// Used to abort the second case and to answer 200.
describe('the same abort again, after the event was ordered anew', () => {
  it('with the same key is refused as the key of another case', async () => {
    const key = keyed();
    const twice = await abortAndOrderAnew((order) => post(`${ofEvent(order)}/abort`, why, key));
    const { status, body } = await post(`${ofEvent(twice.order)}/abort`, why, key);
    expect([status, body.code, body.detail]).toEqual([422, 'key-reused', ACTION_TEXTS.keyOfOtherCase]);
    await expectUntouched(twice);
  });

  it('that names the first case gets its first answer, as long as it has the same key', async () => {
    const key = keyed();
    const twice = await abortAndOrderAnew((_order, { caseId }) => post(`${ofCase(caseId)}/abort`, why, key));
    const { order, earlier, later } = twice;
    const again = await post(`${ofCase(earlier.caseId)}/abort`, why, key);
    expect(again).toMatchObject({ status: 200, body: { caseId: earlier.caseId, state: 'aborted' } });
    expect(again.body.supersededBy).toBe(later.caseId);
    const named = await post(`${ofEvent(order)}/abort`, { ...why, caseId: earlier.caseId }, key);
    expect(named.body).toEqual(again.body);
    await expectUntouched(twice);
  });

  it.each<[string, (twice: Twice) => [url: string, body: object]]>([
    ['its body', ({ order, earlier }) => [`${ofEvent(order)}/abort`, { ...why, caseId: earlier.caseId }]],
    ['its address', ({ earlier }) => [`${ofCase(earlier.caseId)}/abort`, why]],
  ])('that names the first case by %s is told which one there is', async (_where, requestOf) => {
    const twice = await abortAndOrderAnew((order) => post(`${ofEvent(order)}/abort`));
    for (const headers of [{}, keyed()]) {
      const { status, body } = await post(...requestOf(twice), headers as Record<string, string>);
      expect([status, body.code]).toEqual([409, 'other-case']);
      expect(body.detail).toContain(twice.later.caseId);
      expect((body as { cancellation?: unknown }).cancellation).toMatchObject({
        caseId: twice.later.caseId,
        state: 'waiting',
      });
    }
    await expectUntouched(twice);
  });

  it('that names the second case aborts it', async () => {
    const { order, later } = await abortAndOrderAnew((order) => post(`${ofEvent(order)}/abort`));
    const { status } = await post(`${ofEvent(order)}/abort`, { ...why, caseId: later.caseId });
    expect(status).toBe(200);
    expect((await stage.untilState(order, 'aborted')).caseId).toBe(later.caseId);
  });
});

describe('a key', () => {
  it('with another reason or another action is refused, and nothing is done', async () => {
    const order = await stage.prepare();
    const { caseId, waitSavedAt } = await stage.startWaiting(order);
    const key = keyed();
    const skip = {
      ...why,
      step: 'wait-for-title-transfer',
      savedAt: waitSavedAt,
      titlesVisibleAtPartner: true,
    };
    await stage.simulator.control('PUT', '/sync', { paused: true });
    const first = await post(`${ofEvent(order)}/skip-wait`, skip, key);
    expect(first.status).toBe(200);
    for (const [action, body] of [
      ['skip-wait', { ...skip, reason: 'Anderes.' }],
      ['abort', why],
    ] as const) {
      const { status, body: problem } = await post(`${ofEvent(order)}/${action}`, body, key);
      expect([status, problem.code, problem.detail]).toEqual([
        422,
        'key-reused',
        ACTION_TEXTS.keyOfOtherRequest,
      ]);
    }
    expect(await noted(caseId, 'abort')).toEqual([]);
    expect(await noted(caseId, 'skip-wait')).toHaveLength(1);
    await stage.simulator.control('PUT', '/sync', { paused: false });
  });

  it('of two requests at the same moment is one request: the other one is refused', async () => {
    const order = await stage.prepare();
    const { caseId } = await stage.startWaiting(order);
    const key = keyed();
    const reasons = ['A', 'B'].map((reason) => ({ reason }));
    const answers = await Promise.all(reasons.map((body) => post(`${ofEvent(order)}/abort`, body, key)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    expect(await noted(caseId, 'abort')).toMatchObject([
      { after: reasons[answers.findIndex(({ status }) => status === 200)] },
    ]);
  });

  it('of the same request at the same moment has one effect and one answer', async () => {
    const order = await stage.prepare();
    const { caseId } = await stage.startWaiting(order);
    const key = keyed();
    const answers = await Promise.all([1, 2, 3].map(() => post(`${ofEvent(order)}/abort`, why, key)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.caseId))).toEqual(new Set([caseId]));
    expect(await noted(caseId, 'abort')).toHaveLength(1);
  });

  it('stands in the line that the action writes, as nothing that names the key or its caller', async () => {
    const order = await stage.prepare();
    const { caseId } = await stage.startWaiting(order);
    await post(`${ofEvent(order)}/abort`, why, keyed('my-own-key'));
    const [line] = await noted(caseId, 'abort');
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    expect(line?.after).toEqual({ ...why, key: { digest: sha256, request: sha256 } });
    expect(JSON.stringify(line)).not.toContain('my-own-key');
  });

  it('is known after a reset: nothing is done twice', async () => {
    const order = await stage.prepare();
    const { caseId } = await startAsking(order);
    const key = keyed();
    expect((await post(`${ofEvent(order)}/retry`, why, key)).status).toBe(200);
    await stage.untilState(order, 'needs-attention');
    const { workflowId, runId } = await stage.handle(order).describe();
    await resetToFirstEvent(stage.temporal, workflowId, runId);
    await stage.untilState(order, 'needs-attention');
    expect((await post(`${ofEvent(order)}/retry`, why, key)).status).toBe(200);
    expect(await noted(caseId, 'retry')).toHaveLength(1);
  });

  it('is known after the case was taken up again: nothing is done twice', async () => {
    const order = await stage.prepare();
    const { caseId } = await startAsking(order);
    const key = keyed();
    expect((await post(`${ofEvent(order)}/retry`, why, key)).status).toBe(200);
    await stage.handle(order).terminate('Versehen');
    const resumption = keyed();
    expect((await post(`${ofEvent(order)}/resume`, why, resumption)).status).toBe(200);
    await stage.untilState(order, 'needs-attention');
    expect((await post(`${ofEvent(order)}/retry`, why, key)).status).toBe(200);
    expect(await noted(caseId, 'retry')).toHaveLength(1);
    // Taking up again has a key as well.
    const again = await eventually(
      () => post(`${ofEvent(order)}/resume`, why, resumption),
      // A slow worker does not say in time that its run asks.
      ({ body }) => body.stale !== true,
    );
    expect(again).toMatchObject({ status: 200, body: { caseId, state: 'needs-attention' } });
    expect((await post(`${ofEvent(order)}/resume`, { reason: 'Anderes.' }, resumption)).status).toBe(422);
    expect((await post(`${ofEvent(order)}/resume`, why, keyed())).status).toBe(409);
    expect(await noted(caseId, 'resume')).toHaveLength(1);
  });

  it('stands in the lines of a step that was done by hand', async () => {
    const order = await stage.prepare();
    const { eventNumber } = order;
    await stage.simulator.control('POST', '/faults', [
      { operation: 'grant-right', kind: 'maintenance', eventNumber, nth: 1, count: 1_000 },
    ]);
    await stage.start(order);
    const { caseId } = await stage.untilState(order, 'needs-attention');
    const readBack = { validFrom: '2026-01-01', validUntil: '2031-12-31' };
    const confirmation = { ...why, step: 'grant-right', readBack };
    const key = keyed();
    expect((await post(`${ofEvent(order)}/confirm-step`, confirmation, key)).status).toBe(200);
    await stage.untilState(order, 'completed');
    expect((await post(`${ofEvent(order)}/confirm-step`, confirmation, key)).status).toBe(200);
    const byHand = (await stage.journal.entries(caseId)).filter(({ outcome }) => outcome === 'by-hand');
    expect(byHand).toMatchObject([{ operation: 'grant-right', after: { key: {} } }]);
  });
});

describe('the same key of two callers', () => {
  const anna = createToken('Anna', ['FSP']);
  const berta = createToken('Berta', ['FSP']);
  const tokens = [anna, berta].map(({ entry }) => ({ ...entry, houses: new Set(['FSP']) }));

  it('is two keys: nobody gets the answer of another one', async () => {
    const app = await buildApp({ ...stage.deps, logIn: logInByToken(tokens, hashToken) });
    const order = await stage.prepare();
    await stage.startWaiting(order);
    const headers = keyed();
    const abort = (token: string) =>
      app.inject({
        method: 'POST',
        url: `${ofEvent(order)}/abort`,
        payload: why,
        headers: { ...headers, authorization: `Bearer ${token}` },
      });
    const first = await abort(anna.token);
    expect(first.statusCode).toBe(200);
    await stage.untilState(order, 'aborted');
    const other = await abort(berta.token);
    expect([other.statusCode, other.json<ProblemBody>().detail]).toEqual([409, ACTION_TEXTS.ended]);
    expect((await abort(anna.token)).json()).toEqual(first.json());
    await app.close();
  });
});

describe('the address of a case', () => {
  let twice: Twice;

  beforeAll(async () => {
    twice = await abortAndOrderAnew((order) => post(`${ofEvent(order)}/abort`));
  });

  it('is named by the order, and shows the case at once, before it has any line', async () => {
    const { status, headers, body } = await post('/v1/cancellations', await stage.prepare());
    expect([status, headers.location]).toEqual([202, ofCase(body.caseId)]);
    expect((await stage.get<CancellationView>(headers.location as string)).body.caseId).toBe(body.caseId);
  });

  it('and that of its event answer the same while it is the newest', async () => {
    const { order, later } = twice;
    for (const part of ['', '/journal', '/protocol']) {
      const byCase = await stage.app.inject(`${ofCase(later.caseId)}${part}`);
      const byEvent = await stage.app.inject(`${ofEvent(order)}${part}`);
      expect([byCase.statusCode, byCase.body]).toEqual([200, byEvent.body]);
    }
  });

  it('names itself in the links', () => {
    const { links, caseId, supersededBy } = twice.later;
    expect([links.self, links.protocol]).toEqual([ofCase(caseId), `${ofCase(caseId)}/protocol`]);
    expect(supersededBy).toBeNull();
  });

  it('shows an earlier case of the event as it ended, with nothing to do', async () => {
    const { earlier, later } = twice;
    const { body } = await stage.get<CancellationView>(ofCase(earlier.caseId));
    expect(body).toMatchObject({
      caseId: earlier.caseId,
      state: 'aborted',
      allowedActions: [],
      supersededBy: later.caseId,
      links: { self: ofCase(earlier.caseId), protocol: `${ofCase(earlier.caseId)}/protocol` },
    });
  });

  it('has the journal and the Protokoll of the earlier case', async () => {
    const { caseId } = twice.earlier;
    const journal = await stage.get<{ entries: { caseId: string }[] }>(`${ofCase(caseId)}/journal`);
    expect(new Set(journal.body.entries.map((line) => line.caseId))).toEqual(new Set([caseId]));
    const protocol = await stage.app.inject(`${ofCase(caseId)}/protocol`);
    expect(protocol.json()).toMatchObject({ caseId, outcome: { state: 'aborted' } });
    const page = await stage.get<string>(`${ofCase(caseId)}/protocol`, { headers: { accept: 'text/html' } });
    expect(page.body).toContain(caseId);
  });

  it('streams the earlier case, whose end is its last view', async () => {
    const { caseId } = twice.earlier;
    const stream = await stage.app.inject({ method: 'GET', url: `${ofCase(caseId)}/stream` });
    const views = [...stream.body.matchAll(/^data: (.*)$/gm)].map(
      ([, data]) => JSON.parse(data ?? '') as CancellationView,
    );
    expect(views).toMatchObject([{ caseId, state: 'aborted' }]);
  });

  it('also shows a case that was refused before another one', async () => {
    const event = await stage.event({ status: 'Abschluss' });
    const order = await stage.prepare({ event });
    await stage.start(order);
    const refused = await stage.untilState(order, 'refused');
    await stage.edit(event.eventNumber, { status: 'Verkaufsfreigabe' });
    await stage.startWaiting(order);
    const { body } = await stage.get<CancellationView>(ofCase(refused.caseId));
    expect(body).toMatchObject({ state: 'refused', refusal: { code: 'status-not-cancellable' } });
  });

  it('takes actions', async () => {
    const order = await stage.prepare();
    const { caseId } = await stage.startWaiting(order);
    expect((await post(`${ofCase(caseId)}/abort`)).body.caseId).toBe(caseId);
    await stage.untilState(order, 'aborted');
  });

  it('takes a case up again that was terminated before its first line', async () => {
    await stage.stopWorkers();
    const order = await stage.prepare();
    const { caseId } = await stage.start(order);
    await stage.handle(order).terminate('Versehen');
    await stage.startWorkers();
    const elsewhere = await buildApp({ ...stage.deps });
    expect((await elsewhere.inject({ url: ofCase(caseId) })).json<Body>().state).toBe('interrupted');
    await elsewhere.close();
    expect((await post(`${ofCase(caseId)}/resume`)).status).toBe(200);
    expect((await stage.untilState(order, 'completed')).caseId).toBe(caseId);
  });

  it.each([
    ['of no case', '7d2f7c1e-52f2-4a2a-9f3e-0d6c1c9b0a11'],
    ['that is none', 'FSP'],
    ['of another form', '7D2F7C1E-52F2-4A2A-9F3E-0D6C1C9B0A11'],
    ['with a blank', '%20'],
  ])('with an id %s is not found, whatever is asked of it', async (_what, caseId) => {
    for (const part of ['', '/journal', '/protocol', '/stream']) {
      const { status, body } = await stage.get<ProblemBody>(`${ofCase(caseId)}${part}`);
      expect([status, body.code]).toEqual([404, 'cancellation-not-found']);
    }
    const { status, body } = await post(`${ofCase(caseId)}/abort`);
    expect([status, body.code]).toEqual([404, 'cancellation-not-found']);
  });

  it('is not found by those who may not see its house', async () => {
    const { token, entry } = createToken('Kartenbüro LTN', ['LTN']);
    const logIn = logInByToken([{ ...entry, houses: new Set(['LTN']) }], hashToken);
    const app = await buildApp({ ...stage.deps, logIn });
    const headers = { authorization: `Bearer ${token}` };
    for (const { caseId } of [twice.earlier, twice.later]) {
      for (const part of ['', '/journal', '/protocol', '/stream']) {
        const answer = await app.inject({ url: `${ofCase(caseId)}${part}`, headers });
        expect([answer.statusCode, answer.json<ProblemBody>().code]).toEqual([404, 'cancellation-not-found']);
      }
      const answer = await app.inject({
        method: 'POST',
        url: `${ofCase(caseId)}/abort`,
        payload: why,
        headers,
      });
      expect(answer.statusCode).toBe(404);
    }
    await app.close();
  });

  it('in the body of an action is refused where it is no id', async () => {
    const { status, body } = await post(`${ofEvent(twice.order)}/abort`, { ...why, caseId: 'FSP' });
    expect([status, body.errors]).toEqual([
      422,
      [{ path: 'caseId', text: 'ist keine Kennung einer Absage' }],
    ]);
  });

  it('of another event is no case of this one', async () => {
    const other = await stage.startWaiting(await stage.prepare());
    const { status, body } = await post(`${ofEvent(twice.order)}/abort`, { ...why, caseId: other.caseId });
    expect([status, body.code]).toEqual([409, 'other-case']);
    await expectUntouched(twice);
  });
});
