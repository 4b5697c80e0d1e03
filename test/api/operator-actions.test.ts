import type { CancellationView } from '../../src/cases/view';
import type { Order, SeenEvent } from '../../src/domain/types';
import { loadHouses } from '../../src/settings/houses';
import { ApiStage, type Answer } from '../support/api-stage';

const sample = loadHouses(null);
const guided = { ...sample.get('LTN')!, backend: 'guided' as const };

let stage: ApiStage;

beforeAll(async () => {
  stage = await ApiStage.open({ houses: new Map([...sample, ['LTN', guided]]) });
}, 120_000);
afterAll(() => stage.close());
afterEach(() => stage.simulator.control('DELETE', '/faults'));

const reason = 'so entschieden';

function act(order: Order, action: string, body: object = {}): Promise<Answer<CancellationView>> {
  const path = `/v1/cancellations/${order.house}/${order.eventNumber}/${action}`;
  return stage.post<CancellationView>(path, { reason, ...body });
}

describe('a house with a gateway', () => {
  it('skips a wait for exactly the save that it counts from', async () => {
    const order = await stage.prepare();
    const { waitSavedAt } = await stage.startWaiting(order);
    const step = 'wait-for-title-transfer';
    const skip = { step, savedAt: waitSavedAt, titlesVisibleAtPartner: true };
    const unseen = await act(order, 'skip-wait', { step, savedAt: waitSavedAt });
    expect(unseen).toMatchObject({ status: 409, body: { code: 'action-not-possible' } });
    const other = await act(order, 'skip-wait', { ...skip, savedAt: '2026-01-01T00:00:00.000Z' });
    expect(other.status).toBe(409);
    expect((await act(order, 'skip-wait', skip)).status).toBe(200);
    const next = await stage.until(order, ({ step: now }) => now === 'wait-for-storno-transfer');
    expect(next.steps.find(({ name }) => name === step)).toMatchObject({ state: 'skipped' });
    await act(order, 'skip-wait', { step: 'wait-for-storno-transfer', savedAt: next.waitSavedAt });
    await stage.untilState(order, 'completed');
  });

  it('lets a person decide about a removed marker, and marks again', async () => {
    const order = await stage.prepare();
    await stage.startWaiting(order);
    await stage.edit(order.eventNumber, { title: order.expected.title });
    await stage.skipWait(order);
    const parked = await stage.untilState(order, 'needs-attention');
    const { id, code, choices, conflicts } = parked.attention!;
    expect(code).toBe('marker-removed');
    expect(choices.map(({ choice }) => choice)).toEqual(['mark-again']);
    expect(conflicts).toMatchObject([{ field: 'title', now: order.expected.title }]);
    const wrong = await act(order, 'decide', { attentionId: 'another', choice: 'mark-again' });
    expect(wrong.status).toBe(409);
    expect((await act(order, 'decide', { attentionId: id, choice: 'mark-again' })).status).toBe(200);
    await stage.skipWait(order);
    await stage.until(order, ({ step }) => step === 'wait-for-storno-transfer');
    await stage.skipWait(order);
    await stage.untilState(order, 'completed');
    expect(await stage.writes(order.eventNumber)).toEqual([
      'save-announcement',
      'save-announcement',
      'set-storno',
      'grant-right',
    ]);
  });

  it('hands a step that is stuck to a person, and compares what they read back', async () => {
    const order = await stage.prepare();
    await stage.simulator.control('POST', '/faults', [
      { operation: 'grant-right', kind: 'maintenance', eventNumber: order.eventNumber, nth: 1, count: 1_000 },
    ]);
    await stage.start(order);
    const parked = await stage.untilState(order, 'needs-attention');
    expect(parked.attention).toMatchObject({ code: 'jet-unavailable', step: 'grant-right' });
    const step = 'grant-right';
    const tooShort = { step, readBack: { validFrom: '2026-01-01', validUntil: '2026-02-01' } };
    const refused = await act(order, 'confirm-step', tooShort);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      detail: expect.stringMatching(/^Gültigkeit: erwartet „/) as string,
    });
    const generous = { step, readBack: { validFrom: '2026-01-01', validUntil: '2031-12-31' } };
    expect((await act(order, 'confirm-step', generous)).status).toBe(200);
    const done = await stage.untilState(order, 'completed');
    expect(done.steps.find(({ name }) => name === step)).toMatchObject({ state: 'by-hand' });
  });

  it('offers no abort from the first attempt to set Storno on, even before the run knows its result', async () => {
    const order = await stage.prepare();
    await stage.simulator.control('POST', '/faults', [
      { operation: 'set-storno', kind: 'maintenance', eventNumber: order.eventNumber, nth: 1, count: 1_000 },
    ]);
    await stage.start(order);
    const trying = await stage.until(order, ({ pointOfNoReturnPassed }) => pointOfNoReturnPassed);
    expect(trying).toMatchObject({ state: 'running', step: 'set-storno', attention: null });
    expect(trying.allowedActions).not.toContain('abort');
    expect((await act(order, 'abort')).status).toBe(409);
  });

  it('goes on without the right when a person says so', async () => {
    const order = await stage.prepare();
    await stage.startWaiting(order);
    // The check reads it as well, and is over.
    await stage.simulator.control('POST', '/faults', [
      { operation: 'read-right', kind: 'maintenance', eventNumber: order.eventNumber, nth: 1, count: 1_000 },
    ]);
    await stage.skipWait(order);
    await stage.until(order, ({ step }) => step === 'wait-for-storno-transfer');
    await stage.skipWait(order);
    await stage.untilState(order, 'needs-attention');
    expect((await act(order, 'waive-step', { step: 'notify-partner' })).status).toBe(409);
    expect((await act(order, 'waive-step', { step: 'grant-right' })).status).toBe(200);
    const done = await stage.untilState(order, 'completed');
    expect(done.steps.find(({ name }) => name === 'grant-right')).toMatchObject({ state: 'waived' });
  });

  it('refuses what does not fit an action', async () => {
    const order = await stage.prepare();
    await stage.startWaiting(order);
    expect((await act(order, 'waive-step', { step: 'set-storno' })).status).toBe(422);
    expect((await act(order, 'confirm-step', { step: 'set-storno' })).status).toBe(400);
    expect((await act(order, 'decide', { choice: 'adopt' })).status).toBe(400);
    expect((await act(order, 'close-by-hand')).status).toBe(409);
    expect((await act(order, 'resume')).status).toBe(409);
  });
});

describe('a house without a gateway', () => {
  const seen: SeenEvent = {
    title: 'Der Zerrissene',
    customerTitle: 'Der Zerrissene – Posse mit Gesang',
    externalMemo: null,
    status: 'Verkaufsfreigabe',
    startsAt: '2027-03-01T19:30:00.000+01:00',
    venue: 'Großes Haus',
    location: 'St. Pölten',
    organiser: 'Landestheater',
  };
  let next = 910_000;

  function guidedOrder(changes: Partial<SeenEvent> = {}) {
    next += 1;
    const rest = { marker: 'ENTFÄLLT', reason: 'Die Vorstellung entfällt.', seen: { ...seen, ...changes } };
    return { house: 'LTN', eventNumber: String(next), ...rest } as unknown as Order;
  }

  const marked = {
    title: 'Der Zerrissene – ENTFÄLLT',
    customerTitle: 'Der Zerrissene – Posse mit Gesang – ENTFÄLLT',
    externalMemo: 'Die Vorstellung entfällt.',
  };

  it('is led from order to end by tasks, with the same waits', async () => {
    const order = guidedOrder();
    const plan = await stage.post<{ cancellable: boolean }>('/v1/plans', order);
    expect(plan.body.cancellable).toBe(true);
    const { status } = await stage.post('/v1/cancellations', order);
    expect(status).toBe(202);

    const marking = await stage.untilState(order, 'needs-attention');
    expect(marking.attention).toMatchObject({ code: 'person-step', step: 'mark-titles' });
    expect(marking.attention!.task!.mask.at(-1)).toBe('Veranstaltungen bearbeiten');
    expect(marking.attention!.task!.fields).toContainEqual({ label: 'Titel', value: marked.title });
    const wrong = { step: 'mark-titles', readBack: { ...marked, title: 'Der Zerrissene' } };
    expect((await act(order, 'confirm-step', wrong)).status).toBe(409);
    await act(order, 'confirm-step', { step: 'mark-titles', readBack: marked });

    const storno = await stage.until(order, ({ attention }) => attention?.step === 'set-storno');
    expect(storno.pointOfNoReturnPassed).toBe(true);
    expect(storno.allowedActions).not.toContain('abort');
    const notYet = { step: 'set-storno', readBack: { status: 'Abschluss', title: marked.title } };
    expect((await act(order, 'confirm-step', notYet)).body).toMatchObject({
      detail: 'Status: erwartet „Storno“, gelesen „Abschluss“.',
    });
    await act(order, 'confirm-step', {
      step: 'set-storno',
      readBack: { status: 'Storno', title: marked.title },
    });

    await stage.until(order, ({ attention }) => attention?.step === 'verify-channel');
    await act(order, 'confirm-step', { step: 'verify-channel', readBack: { status: 'Storno' } });
    await stage.until(order, ({ attention }) => attention?.step === 'grant-right');
    const right = { validFrom: '2026-01-01', validUntil: '2030-12-31' };
    await act(order, 'confirm-step', { step: 'grant-right', readBack: right });
    const done = await stage.untilState(order, 'completed');
    expect(done.steps.filter(({ state }) => state === 'by-hand')).toHaveLength(4);
    expect(stage.mail.sent.filter(({ messageId }) => messageId.includes(order.eventNumber))).toHaveLength(1);
    expect(await stage.simulator.log(order.eventNumber)).toEqual([]);
  });

  it('restores by a task when it is aborted before Storno', async () => {
    const order = guidedOrder();
    await stage.post('/v1/cancellations', order);
    await stage.untilState(order, 'needs-attention');
    expect((await act(order, 'abort')).status).toBe(200);
    const restoring = await stage.until(order, ({ state, attention }) => state === 'aborting' && !!attention);
    expect(restoring.attention!.task!.fields).toContainEqual({ label: 'Titel', value: seen.title });
    const { title, customerTitle, externalMemo } = seen;
    await act(order, 'confirm-step', {
      step: 'mark-titles',
      readBack: { title, customerTitle, externalMemo },
    });
    await stage.untilState(order, 'aborted');
  });

  it('refuses an order that does not say what stands in the mask, or what cannot be cancelled', async () => {
    const { seen: _seen, ...blind } = guidedOrder() as Order & { seen: SeenEvent };
    expect((await stage.post('/v1/cancellations', blind)).status).toBe(400);
    const settled = guidedOrder({ status: 'Abschluss' });
    await stage.post('/v1/cancellations', settled);
    const refused = await stage.untilState(settled, 'refused');
    expect(refused.refusal).toMatchObject({ code: 'status-not-cancellable' });
    const withGateway = { ...(await stage.prepare()), seen };
    expect((await stage.post('/v1/cancellations', withGateway)).status).toBe(400);
  });
});
