import { randomUUID } from 'node:crypto';
import type { ProblemBody } from '../../src/cases/problems';
import type { CancellationView } from '../../src/cases/view';
import { STEPS } from '../../src/domain/vocabulary';
import type { Order } from '../../src/domain/types';
import { TASK_QUEUE } from '../../src/workflows/messages';
import { ApiStage } from '../support/api-stage';
import { anInput } from '../support/examples';

let stage: ApiStage;
/** Cases that no test changes. The event of the completed one has all its texts. */
const cases: Record<'completed' | 'waiting' | 'terminated', { order: Order; view: CancellationView }> =
  {} as never;

beforeAll(async () => {
  stage = await ApiStage.open();
  const event = await stage.event({
    customerTitle: 'Für Kundinnen',
    externalMemo: 'Einlass ab 19 Uhr',
    production: 'Stück',
  });
  const contact = { name: 'Anna', phone: '+43 1 234', email: 'anna@haus.example' };
  const order = await stage.prepare({ event, contact });
  cases.completed = { order, view: await stage.carryOut(order) };
  for (const name of ['waiting', 'terminated'] as const) {
    const order = await stage.prepare();
    cases[name] = { order, view: await stage.startWaiting(order) };
  }
  await stage.handle(cases.terminated.order).terminate('from the Web UI');
});
afterAll(() => stage.close());

const path = ({ house, eventNumber }: Order) => `/v1/cancellations/${house}/${eventNumber}`;
const place = (order: unknown, headers?: Record<string, string>) =>
  stage.post<CancellationView & ProblemBody>('/v1/cancellations', order, headers);

describe('POST /v1/cancellations', () => {
  it('starts a case, names its address and shows it', async () => {
    const order = await stage.prepare();
    const { status, headers, body } = await place(order);
    expect(status).toBe(202);
    expect(headers.location).toBe(`/v1/cases/${body.caseId}`);
    expect(body).toMatchObject({
      state: 'checking',
      step: 'check',
      order,
      orderedBy: 'rehearsal',
      stale: false,
    });
    const run = await stage.handle(order).describe();
    expect([run.workflowId, run.runId]).toEqual([body.workflowId, body.runId]);
  });

  it('has each effect once', async () => {
    const { eventNumber } = cases.completed.order;
    expect(await stage.writes(eventNumber)).toEqual(['save-announcement', 'set-storno', 'grant-right']);
    expect(stage.mail.sent.filter(({ text }) => text.includes(eventNumber))).toHaveLength(1);
  });

  it('returns the same case for the same order while it runs', async () => {
    const { order, view } = cases.waiting;
    const again = await place(order);
    const { caseId, runId } = view;
    expect(again).toMatchObject({ status: 200, body: { caseId, runId, state: 'waiting' } });
    expect(again.headers.location).toBe(`/v1/cases/${caseId}`);
  });

  it('returns the same case for the same order after it completed', async () => {
    const { caseId, runId } = cases.completed.view;
    const again = await place(cases.completed.order);
    expect(again).toMatchObject({ status: 200, body: { caseId, runId, state: 'completed' } });
  });

  it('takes an order for the same when it differs only in what the check does not look at either', async () => {
    const { order, view } = cases.waiting;
    const { title, startsAt } = order.expected;
    const minute = new Date(Math.floor(Date.parse(startsAt) / 60_000) * 60_000);
    const same = {
      ...order,
      reason: ` ${order.reason}\r\n`,
      planHash: 'a'.repeat(64),
      expected: { title: `${title} – ENTFÄLLT`, startsAt: minute.toISOString().replace('Z', '+00:00') },
    };
    expect(await place(same)).toMatchObject({ status: 200, body: { caseId: view.caseId } });
  });

  it('starts one case when the same order arrives several times at once', async () => {
    const order = await stage.prepare();
    const answers = await Promise.all(Array.from({ length: 5 }, () => place(order)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 202]);
    expect(new Set(answers.map(({ body }) => body.caseId)).size).toBe(1);
  });

  it.each<[string, Partial<Order>]>([
    ['another reason', { reason: 'Sturm' }],
    ['another marker', { marker: 'ABGESAGT' }],
    ['another contact', { contact: { name: 'Anna Ö', phone: '+43 1 234' } }],
    ['a longer right', { rightValidUntil: '2029-01-31' }],
  ])('refuses %s for an event with an open case', async (_name, changes) => {
    const { order, view } = cases.waiting;
    const { status, body } = await place({ ...order, ...changes });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'conflicting-cancellation',
      title: 'Für diese Veranstaltung gibt es bereits eine Absage.',
      cancellation: { caseId: view.caseId },
    });
  });

  it('refuses another order for an event whose case is completed', async () => {
    const { status, body } = await place({ ...cases.completed.order, reason: 'Sturm' });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'conflicting-cancellation',
      cancellation: { caseId: cases.completed.view.caseId, state: 'completed' },
    });
  });

  it('starts a new case after an abort', async () => {
    const order = await stage.prepare();
    const { caseId } = await stage.startWaiting(order);
    await stage.post(`${path(order)}/abort`, { reason: 'doch nicht' });
    await stage.untilState(order, 'aborted');
    const again = await place({ ...order, reason: 'doch' });
    expect(again.status).toBe(202);
    expect(again.body.caseId).not.toBe(caseId);
  });

  it('starts a new case after a refusal', async () => {
    const event = await stage.event({ status: 'Abschluss' });
    const order = await stage.prepare({ event });
    const refused = await stage.carryOut(order, 'refused');
    expect(refused.refusal).toEqual({
      code: 'status-not-cancellable',
      text: 'Status ist Abschluss – in diesem Zustand kann nicht storniert werden.',
    });
    expect((await place(order)).status).toBe(202);
  });

  it('offers to resume a terminated case, and starts no other one', async () => {
    const { order } = cases.terminated;
    const { status, body } = await place(order);
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'conflicting-cancellation',
      cancellation: { state: 'interrupted', stale: true },
    });
    expect(body.detail).toContain('(resume)');
    expect(await stage.writes(order.eventNumber)).toEqual(['save-announcement']);
  });

  it.each<[string, Partial<Order>, string]>([
    ['the title is another one', { expected: { title: 'Faust', startsAt: '' } }, 'event-not-as-expected'],
    ['the plan was another one', { planHash: 'a'.repeat(64) }, 'plan-changed'],
    ['there is no such event', { eventNumber: '999999' }, 'event-not-found'],
    ['it is an event of another house', { house: 'LTN' }, 'event-not-found'],
  ])('writes nothing when %s: the run ends as refused', async (_name, changes, code) => {
    const order = await stage.prepare();
    const asked = { ...order, ...changes };
    asked.expected.startsAt ||= order.expected.startsAt;
    const { refusal } = await stage.carryOut(asked, 'refused');
    expect(refusal?.code).toBe(code);
    expect(await stage.writes(order.eventNumber)).toEqual([]);
  });

  it('tells one house nothing of the case of another', async () => {
    const asked = { ...cases.completed.order, house: 'LTN' };
    const { status, body } = await place(asked);
    expect(status).toBe(202);
    expect(body.caseId).not.toBe(cases.completed.view.caseId);
    expect((await stage.untilState(asked, 'refused')).refusal?.code).toBe('event-not-found');
  });

  it('does not find a house that is not configured', async () => {
    const { status, body } = await place({ ...cases.completed.order, house: 'NIX' });
    expect([status, body.code, body.title]).toEqual([404, 'house-not-found', 'Dieses Haus gibt es nicht.']);
  });
});

describe('the actor', () => {
  const asHeader = (name: string | Buffer) => ({ 'x-absage-actor': Buffer.from(name).toString('latin1') });

  it('is written down as it is said, in UTF-8', async () => {
    const order = await stage.prepare();
    const { body } = await place(order, asHeader(' Käthe Müller-Ő, Kartenbüro '));
    expect(body.orderedBy).toBe('Käthe Müller-Ő, Kartenbüro');
    await stage.untilState(order, 'waiting', 'running', 'completed');
    const [opening] = await stage.journal.entries(body.caseId);
    expect(opening?.actor).toBe('Käthe Müller-Ő, Kartenbüro');
  });

  it.each([
    ['empty', '', 'darf nicht leer sein'],
    ['made of blanks and zero-width characters', '\u200b\u00a0', 'darf nicht leer sein'],
    ['in Latin-1', Buffer.from('Käthe', 'latin1'), 'ist kein UTF-8'],
    ['holding a control character', 'Anna\u0085', 'enthält ein Steuerzeichen'],
    ['written from right to left', 'Anna\u202e', 'enthält ein Steuerzeichen für die Schreibrichtung'],
    ['201 characters long', 'a'.repeat(201), 'ist zu lang'],
  ])('is refused when it is %s', async (_name, name, text) => {
    const order = await stage.prepare();
    const { status, body } = await place(order, asHeader(name));
    expect([status, body.code]).toEqual([422, 'invalid-value']);
    expect(body.errors).toEqual([{ path: 'x-absage-actor', text }]);
    expect((await stage.get(path(order))).status).toBe(404);
  });
});

describe('GET /v1/cancellations/{house}/{eventNumber}', () => {
  it('shows the whole case', async () => {
    const { order } = cases.completed;
    const view = await stage.until(order, ({ stale }) => !stale);
    expect(view).toMatchObject({
      house: 'FSP',
      eventNumber: order.eventNumber,
      state: 'completed',
      step: 'report',
      waitEndsAt: null,
      pointOfNoReturnPassed: true,
      order,
      orderedBy: 'rehearsal',
      refusal: null,
      attention: null,
      warnings: [],
      allowedActions: [],
      workflowId: `cancel-performance/FSP/${order.eventNumber}`,
      rehearsal: true,
      stale: false,
    });
    const { title, startsAt } = order.expected;
    expect(view.event).toEqual({
      title: { before: title, after: `${title} – ENTFÄLLT` },
      customerTitle: { before: 'Für Kundinnen', after: 'Für Kundinnen – ENTFÄLLT' },
      externalMemo: { before: 'Einlass ab 19 Uhr', after: `${order.reason}\n\nEinlass ab 19 Uhr` },
      statusText: 'Verkaufsfreigabe',
      startsAt,
      venue: 'Großer Saal',
      location: 'St. Pölten',
      organiser: 'Musterbühnen Festspielhaus GmbH',
      production: 'Stück',
    });
    expect(view.links).toMatchObject({
      self: `/v1/cases/${view.caseId}`,
      temporalUi: `http://127.0.0.1:8233/namespaces/default/workflows/cancel-performance%2FFSP%2F${order.eventNumber}/${view.runId}/user-metadata`,
    });
    expect(view.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(
      STEPS.map((name) => `${name} done`),
    );
    const times = view.steps.flatMap(({ startedAt, finishedAt }) => [startedAt, finishedAt]);
    expect(times).toEqual([...times].sort());
  });

  it('shows the wait and what can be done in it', async () => {
    const view = await stage.until(cases.waiting.order, ({ stale }) => !stale);
    expect(view).toMatchObject({
      state: 'waiting',
      step: 'wait-for-title-transfer',
      pointOfNoReturnPassed: false,
    });
    expect(view.allowedActions).toContain('abort');
    const markedAt = view.steps.find(({ name }) => name === 'mark-titles')?.finishedAt;
    const waitMs = Date.parse(view.waitEndsAt ?? '') - Date.parse(markedAt ?? '');
    expect(Math.round(waitMs / 60_000)).toBe(10);
  });

  it('says that there is none', async () => {
    const { status, body } = await stage.get<ProblemBody>('/v1/cancellations/FSP/888888');
    expect(status).toBe(404);
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Diese Absage gibt es nicht.',
      status: 404,
      code: 'cancellation-not-found',
    });
  });

  it.each<[string, (order: Order) => unknown]>([
    ['is nonsense', () => ({ order: 'all of them' })],
    ['is whole but for its contact', (order) => anInput({ order: { ...order, contact: null } as never })],
  ])(
    'refuses a run that was started by hand, whose input %s, and takes it for no case',
    async (_what, input) => {
      const order = await stage.prepare();
      const { workflowId } = stage.handle(order);
      await expect(
        stage.temporal.workflow.execute('cancelPerformance', {
          workflowId,
          taskQueue: TASK_QUEUE,
          args: [input(order)],
        }),
      ).rejects.toMatchObject({ cause: { type: 'Refused' } });
      const { status, body } = await stage.get<ProblemBody>(path(order));
      expect([status, body.code]).toEqual([404, 'cancellation-not-found']);
      expect((await place(order)).status).toBe(202);
    },
  );

  it('shows a case that was terminated as interrupted, from the journal', async () => {
    const { order, view } = cases.terminated;
    expect(await stage.view(order)).toMatchObject({
      caseId: view.caseId,
      state: 'interrupted',
      step: 'wait-for-title-transfer',
      stale: true,
      allowedActions: ['resume'],
    });
  });
});

describe('GET /v1/cancellations/{house}/{eventNumber}/journal', () => {
  interface JournalAnswer {
    entries: { seq: number; kind: string; operation: string; outcome: string | null; effectKey: string }[];
    verified: boolean;
  }

  it('shows each intent and effect, and that the chain is whole', async () => {
    const { status, body } = await stage.get<JournalAnswer>(`${path(cases.completed.order)}/journal`);
    expect(status).toBe(200);
    expect(body.verified).toBe(true);
    // The mail at the order goes out beside the steps.
    const [ofOrder, others] = [true, false].map((isOfOrder) =>
      body.entries
        .filter(({ effectKey }) => effectKey.startsWith('ordered/') === isOfOrder)
        .map(({ kind, operation }) => `${kind} ${operation}`),
    );
    expect(ofOrder).toEqual(['intent alert-house', 'outcome alert-house']);
    expect(others).toEqual([
      'opening check',
      'intent save-announcement',
      'outcome save-announcement',
      'intent set-storno',
      'outcome set-storno',
      'evidence read-event',
      'evidence read-channel',
      'intent grant-right',
      'outcome grant-right',
      'evidence read-event',
      'intent send-partner-notice',
      'outcome send-partner-notice',
      'end close',
      'intent alert-house',
      'outcome alert-house',
    ]);
    expect(body.entries.map(({ seq }) => seq)).toEqual(body.entries.map((_, index) => index + 1));
  });

  it('shows the one line of a refused case', async () => {
    const order = await stage.prepare({ event: await stage.event({ status: 'Abschluss' }) });
    await stage.carryOut(order, 'refused');
    const { body } = await stage.get<JournalAnswer>(`${path(order)}/journal`);
    expect(body.entries).toMatchObject([{ kind: 'refusal', outcome: 'status-not-cancellable' }]);
    expect(body.verified).toBe(true);
  });

  it('is there only where there is a case', async () => {
    const { status, body } = await stage.get<ProblemBody>('/v1/cancellations/FSP/888888/journal');
    expect([status, body.code]).toEqual([404, 'cancellation-not-found']);
  });
});

describe('an action', () => {
  const act = (order: Order, action: string, headers?: Record<string, string>, reason = 'doch nicht') =>
    stage.post<CancellationView & ProblemBody>(`${path(order)}/${action}`, { reason }, headers);

  it('aborts before Storno: the titles are restored, and who wanted it and why is written down', async () => {
    const order = await stage.prepare();
    const { caseId } = await stage.startWaiting(order);
    const { status, body } = await act(order, 'abort', { 'x-absage-actor': 'Anna' }, 'Die Sonne scheint.');
    expect([status, body.caseId]).toEqual([200, caseId]);
    const { allowedActions } = await stage.untilState(order, 'aborted');
    expect(allowedActions).toEqual([]);
    expect((await stage.read(order.eventNumber)).title).toBe(order.expected.title);
    expect(await stage.writes(order.eventNumber)).toEqual(['save-announcement', 'save-announcement']);
    const decision = (await stage.journal.entries(caseId)).find(({ operation }) => operation === 'abort');
    expect(decision).toMatchObject({ actor: 'Anna', after: { reason: 'Die Sonne scheint.' } });
  });

  it('gives the same answer for the same key, also when the case has ended, and has one effect', async () => {
    const order = await stage.prepare();
    const { caseId } = await stage.startWaiting(order);
    const key = { 'idempotency-key': randomUUID() };
    const first = await act(order, 'abort', key);
    expect(first.status).toBe(200);
    expect(await act(order, 'abort', key)).toMatchObject({ status: 200, body: first.body });
    await stage.untilState(order, 'aborted');
    expect(await act(order, 'abort', key)).toMatchObject({ status: 200, body: first.body });
    const entries = await stage.journal.entries(caseId);
    expect(entries.filter(({ operation }) => operation === 'abort')).toHaveLength(1);
    expect(await stage.writes(order.eventNumber)).toHaveLength(2);
  });

  it('cannot abort once Storno was tried', async () => {
    await stage.simulator.control('PUT', '/sync', { paused: true });
    const order = await stage.prepare();
    await stage.start(order);
    await stage.until(order, ({ pointOfNoReturnPassed }) => pointOfNoReturnPassed);
    const { status, body } = await act(order, 'abort');
    expect([status, body.code]).toEqual([409, 'action-not-possible']);
    expect(body.detail).toBe(
      'Nicht mehr möglich: der Schritt „Status auf Storno setzen“ hat schon begonnen.',
    );
    await stage.simulator.control('PUT', '/sync', { paused: false });
  });

  it('tries the step again at once, once for each key', async () => {
    const order = await stage.prepare();
    await stage.startWaiting(order);
    await stage.edit(order.eventNumber, { status: 'Bereitstellung' });
    await stage.skipWait(order);
    const { attention } = await stage.untilState(order, 'needs-attention');
    expect(attention).toMatchObject({ code: 'status-not-cancellable', step: 'set-storno' });
    expect(attention?.actions).toContain('retry');

    await stage.edit(order.eventNumber, { status: 'Verkaufsfreigabe' });
    const key = { 'idempotency-key': randomUUID() };
    const first = await act(order, 'retry', key);
    expect(first.status).toBe(200);
    expect(await act(order, 'retry', key)).toMatchObject({ status: 200, body: first.body });
    await stage.untilState(order, 'waiting', 'completed');
  });

  it('has nothing to try again while a case waits', async () => {
    const { status, body } = await act(cases.waiting.order, 'retry');
    expect([status, body.code]).toEqual([409, 'action-not-possible']);
    expect(body.detail).toBe('Im Moment gibt es nichts, das erneut versucht werden könnte.');
  });

  it.each(['abort', 'retry'])(
    '%s is refused when the case has ended, with a key and without',
    async (action) => {
      const detail = 'Diese Absage ist schon beendet.';
      for (const headers of [{}, { 'idempotency-key': randomUUID() }]) {
        const { status, body } = await act(cases.completed.order, action, headers as Record<string, string>);
        expect([status, body.code, body.detail]).toEqual([409, 'action-not-possible', detail]);
      }
    },
  );

  it('does not find a case that never was', async () => {
    const { status, body } = await act(await stage.prepare(), 'abort');
    expect([status, body.code]).toEqual([404, 'cancellation-not-found']);
  });

  it.each([
    ['no reason', {}, 400, { path: 'reason', text: 'fehlt' }],
    ['an empty reason', { reason: ' ' }, 422, { path: 'reason', text: 'darf nicht leer sein' }],
    ['something more', { reason: 'x', status: 'Storno' }, 400, { path: 'status', text: 'ist nicht bekannt' }],
  ])('is refused with %s, and nothing happens', async (_name, body, status, error) => {
    const answer = await stage.post<ProblemBody>(`${path(cases.waiting.order)}/abort`, body);
    expect([answer.status, answer.body.errors]).toEqual([status, [error]]);
    expect((await stage.view(cases.waiting.order)).state).toBe('waiting');
  });

  it.each([
    ['blanks', 'a b'],
    ['256 characters', 'a'.repeat(256)],
    ['an umlaut', 'schlüssel'],
  ])('is refused with a key of %s, and nothing happens', async (_name, key) => {
    const { status, body } = await act(cases.waiting.order, 'abort', { 'idempotency-key': key });
    const text = 'braucht 1 bis 255 sichtbare ASCII-Zeichen';
    expect([status, body.errors]).toEqual([422, [{ path: 'idempotency-key', text }]]);
    expect((await stage.view(cases.waiting.order)).state).toBe('waiting');
  });
});
