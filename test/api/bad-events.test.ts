import { once } from 'node:events';
import { addDays, viennaDate } from '../../src/domain/clock';
import { connect, type AddressInfo } from 'node:net';
import { setInterval as every } from 'node:timers';
import type { SingleEvent } from '../../src/cases/events';
import type { PlannedOrder } from '../../src/cases/orders';
import type { ProblemBody } from '../../src/cases/problems';
import type { JetEvent, Order } from '../../src/domain/types';
import { ApiStage, buildIdleApp } from '../support/api-stage';

/*
 * Bad input that the API's document cannot refuse, because it shows only when Jet is read or a case exists.
 * Each case has an event of its own and mostly waits, so the cases are carried out beside each other.
 */

let stage: ApiStage;

beforeAll(async () => {
  stage = await ApiStage.open();
});
afterAll(() => stage.close());

type Changes = Partial<Record<keyof JetEvent, unknown>>;

describe('an event that cannot be cancelled: the run is refused with a sentence, and writes nothing', () => {
  const tight = { title: 10, customerTitle: 80, externalMemo: 1_000 };
  const startsAt = (instant: string): Partial<Order> => ({
    expected: { title: 'Faust', startsAt: instant },
  });

  it.concurrent.each<[string, string, Changes, Partial<Order>]>([
    ['Bereitstellung', 'status-not-cancellable', { status: 'Bereitstellung' }, {}],
    ['Abschluss', 'status-not-cancellable', { status: 'Abschluss' }, {}],
    ['a status that nobody knows', 'status-unknown', { status: 'Gesperrt' }, {}],
    ['a status in other letters', 'status-unknown', { status: 'verkaufsfreigabe' }, {}],
    ['of another house', 'event-not-found', {}, { house: 'LTN' }],
    ['that Ö-Ticket does not sell', 'not-sold-via-partner', { soldViaPartner: false }, {}],
    ['of yesterday', 'event-past', { startsAt: new Date(Date.now() - 86_400_000).toISOString() }, {}],
    ['of the epoch', 'event-past', { startsAt: '1970-01-01T00:00:00.000Z' }, {}],
    ['whose memo has no room', 'memo-too-long', { externalMemo: 'x'.repeat(1_000) }, {}],
    ['whose title has no room', 'title-too-long', { title: 'Faust', limits: tight }, {}],
    [
      'that is expected at another minute',
      'event-not-as-expected',
      { title: 'Faust' },
      startsAt('2027-01-01T00:00Z'),
    ],
    [
      'that is expected in the year 9999',
      'event-not-as-expected',
      { title: 'Faust' },
      startsAt('9999-12-30T00:00Z'),
    ],
    [
      'of blanks',
      'event-not-as-expected',
      { title: '   ' },
      { expected: { title: 'x', startsAt: '2027-01-01T00:00Z' } },
    ],
  ])('%s', async (_name, code, changes, asked) => {
    const event = await stage.event(changes);
    const order = await stage.prepare({ event, ...asked });
    await stage.start(order);
    const { refusal } = await stage.untilState(order, 'refused');
    expect(refusal?.code).toBe(code);
    expect(refusal?.text).toMatch(/^[A-ZÖ].*\.$/);
    expect(await stage.writes(event.eventNumber)).toEqual([]);
  });

  it('deleted since it was looked at', async () => {
    const order = await stage.prepare();
    const { eventNumber } = order;
    await stage.simulator.control('POST', '/human-edits', { eventNumber, delete: true });
    await stage.start(order);
    expect((await stage.untilState(order, 'refused')).refusal?.code).toBe('event-not-found');
    expect(await stage.writes(eventNumber)).toEqual([]);
  });

  it('Storno already: no status is written, and what a colleague has done is taken over', async () => {
    const event = await stage.event({ status: 'Storno' });
    const order = await stage.prepare({ event });
    await stage.start(order);
    const view = await stage.until(
      order,
      ({ step, state }) => step === 'verify-channel' || state === 'completed',
    );
    expect(view.warnings.map(({ code }) => code)).toContain('already-cancelled');
    const { title } = await stage.read(event.eventNumber);
    expect(title).toBe(event.title);
    const writes = await stage.writes(event.eventNumber);
    expect(writes.filter((operation) => operation !== 'grant-right')).toEqual([]);
  });
});

describe('a title, however it is written', () => {
  const family = '👩‍👩‍👧‍👦';
  const limit60 = (length: number) => 'x'.repeat(length);

  it.concurrent.each<[string, string, string]>([
    ['that fits exactly with the marker', limit60(49), `${limit60(49)} – ENTFÄLLT`],
    ['that is one too long', limit60(50), `${limit60(48)}… – ENTFÄLLT`],
    ['that is called Entfällt', 'Entfällt', 'Entfällt – ENTFÄLLT'],
    ['that is called ENTFAELLT', 'ENTFAELLT', 'ENTFAELLT – ENTFÄLLT'],
    ['that is called ABGESAGT', 'ABGESAGT', 'ABGESAGT – ENTFÄLLT'],
    ['with both markers', 'Faust – ABGESAGT – ENTFÄLLT', 'Faust – ABGESAGT – ENTFÄLLT'],
    ['with a blank that does not break at its end', 'Faust\u00a0', 'Faust\u00a0 – ENTFÄLLT'],
    ['of families', family.repeat(3), `${family.repeat(3)} – ENTFÄLLT`],
    ['of too many families', family.repeat(5), `${family.repeat(4)}… – ENTFÄLLT`],
    ['that is a script', '<script>alert(1)</script>', '<script>alert(1)</script> – ENTFÄLLT'],
    ['that is a formula', '=HYPERLINK("http://x";"y")', '=HYPERLINK("http://x";"y") – ENTFÄLLT'],
    ['with quotes and semicolons', `"Faust"; 'II';`, `"Faust"; 'II'; – ENTFÄLLT`],
    ['in decomposed characters', 'Tra\u0308ume', 'Tra\u0308ume – ENTFÄLLT'],
    ['of two lines', 'Faust\r\nDer Tragödie zweiter Teil', 'Faust\r\nDer Tragödie zweiter Teil – ENTFÄLLT'],
  ])(
    '%s is marked as the preview says, once, and nothing else of it changes',
    async (_name, title, marked) => {
      const event = await stage.event({ title });
      const order = await stage.prepare({ event });
      const { body } = await stage.post<PlannedOrder>('/v1/plans', order);
      expect([body.cancellable, body.refusals]).toEqual([true, []]);
      const save = body.steps.find(({ name }) => name === 'mark-titles');
      expect(save?.after).toMatchObject({ title: marked, customerTitle: null });
      await stage.carryOut(order);
      expect(await stage.read(event.eventNumber)).toMatchObject({
        title: marked,
        customerTitle: null,
        status: 'CANCELLED',
      });
      expect(await stage.writes(event.eventNumber)).toEqual([
        'save-announcement',
        'set-storno',
        'grant-right',
      ]);
    },
  );

  // Used to be refused with 422, whatever one did: a caller's text may not hold what the mask takes.
  it.each([
    ['NUL', 'Fa\u0000ust', 'Fa[U+0000]ust'],
    ['a bell and two lines', 'Faust\u0007\nII', 'Faust[U+0007] II'],
    ['a mark for the writing direction', '\u202eFaust\u202c', '[U+202E]Faust[U+202C]'],
    ['a separator of lines', 'Faust\u2028II', 'Faust[U+2028]II'],
  ])('with %s is named as the search names it, and restored byte for byte', async (_what, title, name) => {
    const event = await stage.event({ title });
    const { body: found } = await stage.get<SingleEvent>(`/v1/events/FSP/${event.eventNumber}`);
    expect(found).toMatchObject({ title, expected: { title: name, startsAt: event.startsAt } });
    const order = await stage.prepare({ event, expected: found.expected });
    const { body: plan } = await stage.post<PlannedOrder>('/v1/plans', order);
    expect([plan.cancellable, plan.refusals]).toEqual([true, []]);
    await stage.startWaiting(order);
    expect((await stage.read(event.eventNumber)).title).toBe(`${title} – ENTFÄLLT`);
    await stage.post(`/v1/cancellations/FSP/${event.eventNumber}/abort`, { reason: 'Irrtum' });
    await stage.untilState(order, 'aborted');
    expect((await stage.read(event.eventNumber)).title).toBe(title);
  });

  it('with a control character is no other title', async () => {
    const event = await stage.event({ title: 'Fa\u0000ust' });
    const expected = { title: 'Faust', startsAt: event.startsAt };
    const { body } = await stage.post<PlannedOrder>('/v1/plans', await stage.prepare({ event, expected }));
    expect(body.refusals.map(({ code }) => code)).toEqual(['event-not-as-expected']);
  });

  it.concurrent.each([
    ['empty', ''],
    ['blank', '  '],
    ['absent', null],
  ])('for customers that is %s stays so', async (_name, customerTitle) => {
    const event = await stage.event({ customerTitle });
    const order = await stage.prepare({ event });
    await stage.carryOut(order);
    expect((await stage.read(event.eventNumber)).customerTitle).toBe(customerTitle);
  });
});

describe('what an order may ask for and does not get', () => {
  const plan = async (changes: Partial<Order>) => {
    const { status, body } = await stage.post<PlannedOrder>('/v1/plans', await stage.prepare(changes));
    expect(status).toBe(200);
    return body;
  };

  it.each([
    ['today', 0],
    ['tomorrow', 1],
  ])('a right that ends %s, before the event', async (_when, days) => {
    const rightValidUntil = addDays(viennaDate(new Date().toISOString()), days);
    const generous = (await plan({})).steps.find(({ name }) => name === 'grant-right')?.after as {
      validUntil: string;
    };
    const { steps } = await plan({ rightValidUntil });
    const { validUntil } = steps.find(({ name }) => name === 'grant-right')?.after as {
      validUntil: string;
    };
    // Each event of the stage starts a day later than the one before.
    expect(validUntil >= generous.validUntil).toBe(true);
  });

  it.each(['Bitte 02742 90 80 80 anrufen', 'Bitte +43 664 1234567 anrufen', 'Mail an anna@haus.example'])(
    'the name of a person in the reason goes through, with a warning: %s',
    async (reason) => {
      const { cancellable, warnings } = await plan({ reason });
      expect([cancellable, warnings.map(({ code }) => code)]).toEqual([true, ['person-in-reason']]);
    },
  );

  it('a reason of 64 KB', async () => {
    const order = await stage.prepare({ reason: 'x'.repeat(64 * 1024) });
    const { status, body } = await stage.post<ProblemBody>('/v1/cancellations', order);
    expect([status, body.code]).toEqual([413, 'payload-too-large']);
    expect(await stage.writes(order.eventNumber)).toEqual([]);
  });
});

describe('an action that says what it must not', () => {
  let order: Order;
  beforeAll(async () => {
    order = await stage.prepare();
    await stage.startWaiting(order);
  });

  const savedAt = '2026-11-24T18:00:00+01:00';
  const skip = { reason: 'x', step: 'wait-for-title-transfer', savedAt };
  const confirm = { reason: 'x', step: 'set-storno', readBack: { status: 'Storno', title: 'Faust' } };
  const readBack = (changes: object) => ({ ...confirm, readBack: { ...confirm.readBack, ...changes } });

  it.each<[string, string, unknown, number, string[]]>([
    ['nothing', 'abort', undefined, 400, ['']],
    ['null', 'retry', 'null', 400, ['']],
    ['a list', 'resume', '[]', 400, ['']],
    ['a reason of NUL', 'abort', { reason: '\u0000' }, 422, ['reason']],
    ['a reason of 2,001 characters', 'retry', { reason: 'x'.repeat(2_001) }, 422, ['reason']],
    ['a reason that is a list', 'close-by-hand', { reason: ['x'] }, 400, ['reason']],
    ['an actor', 'abort', { reason: 'x', actor: 'Anna' }, 400, ['actor']],
    ['a status', 'close-by-hand', { reason: 'x', status: 'Abschluss' }, 400, ['status']],
    ['no step', 'skip-wait', { reason: 'x', savedAt }, 422, ['step']],
    ['a step that is no wait', 'skip-wait', { ...skip, step: 'set-storno' }, 422, ['step']],
    ['a save without offset', 'skip-wait', { ...skip, savedAt: '2026-11-24T18:00:00' }, 422, ['savedAt']],
    ['a save in the year 0', 'skip-wait', { ...skip, savedAt: '0000-01-01T00:00:00Z' }, 422, ['savedAt']],
    [
      'a yes in words',
      'skip-wait',
      { ...skip, titlesVisibleAtPartner: 'ja' },
      400,
      ['titlesVisibleAtPartner'],
    ],
    ['a step that cannot be waived', 'waive-step', { reason: 'x', step: 'set-storno' }, 422, ['step']],
    ['a step that nobody confirms', 'confirm-step', { ...confirm, step: 'report' }, 422, ['step']],
    ['no read-back', 'confirm-step', { reason: 'x', step: 'set-storno' }, 400, ['readBack']],
    ['a status that is a list', 'confirm-step', readBack({ status: ['Storno'] }), 400, ['readBack.status']],
    ['NUL in the mask', 'confirm-step', readBack({ title: 'a\u0000' }), 422, ['readBack.title']],
    ['a version', 'confirm-step', readBack({ version: '1' }), 400, ['readBack.version']],
    ['no attention', 'decide', { reason: 'x', choice: 'adopt' }, 400, ['attentionId']],
    [
      'a choice of 1,001 characters',
      'decide',
      { reason: 'x', attentionId: 'a', choice: 'x'.repeat(1_001) },
      422,
      ['choice'],
    ],
  ])('%s to %s', async (_name, action, body, status, paths) => {
    const path = `/v1/cancellations/${order.house}/${order.eventNumber}`;
    const journal = () => stage.get<{ entries: unknown[] }>(`${path}/journal`);
    const before = (await journal()).body.entries.length;
    const answer = await stage.post<ProblemBody>(`${path}/${action}`, body);
    expect(answer.body.errors?.map((error) => error.path)).toEqual(paths);
    expect([answer.status, answer.body.code]).toEqual([
      status,
      status === 400 ? 'malformed-request' : 'invalid-value',
    ]);
    expect((await journal()).body.entries).toHaveLength(before);
    expect((await stage.view(order)).state).toBe('waiting');
    expect(await stage.writes(order.eventNumber)).toEqual(['save-announcement']);
  });
});

it('a body that drips is given up, and answered with what is the matter', async () => {
  const app = await buildIdleApp();
  // Node checks once a second which connections exceed their time.
  Object.assign(app.server, { headersTimeout: 200, requestTimeout: 500 });
  await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('error', () => undefined);
    const head = ['POST /v1/plans HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
    socket.write(`${head.join('\r\n')}\r\nContent-Length: 10000\r\n\r\n{`);
    const dripping = every(() => socket.write(' '), 100);
    const startedAt = Date.now();
    await once(socket, 'close');
    clearInterval(dripping);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    expect(answer).toContain('HTTP/1.1 408 ');
    expect(answer).toContain('"code":"request-timeout"');
  } finally {
    await app.close();
  }
});
