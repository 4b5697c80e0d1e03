import type { EventPage } from '../../src/cases/events';
import type { PlannedOrder } from '../../src/cases/orders';
import type { ProblemBody } from '../../src/cases/problems';
import type { JetEvent, Order } from '../../src/domain/types';
import { ApiStage, TIMING } from '../support/api-stage';
import { eventually } from '../support/eventually';

let stage: ApiStage;

beforeAll(async () => {
  stage = await ApiStage.open();
});
afterAll(() => stage.close());

it('names the houses', async () => {
  const { status, body } = await stage.get<{ houses: unknown[] }>('/v1/houses');
  expect(status).toBe(200);
  expect(body.houses).toHaveLength(6);
  expect(body.houses[0]).toEqual({ key: 'FSP', name: 'Festspielhaus St. Pölten', backend: 'gateway' });
});

describe('GET /v1/events', () => {
  const search = (query: Record<string, string>) =>
    stage.get<EventPage & ProblemBody>(`/v1/events?${new URLSearchParams(query)}`);

  /** Temporal's lists, which know how far a case is, are a moment behind. */
  const seeWaiting = (text: string) =>
    eventually(
      () => search({ house: 'FSP', text }),
      ({ body }) => body.events[0]?.cancellation === 'waiting',
    );

  it('finds events by a part of the title, with the state of their newest case', async () => {
    const event = await stage.event({ title: 'Die Möwe', customerTitle: 'Möwe' });
    const untouched = await stage.event({ title: 'Die Möwe' });
    await stage.startWaiting(await stage.prepare({ event }));
    const { status, body } = await seeWaiting('möwe');
    expect(status).toBe(200);
    const { eventNumber, startsAt, venue, location } = event;
    expect(body.events).toEqual([
      {
        house: 'FSP',
        eventNumber,
        title: 'Die Möwe – ENTFÄLLT',
        customerTitle: 'Möwe – ENTFÄLLT',
        status: 'Verkaufsfreigabe',
        startsAt,
        venue,
        location,
        soldViaPartner: true,
        cancellation: 'waiting',
        expected: { title: 'Die Möwe – ENTFÄLLT', startsAt },
        refusals: [],
      },
      expect.objectContaining({ eventNumber: untouched.eventNumber, cancellation: null }),
    ]);
    expect(body.nextCursor).toBeNull();
  });

  it('shows the state of the newest of several cases', async () => {
    const event = await stage.event({ title: 'Woyzeck', status: 'Abschluss' });
    const order = await stage.prepare({ event });
    await stage.carryOut(order, 'refused');
    await stage.edit(event.eventNumber, { status: 'Verkaufsfreigabe' });
    await stage.startWaiting(order);
    const { body } = await seeWaiting('Woyzeck');
    expect(body.events).toMatchObject([{ cancellation: 'waiting' }]);
  });

  it('says of each event what stands in the way of every order', async () => {
    const startsAt = '2026-01-05T19:30:00.000+01:00';
    await stage.event({ title: 'Reigen eins', status: 'Abschluss' });
    await stage.event({ title: 'Reigen zwei', status: 'Gesperrt' });
    await stage.event({ title: 'Reigen drei', soldViaPartner: false });
    await stage.event({ title: 'Reigen vier', startsAt });
    const { body } = await search({ house: 'FSP', text: 'Reigen' });
    const codes = body.events.map(({ title, refusals }) => [title, refusals.map(({ code }) => code)]);
    expect(Object.fromEntries(codes)).toEqual({
      'Reigen eins': ['status-not-cancellable'],
      'Reigen zwei': ['status-unknown'],
      'Reigen drei': ['not-sold-via-partner'],
      'Reigen vier': ['event-past'],
    });
  });

  it('reads Jet once a minute for searches by words, and says when', async () => {
    const event = await stage.event({ title: 'Liliom im Prater' });
    const reads = async () =>
      (await stage.simulator.log()).filter(({ operation }) => operation === 'find-events').length;
    const first = await search({ house: 'FSP', text: 'Liliom' });
    const readByMs = Date.now();
    const before = await reads();
    const again = await search({ house: 'FSP', text: 'Prater' });
    expect(await reads()).toBe(before);
    expect(again.body.events).toMatchObject([{ eventNumber: event.eventNumber }]);
    // The first search names its own beginning, and the pages that it read are a moment younger.
    const readAtMs = Date.parse(again.body.readAt!);
    expect(readAtMs).toBeGreaterThanOrEqual(Date.parse(first.body.readAt!));
    expect(readAtMs).toBeLessThanOrEqual(readByMs);
  });

  it('never says from kept pages that there is no such event', async () => {
    await search({ house: 'FSP', text: 'Vorstellung' });
    const event = await stage.event({ title: 'Gerade erst angelegt' });
    const { body } = await search({ house: 'FSP', text: 'angelegt' });
    expect(body.events).toMatchObject([{ eventNumber: event.eventNumber }]);
  });

  it('shows Jet as it is now where no words are searched', async () => {
    const day = { from: '2031-03-03', to: '2031-03-03' };
    const event = await stage.event({ startsAt: '2031-03-03T18:30:00.000Z' });
    const statusShown = async () => (await search({ house: 'FSP', ...day })).body.events[0]?.status;
    expect(await statusShown()).toBe('Verkaufsfreigabe');
    await stage.edit(event.eventNumber, { status: 'Abschluss' });
    expect(await statusShown()).toBe('Abschluss');
  });

  it('finds events from a day to another, both inclusive, in Vienna', async () => {
    // In Vienna this is already the next day.
    const event = await stage.event({ title: 'Mitternacht', startsAt: '2029-07-01T22:30:00.000Z' });
    const found = async (from: string, to: string) => (await search({ house: 'FSP', from, to })).body.events;
    expect(await found('2029-07-02', '2029-07-02')).toMatchObject([{ eventNumber: event.eventNumber }]);
    expect(await found('2029-07-01', '2029-07-01')).toEqual([]);
  });

  it('shows every event once, page by page', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    let pages = 0;
    for (; cursor !== null; pages += 1) {
      const query: Record<string, string> = cursor ? { cursor } : {};
      const { body } = await search({ house: 'FSP', ...query });
      seen.push(...body.events.map(({ eventNumber }) => eventNumber));
      cursor = body.nextCursor;
    }
    expect(pages).toBeGreaterThan(2);
    expect(seen).toHaveLength(stage.eventCount);
    expect(new Set(seen).size).toBe(stage.eventCount);
  });

  it('says that Jet does not know the cursor', async () => {
    const { status, body } = await search({ house: 'FSP', cursor: 'xyz' });
    expect([status, body.code]).toEqual([422, 'invalid-value']);
    expect(body.errors).toEqual([{ path: 'cursor', text: 'ist unbekannt' }]);
  });

  it('does not find a house that is not configured', async () => {
    const { status, body } = await search({ house: 'NIX' });
    expect([status, body.code]).toEqual([404, 'house-not-found']);
  });
});

describe('GET /v1/events/{house}/{eventNumber}', () => {
  it('shows one event with memo and limits', async () => {
    const event = await stage.event({ externalMemo: 'Zeile 1\r\nZeile 2' });
    const { status, body } = await stage.get(`/v1/events/FSP/${event.eventNumber}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      eventNumber: event.eventNumber,
      title: event.title,
      externalMemo: 'Zeile 1\r\nZeile 2',
      limits: { title: 60, customerTitle: 80, externalMemo: 1_000 },
      cancellation: null,
    });
  });

  it('finds it only in its own house', async () => {
    const { eventNumber } = await stage.event();
    const { status, body } = await stage.get<ProblemBody>(`/v1/events/LTN/${eventNumber}`);
    expect(status).toBe(404);
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Diese Veranstaltung gibt es in diesem Haus nicht.',
      status: 404,
      code: 'event-not-found',
    });
  });
});

describe('POST /v1/plans', () => {
  const ask = (order: Order) => stage.post<PlannedOrder>('/v1/plans', order);
  const planFor = async (changes: Partial<Record<keyof JetEvent, unknown>>, asked: Partial<Order> = {}) => {
    const event = await stage.event(changes);
    return (await ask(await stage.prepare({ event, ...asked }))).body;
  };
  const codes = (rows: { code: string }[]) => rows.map(({ code }) => code);

  it('says what would be written, and when', async () => {
    const event = await stage.event({ customerTitle: 'Für alle', externalMemo: 'Einlass ab 19 Uhr' });
    const order = await stage.prepare({ event });
    const { status, body } = await ask(order);
    expect(status).toBe(200);
    expect(body).toMatchObject({ cancellable: true, refusals: [], warnings: [] });
    expect(body.planHash).toMatch(/^[0-9a-f]{64}$/);
    expect(body.steps.find(({ name }) => name === 'mark-titles')).toMatchObject({
      name: 'mark-titles',
      label: 'Titel und Hinweis speichern',
      before: { title: event.title, customerTitle: 'Für alle', externalMemo: 'Einlass ab 19 Uhr' },
      after: {
        title: `${event.title} – ENTFÄLLT`,
        customerTitle: 'Für alle – ENTFÄLLT',
        externalMemo: `${order.reason}\n\nEinlass ab 19 Uhr`,
      },
    });
    const waitMs = Date.parse(body.finishedAt ?? '') - Date.parse(body.stornoAt ?? '');
    expect(waitMs).toBe(TIMING.syncIntervalMs + TIMING.pollIntervalMs);
  });

  it('writes nothing and starts nothing', async () => {
    const order = await stage.prepare();
    await ask(order);
    const log = await stage.simulator.log(order.eventNumber);
    expect(new Set(log.map(({ operation }) => operation))).toEqual(new Set(['read-event', 'read-right']));
    expect((await stage.get(`/v1/cancellations/FSP/${order.eventNumber}`)).status).toBe(404);
  });

  const tight = { title: 10, customerTitle: 80, externalMemo: 1_000 };
  const other = { title: 'Faust', startsAt: '2027-01-05T19:30:00+01:00' };

  it.each<[string, string, Partial<Record<keyof JetEvent, unknown>>, Partial<Order>]>([
    ['Bereitstellung', 'status-not-cancellable', { status: 'Bereitstellung' }, {}],
    ['Abschluss', 'status-not-cancellable', { status: 'Abschluss' }, {}],
    ['an unknown status', 'status-unknown', { status: 'Gesperrt' }, {}],
    ['an event in the past', 'event-past', { startsAt: '2020-01-05T19:30:00.000+01:00' }, {}],
    ['an event without an Ö-Ticket Verkaufsart', 'not-sold-via-partner', { soldViaPartner: false }, {}],
    ['a memo without room', 'memo-too-long', { externalMemo: 'x'.repeat(980) }, {}],
    ['a title field without room', 'title-too-long', { limits: tight, title: 'Faust' }, {}],
    ['another event than expected', 'event-not-as-expected', {}, { expected: other }],
    ['an event that is not there', 'event-not-found', {}, { eventNumber: '999999' }],
    ['an event of another house', 'event-not-found', {}, { house: 'LTN' }],
  ])('refuses %s', async (_name, code, changes, asked) => {
    const { cancellable, refusals } = await planFor(changes, asked);
    expect(cancellable).toBe(false);
    expect(codes(refusals)).toEqual([code]);
    expect(refusals[0]?.text).toMatch(/^[A-ZÖ].*\.$/);
  });

  it.each<[string, Partial<Record<keyof JetEvent, unknown>>, Partial<Order>]>([
    ['already-cancelled', { status: 'Storno', title: 'Faust – ENTFÄLLT' }, {}],
    ['already-marked', { title: 'Faust – ENTFÄLLT' }, {}],
    ['title-shortened', { title: 'x'.repeat(60) }, {}],
    ['person-in-reason', {}, { reason: 'Bitte bei anna@haus.example melden' }],
    ['starts-soon', { startsAt: new Date(Date.now() + 10 * 60_000).toISOString() }, {}],
  ])('warns with %s', async (code, changes, asked) => {
    const { cancellable, warnings } = await planFor(changes, asked);
    expect(cancellable).toBe(true);
    expect(codes(warnings)).toEqual([code]);
  });

  it('lets a past event pass when the order says so', async () => {
    const startsAt = '2020-01-05T19:30:00.000+01:00';
    expect(await planFor({ startsAt }, { allowPastEvent: true })).toMatchObject({ cancellable: true });
  });

  it('has the same hash as long as nothing changes', async () => {
    const order = await stage.prepare();
    const hashes = [await ask(order), await ask(order)].map(({ body }) => body.planHash);
    expect(hashes[0]).toBe(hashes[1]);
  });

  it.each<[string, Partial<Record<keyof JetEvent, unknown>>]>([
    ['title', { title: 'Ein anderer' }],
    ['customer title', { customerTitle: 'Ein anderer' }],
    ['memo', { externalMemo: 'Ein anderes' }],
    ['status', { status: 'Abschluss' }],
    ['start', { startsAt: '2028-01-05T19:30:00.000+01:00' }],
    ['venue', { venue: 'Kleiner Saal' }],
  ])('has another hash when the %s changes', async (_name, changes) => {
    const order = await stage.prepare();
    const before = await ask(order);
    await stage.edit(order.eventNumber, changes);
    expect((await ask(order)).body.planHash).not.toBe(before.body.planHash);
  });

  it('is what an order may insist on', async () => {
    const order = await stage.prepare();
    const { planHash } = (await ask(order)).body;
    await stage.start({ ...order, planHash });
    const { state } = await stage.until(order, ({ state }) => state !== 'checking');
    expect(state).not.toBe('refused');
  });
});

it('searches words singly, by beginnings, day and hour, and goes on where its pages ended', async () => {
  const title = 'Die Fledermaus im Zirkuszelt';
  const event = await stage.event({ title, venue: 'Großes Haus' });
  const search = (text: string) =>
    stage.get<{ events: { eventNumber: string }[]; nextCursor: string | null }>(
      `/v1/events?${new URLSearchParams({ house: 'FSP', text })}`,
    );
  for (const text of ['zirkuszelt fledermaus', 'Zirkuszelte im Großen Haus', event.eventNumber]) {
    const { status, body } = await search(text);
    expect([status, body.events.map(({ eventNumber }) => eventNumber)]).toEqual([200, [event.eventNumber]]);
  }
  expect((await search('zirkuszelt boheme')).body.events).toEqual([]);
});
