import { logInByToken } from '../../src/cases/log-in';
import { buildApp } from '../../src/api/app';
import type { SingleEvent } from '../../src/cases/events';
import type { PlannedOrder } from '../../src/cases/orders';
import type { ProblemBody } from '../../src/cases/problems';
import type { CancellationView } from '../../src/cases/view';
import type { Order } from '../../src/domain/types';
import { ACTION_TEXTS } from '../../src/domain/wording';
import { hashToken } from '../../src/settings/tokens';
import { ApiStage } from '../support/api-stage';

let stage: ApiStage;

beforeAll(async () => {
  stage = await ApiStage.open();
});
afterAll(() => stage.close());

const plan = async (order: Order) => (await stage.post<PlannedOrder>('/v1/plans', order)).body;
const place = (order: Order) => stage.post<CancellationView & ProblemBody>('/v1/cancellations', order);
const eventOf = async ({ house, eventNumber }: Order) =>
  (await stage.get<SingleEvent>(`/v1/events/${house}/${eventNumber}`)).body;
const putBack = ({ eventNumber, expected: { title } }: Order) =>
  stage.edit(eventNumber, { status: 'Verkaufsfreigabe', title, externalMemo: null });

describe('the preview knows the case there already is', () => {
  it.each<[string, string, (order: Order) => Promise<CancellationView>]>([
    ['one that is under way', 'already-cancelling', (order) => stage.startWaiting(order)],
    ['one that has completed', 'already-completed', (order) => stage.carryOut(order)],
  ])('%s, and says who ordered it and where it is', async (_which, code, begin) => {
    const order = await stage.prepare();
    const before = await plan(order);
    const view = await begin(order);
    const known = await plan(order);
    expect(known).toMatchObject({
      cancellable: false,
      // Used to say when it would be Storno, and that the mail goes at once.
      ...{ stornoAt: null, finishedAt: null, warnings: [] },
      cancellation: { caseId: view.caseId, state: view.state, orderedBy: 'rehearsal', links: view.links },
    });
    expect(known.refusals[0]).toEqual({
      code,
      text: expect.stringMatching(/^Für diese Veranstaltung .* bereits eine Absage\.$/) as string,
      next: expect.stringMatching(/Absage ansehen/) as string,
    });
    expect((await eventOf(order)).refusals[0]).toMatchObject({ code });
    expect(before).toMatchObject({ cancellable: true, cancellation: null });
  });

  it('and that an aborted or refused one is none', async () => {
    const aborted = await stage.prepare();
    await stage.startWaiting(aborted);
    await stage.post(`/v1/cancellations/FSP/${aborted.eventNumber}/abort`, { reason: 'Irrtum' });
    await stage.untilState(aborted, 'aborted');
    const refused = await stage.prepare({
      expected: { title: 'Faust', startsAt: '2027-01-05T19:30:00+01:00' },
    });
    await stage.carryOut(refused, 'refused');
    expect(await plan(aborted)).toMatchObject({ cancellable: true, cancellation: null });
    expect(await plan(refused)).toMatchObject({ cancellation: null });
  });

  it('without a change of the hash that an order insists on', async () => {
    const order = await stage.prepare({
      event: await stage.event({ title: 'Faust – ENTFÄLLT', externalMemo: 'x' }),
      reason: 'x',
    });
    const { planHash } = await plan(order);
    await stage.startWaiting(order);
    expect((await plan(order)).planHash).toBe(planHash);
  });
});

describe('an event that was put on sale again in a rehearsal with the simulator', () => {
  let order: Order;
  let first: CancellationView;

  beforeEach(async () => {
    order = await stage.prepare();
    first = await stage.carryOut(order);
  });

  it('is cancelled anew, with the same words too', async () => {
    await putBack(order);
    expect(await plan(order)).toMatchObject({ cancellable: true, refusals: [], cancellation: null });
    expect((await eventOf(order)).refusals).toEqual([]);
    const { status, body } = await place(order);
    expect(status).toBe(202);
    expect(body.caseId).not.toBe(first.caseId);
    await stage.until(order, ({ state, caseId }) => state === 'completed' && caseId === body.caseId);
    expect(await stage.read(order.eventNumber)).toMatchObject({ status: 'CANCELLED' });
    expect((await place(order)).status).toBe(200);
    expect((await stage.view(order)).caseId).toBe(body.caseId);
  });

  it('is ordered once, however often the same order comes', async () => {
    await putBack(order);
    const answers = await Promise.all([place(order), place(order), place(order)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 202]);
    expect(new Set(answers.map(({ body }) => body.caseId)).size).toBe(1);
    await stage.until(order, ({ state, caseId }) => state === 'completed' && caseId !== first.caseId);
  });

  it('is free after its new case was aborted, and shows that one', async () => {
    await putBack(order);
    const again = await stage.startWaiting(order);
    await stage.post(`/v1/cancellations/FSP/${order.eventNumber}/abort`, { reason: 'Irrtum' });
    expect((await stage.untilState(order, 'aborted')).caseId).toBe(again.caseId);
    expect((await place(order)).status).toBe(202);
    await stage.untilState(order, 'completed');
  });

  // Its end is shown before its last mail is out, and until then Temporal lets no other run begin.
  it('is free as soon as the mails of its aborted case are out, and an order waits for that or begins nothing', async () => {
    await putBack(order);
    await stage.startWaiting(order);
    let letGo = () => {};
    stage.mail.houseHeld = new Promise((resolve) => (letGo = resolve));
    await stage.post(`/v1/cancellations/FSP/${order.eventNumber}/abort`, { reason: 'Irrtum' });
    const aborted = await stage.until(order, ({ state }) => state === 'aborted');
    const { status, body } = await stage.post<ProblemBody>('/v1/cancellations', order);
    expect([status, body.code, body.detail]).toEqual([
      409,
      'conflicting-cancellation',
      ACTION_TEXTS.stillClosing,
    ]);
    expect(body.cancellation?.caseId).toBe(aborted.caseId);

    const ordered = place(order);
    letGo();
    stage.mail.houseHeld = Promise.resolve();
    const { status: then, body: view } = await ordered;
    expect(then).toBe(202);
    expect(view.caseId).not.toBe(aborted.caseId);
    await stage.untilState(order, 'completed');
  });

  it('shows its new case when that was refused', async () => {
    await putBack(order);
    const { status, body } = await place({ ...order, planHash: '0'.repeat(64) });
    expect(status).toBe(202);
    const view = await stage.until(
      order,
      ({ caseId, state }) => caseId === body.caseId && state !== 'checking',
    );
    expect(view).toMatchObject({ state: 'refused', refusal: { code: 'plan-changed' } });
  });

  it('stays as it is while Jet shows Storno, or anything but the sale', async () => {
    expect(await plan(order)).toMatchObject({ cancellable: false, cancellation: { caseId: first.caseId } });
    expect((await place({ ...order, reason: 'Ein anderer.' })).status).toBe(409);
    await stage.edit(order.eventNumber, { status: 'Abschluss' });
    expect((await place({ ...order, reason: 'Ein anderer.' })).status).toBe(409);
  });

  it('is never cancelled anew in production', async () => {
    await putBack(order);
    const token = 'absage_maria';
    const tokens = [
      { sha256: hashToken(token).toString('hex'), actor: 'Maria', role: 'lead', houses: 'all' } as const,
    ];
    const deps = { ...stage.deps, isRehearsal: false, logIn: logInByToken(tokens, hashToken) };
    const app = await buildApp(deps);
    const headers = { authorization: `Bearer ${token}` };
    const answer = await app.inject({ method: 'POST', url: '/v1/cancellations', headers, payload: order });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ caseId: first.caseId, state: 'completed' });
    await app.close();
  });
});
