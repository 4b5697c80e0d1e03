import type { SeriesPlan } from '../../src/cases/series-plans';
import type { SeriesView } from '../../src/cases/series-view';
import type { CancellationView } from '../../src/cases/view';
import { cancellationWorkflowId } from '../../src/domain/input';
import { seriesWorkflowId } from '../../src/domain/series';
import { seriesQuery } from '../../src/workflows/series-messages';
import { SEEN } from '../e2e/guided-house';
import { ApiStage, seriesTiming, TIMING } from '../support/api-stage';
import { resetToFirstEvent } from '../support/reset';
import { eventually } from '../support/eventually';

/* Many performances, one decision: through the API, with real runs, a real journal and the simulator. */

const NOTICE_AFTER_MS = seriesTiming.noticeAfterMs;

let stage: ApiStage;

beforeAll(async () => {
  stage = await ApiStage.open();
}, 120_000);
afterAll(() => stage.close());
afterEach(async () => {
  Object.assign(stage.timing, TIMING);
  if (seriesTiming.noticeAfterMs !== NOTICE_AFTER_MS) await setNoticeAfter(NOTICE_AFTER_MS);
});

/** How long a case waits for those that lag behind: workers know it from their start on. */
async function setNoticeAfter(noticeAfterMs: number): Promise<void> {
  seriesTiming.noticeAfterMs = noticeAfterMs;
  await stage.stopWorkers();
  await stage.startWorkers();
}

async function prepare(count: number) {
  const orders = [];
  for (let nth = 0; nth < count; nth += 1) orders.push(await stage.prepare());
  const items = orders.map(({ house, eventNumber, expected }) => ({ house, eventNumber, expected }));
  return {
    title: 'Erkrankung im Ensemble',
    marker: 'ENTFÄLLT',
    reason: 'Die Vorstellungen entfallen wegen einer Erkrankung.',
    items,
  };
}
type Prepared = Awaited<ReturnType<typeof prepare>>;

/** Longer than any test: what is to happen within a wait does, and the test ends it. */
const LONG_MS = 600_000;

/** Ends both waits of each of these performances. */
async function endWaits(items: Prepared['items']): Promise<void> {
  await endFirstWaits(items);
  for (const item of items) await stage.skipWait(item);
}

async function endFirstWaits(items: Prepared['items']): Promise<void> {
  for (const item of items) await stage.skipWait(item);
  for (const item of items) await stage.until(item, ({ step }) => step === 'wait-for-storno-transfer');
}

const BY_ADA = { actor: 'Ada', actorId: 'token:ada', reason: 'Titel falsch' };
const GUIDED_HOUSE = 'GUID';
let nextGuided = 930_000;

/** Performances of a house without a gateway. */
function guidedItems(count: number) {
  return Array.from({ length: count }, (_, nth) => ({
    house: GUIDED_HOUSE,
    eventNumber: String((nextGuided += 1)),
    seen: { ...SEEN, startsAt: `2031-12-1${nth}T19:30:00+01:00` },
  }));
}

/** What its clerk does: each task as it is told, and read back. */
async function doByHand(item: { house: string; eventNumber: string }): Promise<void> {
  const title = `${SEEN.title} – ENTFÄLLT`;
  const externalMemo = `Die Vorstellungen entfallen wegen einer Erkrankung.\n\n${SEEN.externalMemo}`;
  const readBacks = {
    'mark-titles': { title, customerTitle: null, externalMemo },
    'set-storno': { status: 'Storno', title },
    'verify-channel': { status: 'Storno' },
    'grant-right': { validFrom: '2020-01-01', validUntil: '2099-12-31' },
  };
  for (const [step, readBack] of Object.entries(readBacks)) {
    await stage.until(item, ({ attention }) => attention?.code === 'person-step' && attention.step === step);
    const path = `/v1/cancellations/${item.house}/${item.eventNumber}/confirm-step`;
    expect(await stage.post(path, { reason: 'Erledigt.', step, readBack })).toMatchObject({ status: 200 });
  }
}

const read = async (id: string) => (await stage.ask<SeriesView>('GET', `/v1/series/${id}`)).body;
const act = (id: string, action: string, body: object = {}) =>
  stage.ask<SeriesView & { code: string; detail: string }>('POST', `/v1/series/${id}/${action}`, {
    body: { reason: 'Besprochen.', ...body },
  });

async function begin(body: object): Promise<SeriesView> {
  const answer = await stage.ask<SeriesView>('POST', '/v1/series', { body });
  expect([answer.status, answer.body]).toEqual([202, expect.anything()]);
  return answer.body;
}

const once = (id: string, isIt: (view: SeriesView) => boolean) => eventually(() => read(id), isIt, 90_000);
const ended = (id: string) => once(id, ({ state }) => ['completed', 'aborted', 'refused'].includes(state));

/** The mails to Ö-Ticket that name one of these events, and how many of the events each of them names. */
function mailsAbout({ items }: Prepared): number[] {
  const numbers = items.map(({ eventNumber }) => eventNumber);
  const named = stage.mail.sent.map(
    ({ text }) => numbers.filter((number) => text.includes(`"eventNumber":"${number}"`)).length,
  );
  return named.filter((count) => count > 0);
}

it('cancels every performance, and tells Ö-Ticket once of all of them', async () => {
  const order = await prepare(5);
  const { id } = await begin(order);
  const same = await stage.ask<SeriesView>('POST', '/v1/series', { body: order });
  expect([same.status, same.body.id]).toEqual([200, id]);
  const view = await ended(id);
  const { items } = view;
  expect(view).toMatchObject({
    state: 'completed',
    counts: { completed: 5, running: 0, waiting: 0 },
    notices: [{ house: 'FSP', number: 1, outcome: 'accepted' }],
    allowedActions: [],
  });
  expect(view.notices[0]!.eventNumbers).toHaveLength(5);
  // One mail at the beginning and one at the end, and none about each of its performances.
  const told = () =>
    stage.mail.alerts
      .filter(({ messageId }) =>
        [id, ...items.map(({ caseId }) => caseId)].some((of) => messageId.includes(of)),
      )
      .map(({ subject }) => subject);
  await eventually(
    () => Promise.resolve(told()),
    ({ length }) => length === 2,
    30_000,
  );
  expect(told()).toEqual([`begun: ${order.title}`, `ended: ${order.title}`]);
  expect(mailsAbout(order)).toEqual([5]);
  for (const { eventNumber } of order.items) expect((await stage.read(eventNumber)).status).toBe('CANCELLED');
  const again = await stage.ask<CancellationView>('GET', view.items[0]!.links.self);
  expect(again.body).toMatchObject({ state: 'completed', caseId: view.items[0]!.caseId });
});

describe('the plan of everything', () => {
  async function planned(order: Prepared): Promise<SeriesPlan> {
    const answer = await stage.ask('POST', '/v1/series/plans', { body: order });
    expect(answer.status).toBe(202);
    const self = answer.headers.location as string;
    return eventually(
      async () => (await stage.ask<SeriesPlan>('GET', self)).body,
      ({ state }) => state === 'ready',
      60_000,
    );
  }

  it('is read performance by performance, and says what cannot be cancelled and why', async () => {
    const order = await prepare(3);
    await stage.edit(order.items[1]!.eventNumber, { status: 'Abschluss' });
    const plan = await planned(order);
    expect(plan).toMatchObject({
      cancellable: false,
      counts: { total: 3, read: 3, cancellable: 2, refused: 1 },
    });
    expect(plan.items[1]).toMatchObject({
      cancellable: false,
      refusals: [{ code: 'status-not-cancellable', next: expect.any(String) as string }],
    });
    expect(Date.parse(plan.finishedAt!)).toBeGreaterThan(Date.parse(plan.stornoAt!));
  });

  it('says how each title will read, also one that has to be shortened', async () => {
    const order = await prepare(2);
    const long = 'Ein Sommernachtstraum in der Bearbeitung der Musterbühnen, 2.';
    const { eventNumber } = order.items[1]!;
    await stage.edit(eventNumber, { title: long.slice(0, 60) });
    order.items[1]!.expected!.title = long.slice(0, 60);
    const { items, counts } = await planned(order);
    expect(counts).toEqual({ total: 2, read: 2, cancellable: 2, refused: 0 });
    const [short, shortened] = items.map(({ titles }) => titles!.title);
    expect(short!.after).toBe(`${short!.before} – ENTFÄLLT`);
    expect(shortened).toEqual({
      before: long.slice(0, 60),
      after: expect.stringMatching(/… – ENTFÄLLT$/) as string,
    });
    expect(shortened!.after!.length).toBeLessThanOrEqual(60);
  });

  it('says how many there are before it has read them', async () => {
    const order = await prepare(6);
    const { eventNumber } = order.items[5]!;
    await stage.simulator.control('POST', '/faults', [
      { operation: 'read-event', kind: 'maintenance', nth: 1, count: 1_000, eventNumber },
    ]);
    const { headers } = await stage.ask('POST', '/v1/series/plans', { body: order });
    const read = async () => (await stage.ask<SeriesPlan>('GET', headers.location as string)).body;
    expect(await eventually(read, ({ counts }) => counts.read > 0, 30_000)).toMatchObject({
      ...{ state: 'reading', planHash: null, stornoAt: null, finishedAt: null },
      counts: { total: 6, read: 4, cancellable: 4, refused: 0 },
    });
    await stage.simulator.control('DELETE', '/faults');
    expect(await eventually(read, ({ state }) => state === 'ready', 60_000)).toMatchObject({
      counts: { total: 6, read: 6, cancellable: 6 },
    });
  });

  it('is carried out exactly, or nothing begins', async () => {
    const order = await prepare(3);
    const { planHash } = await planned(order);
    const changed = order.items[2]!.eventNumber;
    await stage.edit(changed, { externalMemo: 'Ein Kollege hat etwas dazugeschrieben.' });
    const { id } = await begin({ ...order, planHash });
    const view = await ended(id);
    expect(view).toMatchObject({
      state: 'refused',
      refusal: { code: 'plan-changed' },
      counts: { skipped: 3 },
      notices: [],
    });
    for (const { eventNumber } of order.items) expect(await stage.writes(eventNumber)).toEqual([]);

    const now = await planned(order);
    const second = await begin({ ...order, planHash: now.planHash });
    expect(second.id).not.toBe(id);
    expect(await ended(second.id)).toMatchObject({ state: 'completed', counts: { completed: 3 } });
  });
});

describe('while it runs', () => {
  it('pauses, skips only what has not begun, goes on, and aborts what can still be aborted', async () => {
    stage.timing.syncIntervalMs = LONG_MS;
    const order = await prepare(24);
    // One of them at least has not begun, however late the pause comes.
    await stage.simulator.control('POST', '/faults', [
      {
        ...{ operation: 'read-event', kind: 'maintenance', nth: 1, count: 1_000 },
        eventNumber: order.items.at(-1)!.eventNumber,
      },
    ]);
    const { id } = await begin(order);
    await once(id, ({ items }) => items.some(({ step }) => step === 'wait-for-title-transfer'));
    const paused = await act(id, 'pause');
    expect(paused).toMatchObject({ status: 200, body: { state: 'paused' } });
    expect(await act(id, 'pause')).toMatchObject({ status: 409, body: { code: 'action-not-possible' } });
    const { items, counts } = await once(id, (view) =>
      view.items.every((item) => item.state !== 'running' || item.step === 'wait-for-title-transfer'),
    );
    const waiting = items.filter(({ state }) => state === 'waiting');
    expect(waiting.length).toBeGreaterThan(0);
    expect(counts.running + waiting.length).toBe(24);

    const begun = items.find(({ state }) => state === 'running')!;
    const last = waiting.at(-1)!;
    const both = [begun, last].map(({ house, eventNumber }) => ({ house, eventNumber }));
    const refused = await act(id, 'skip', { items: both });
    expect(refused).toMatchObject({ status: 409, body: { code: 'action-not-possible' } });
    expect(refused.body.detail).toContain(begun.eventNumber);
    const skipped = await act(id, 'skip', { items: both.slice(1) });
    expect(skipped.body.counts).toMatchObject({ skipped: 1, waiting: waiting.length - 1 });
    await stage.simulator.control('DELETE', '/faults');

    expect(await act(id, 'continue')).toMatchObject({ status: 200 });
    await once(id, (view) => view.counts.waiting === 0);
    expect(await act(id, 'abort')).toMatchObject({ status: 200, body: { state: 'aborting' } });
    const end = await ended(id);
    expect(end).toMatchObject({ state: 'aborted', counts: { aborted: 23, skipped: 1 }, notices: [] });
    for (const { eventNumber } of order.items) {
      const { status, title } = await stage.read(eventNumber);
      expect([status, title]).toEqual(['ON_SALE', expect.not.stringContaining('ENTFÄLLT')]);
    }
    expect(await stage.writes(last.eventNumber)).toEqual([]);
    expect(await stage.ask('POST', `/v1/series/${id}/retry`, { body: { reason: 'Doch.' } })).toMatchObject({
      status: 409,
    });
  });

  it('refuses what is being cancelled already, ends with the others, and tries that one again as a new case', async () => {
    const order = await prepare(3);
    const single = { ...order.items[1]!, marker: 'ABGESAGT', reason: 'Einzeln abgesagt.' };
    stage.timing.syncIntervalMs = LONG_MS;
    const first = await stage.ask<CancellationView>('POST', '/v1/cancellations', { body: single });
    expect(first.status).toBe(202);
    await eventually(
      async () => (await stage.ask<CancellationView>('GET', first.body.links.self)).body,
      ({ state }) => state === 'waiting',
    );
    Object.assign(stage.timing, TIMING);
    const { id } = await begin(order);
    const view = await ended(id);
    expect(view).toMatchObject({ state: 'completed', counts: { completed: 2, refused: 1 } });
    expect(view.items[1]).toMatchObject({ state: 'refused', attention: { code: 'already-cancelling' } });
    expect(view.allowedActions).toEqual(['retry']);
    expect(mailsAbout({ ...order, items: [order.items[0]!, order.items[2]!] })).toEqual([2]);

    const aborted = await stage.ask('POST', `${first.body.links.self}/abort`, {
      body: { reason: 'Doch mit der Serie.' },
    });
    expect(aborted.status).toBe(200);
    await eventually(
      async () => (await stage.ask<CancellationView>('GET', first.body.links.self)).body,
      ({ state }) => state === 'aborted',
    );
    expect(await act(id, 'retry')).toMatchObject({ status: 200 });
    const after = await ended(id);
    expect(after).toMatchObject({ state: 'completed', counts: { completed: 3 } });
    expect(after.items[1]!.caseId).not.toBe(view.items[1]!.caseId);
    expect(after.notices).toMatchObject([
      { number: 1, outcome: 'accepted' },
      { number: 2, outcome: 'accepted', eventNumbers: [order.items[1]!.eventNumber] },
    ]);
  });
});

it('sends no mail while writes are off, asks nobody, and sends one of all once they are on', async () => {
  const order = await prepare(2);
  // The first mail is certainly not taken, and that is said only when the switch was thrown: it comes before the second one.
  let letGo = () => {};
  stage.mail.held = new Promise((resolve) => (letGo = resolve));
  stage.mail.answers.push('not-sent');
  const { id } = await begin(order);
  try {
    await eventually(
      () => stage.mail.attempts,
      (attempts) => attempts.some((messageId) => messageId.includes(id)),
    );
    await stage.journal.switchWrites({ ...BY_ADA, on: false });
  } finally {
    letGo();
    stage.mail.held = Promise.resolve();
  }
  await once(id, ({ notices }) => notices[0]?.outcome === 'not-sent');
  const isHeld = async () => {
    const { raw } = await stage.temporal.workflow.getHandle(seriesWorkflowId(id)).describe();
    return (raw.pendingActivities ?? []).some(
      ({ activityType, attempt }) => activityType?.name === 'sendSeriesNotice' && Number(attempt) > 1,
    );
  };
  try {
    await eventually(isHeld, Boolean, 60_000);
    expect((await read(id)).notices).toHaveLength(1);
    expect(mailsAbout(order)).toEqual([]);
    expect(await read(id)).toMatchObject({ state: 'running', attention: null });
  } finally {
    await stage.journal.switchWrites({ ...BY_ADA, on: true });
  }
  expect(await ended(id)).toMatchObject({ state: 'completed', counts: { completed: 2 } });
  expect(mailsAbout(order)).toEqual([2]);
});

it('tells of ten questions what they are: first what went wrong, then what a person is to do', async () => {
  const order = await prepare(1);
  const guided = Array.from({ length: 11 }, (_, nth) => ({
    house: GUIDED_HOUSE,
    eventNumber: String((nextGuided += 1)),
    seen: { ...SEEN, startsAt: `2031-12-${String(nth + 1).padStart(2, '0')}T19:30:00+01:00` },
  }));
  // The later one of all.
  const { eventNumber } = order.items[0]!;
  stage.timing.syncIntervalMs = LONG_MS;
  const { id } = await begin({ ...order, items: [...guided, ...order.items] });
  const isWaiting = ({ items }: SeriesView) =>
    items.some((item) => item.eventNumber === eventNumber && item.step === 'wait-for-title-transfer');
  await once(id, isWaiting);
  await stage.edit(eventNumber, { status: 'Abschluss' });
  await stage.skipWait({ house: 'FSP', eventNumber });
  const view = await once(
    id,
    ({ counts, items }) =>
      // A slow worker does not say in time what its run asks.
      counts.needsAttention === 12 && items.filter(({ attention }) => attention !== null).length >= 10,
  );
  expect(view.items.filter(({ state }) => state === 'needs-attention')).toHaveLength(12);
  const told = view.items.filter(({ attention }) => attention !== null);
  expect(told).toHaveLength(10);
  expect(told.filter(({ attention }) => attention?.code !== 'person-step')).toMatchObject([{ eventNumber }]);
});

describe('what happens to its run', () => {
  it('is terminated: each case tells Ö-Ticket by itself, and the series is taken up again', async () => {
    stage.timing.syncIntervalMs = LONG_MS;
    await setNoticeAfter(1_000);
    const order = await prepare(3);
    const { id } = await begin(order);
    await once(
      id,
      ({ counts, items }) =>
        counts.running === 3 && items.every(({ step }) => step !== null && step !== 'check'),
    );
    await stage.temporal.workflow.getHandle(seriesWorkflowId(id)).terminate('Probe');
    await endWaits(order.items);
    const view = await once(id, ({ counts }) => counts.completed === 3);
    expect(view).toMatchObject({ state: 'interrupted', allowedActions: ['resume'], notices: [] });
    expect(mailsAbout(order)).toEqual([1, 1, 1]);
    expect(await act(id, 'pause')).toMatchObject({ status: 409 });
    expect(await act(id, 'resume')).toMatchObject({ status: 200 });
    expect(await ended(id)).toMatchObject({ state: 'completed', counts: { completed: 3 } });
    expect(mailsAbout(order)).toEqual([1, 1, 1]);
  });

  it('is reset to its first event: nothing is begun, or told, twice', async () => {
    stage.timing.syncIntervalMs = LONG_MS;
    const order = await prepare(3);
    const { id } = await begin(order);
    await once(
      id,
      ({ counts, items }) =>
        counts.running === 3 && items.every(({ step }) => step !== null && step !== 'check'),
    );
    const workflowId = seriesWorkflowId(id);
    const { runId } = await stage.temporal.workflow.getHandle(workflowId).describe();
    await resetToFirstEvent(stage.temporal, workflowId, runId);
    await endWaits(order.items);
    expect(await ended(id)).toMatchObject({ state: 'completed', counts: { completed: 3 } });
    expect(mailsAbout(order)).toEqual([3]);
    for (const { eventNumber } of order.items) {
      const written = await stage.writes(eventNumber);
      expect(written.length).toBe(new Set(written.map((each) => JSON.stringify(each))).size);
    }
  });
});

describe('a run of a case that has not got beyond its check', () => {
  const workflowIdOf = ({ house, eventNumber }: Prepared['items'][number]) =>
    cancellationWorkflowId(house, eventNumber);
  const isThere = async (workflowId: string) =>
    stage.temporal.workflow
      .getHandle(workflowId)
      .describe()
      .then(
        ({ status }) => status.name === 'RUNNING',
        () => false,
      );

  /** Begins a series while Jet does not let a check through. */
  async function beginWithoutJet(count: number) {
    const order = await prepare(count);
    const fault = { operation: 'read-event', kind: 'maintenance', nth: 1, count: 1_000 };
    await stage.simulator.control(
      'POST',
      '/faults',
      order.items.map(({ eventNumber }) => ({ ...fault, eventNumber })),
    );
    const { id } = await begin(order);
    for (const item of order.items) await eventually(() => isThere(workflowIdOf(item)), Boolean);
    return { order, id };
  }

  it('is terminated: the series says so, and that one can be tried again', async () => {
    const { order, id } = await beginWithoutJet(1);
    const [item] = order.items;
    await stage.temporal.workflow.getHandle(workflowIdOf(item!)).terminate('Probe');
    const view = await ended(id);
    expect(view.items[0]).toMatchObject({ state: 'refused', attention: { code: 'run-ended' } });
    await stage.simulator.control('DELETE', '/faults');
    expect(await act(id, 'retry')).toMatchObject({ status: 200 });
    await once(id, ({ state, counts }) => state === 'completed' && counts.completed === 1);
    expect((await stage.read(item!.eventNumber)).status).toBe('CANCELLED');
  });

  it('is not taken for a stranger when the series is reset meanwhile', async () => {
    const { order, id } = await beginWithoutJet(1);
    const workflowId = seriesWorkflowId(id);
    const { runId } = await stage.temporal.workflow.getHandle(workflowId).describe();
    const again = await resetToFirstEvent(stage.temporal, workflowId, runId);
    // It has met its own case, and asks no more about it.
    await eventually(
      () => stage.temporal.workflow.getHandle(workflowId, again).query(seriesQuery),
      ({ begun }) => begun.length === 1,
    );
    expect((await read(id)).counts).toMatchObject({ refused: 0 });
    await stage.simulator.control('DELETE', '/faults');
    expect(await ended(id)).toMatchObject({ counts: { completed: 1 } });
    expect((await stage.read(order.items[0]!.eventNumber)).status).toBe('CANCELLED');
  });
});

describe('its mail', () => {
  it('is in doubt: the series asks, nothing is sent again, and what a person says is believed', async () => {
    stage.mail.answers.push('in-doubt');
    const order = await prepare(2);
    const { id } = await begin(order);
    const asking = await once(id, ({ state }) => state === 'needs-attention');
    expect(asking).toMatchObject({
      attention: { code: 'series-notice' },
      notices: [{ number: 1, outcome: 'in-doubt' }],
      counts: { running: 2 },
    });
    expect(asking.allowedActions).toContain('decide');
    const notice = { house: 'FSP', number: 1 };
    expect(await act(id, 'decide', { notice, choice: 'treat-as-sent' })).toMatchObject({ status: 200 });
    expect(await ended(id)).toMatchObject({
      state: 'completed',
      counts: { completed: 2 },
      notices: [{ number: 1, outcome: 'accepted' }],
    });
    expect(mailsAbout(order)).toEqual([]);
  });

  it('was certainly not sent: the next one tells of the same performances', async () => {
    stage.mail.answers.push('not-sent');
    const order = await prepare(2);
    const { id } = await begin(order);
    expect(await ended(id)).toMatchObject({
      state: 'completed',
      notices: [
        { number: 1, outcome: 'not-sent' },
        { number: 2, outcome: 'accepted' },
      ],
    });
    expect(mailsAbout(order)).toEqual([2]);
  });

  it('does not keep an abort of the series waiting while a mail server is slow', async () => {
    let letGo = () => {};
    stage.mail.held = new Promise((resolve) => (letGo = resolve));
    try {
      const order = await prepare(1);
      const guided = guidedItems(1);
      const { id } = await begin({ ...order, items: [...order.items, ...guided] });
      await eventually(
        () => Promise.resolve(stage.mail.attempts),
        (attempts) => attempts.some((messageId) => messageId.includes(id)),
        60_000,
      );
      // One that has not begun would be left out.
      await stage.until(guided[0]!, ({ attention }) => attention !== null);
      expect(await act(id, 'abort')).toMatchObject({ status: 200 });
      const restoring = await stage.until(guided[0]!, ({ state }) => state === 'aborting');
      expect(restoring.pointOfNoReturnPassed).toBe(false);
    } finally {
      letGo();
      stage.mail.held = Promise.resolve();
    }
  });

  it('is asked for less and less often while the mail server is away', async () => {
    stage.mail.answers.push(...Array.from({ length: 3 }, () => 'not-sent' as const));
    const order = await prepare(1);
    const { id } = await begin(order);
    await ended(id);
    const ats = (await stage.journal.seriesLines(id))
      .filter(({ operation }) => operation === 'send-series-notice')
      .map(({ at }) => Date.parse(at));
    const pauses = ats.slice(1).map((at, nth) => at - ats[nth]!);
    expect(pauses).toHaveLength(3);
    for (const [nth, pauseMs] of pauses.entries()) expect(pauseMs).toBeGreaterThanOrEqual(2_000 * 2 ** nth);
  });

  it('is one mail of a house without a gateway, too, whose clerk does one performance after the other', async () => {
    await setNoticeAfter(LONG_MS);
    const items = guidedItems(2);
    const { id } = await begin({ ...(await prepare(0)), items });
    for (const item of items) await doByHand(item);
    expect(await ended(id)).toMatchObject({
      state: 'completed',
      notices: [
        { number: 1, outcome: 'accepted', eventNumbers: items.map(({ eventNumber }) => eventNumber) },
      ],
    });
  });

  it('leaves out a performance whose status was changed, and that one asks for a person', async () => {
    stage.timing.syncIntervalMs = LONG_MS;
    const order = await prepare(3);
    const { id } = await begin(order);
    const [first] = order.items;
    const changed = first!.eventNumber;
    // Not from Jet: between the write and its read-back, another status is one that the write itself did not reach.
    await endFirstWaits(order.items);
    await stage.edit(changed, { status: 'Verkaufsfreigabe' });
    for (const item of order.items) await stage.skipWait(item);
    const view = await once(id, ({ counts }) => counts.completed === 2 && counts.needsAttention === 1);
    expect(view.items[0]!.attention?.code).toBe('status-changed-after-storno');
    expect(mailsAbout(order)).toEqual([2]);
    await stage.edit(changed, { status: 'Storno' });
    // It begins anew with that save.
    await stage.skipWait(first!);
    expect(await ended(id)).toMatchObject({ state: 'completed', counts: { completed: 3 } });
    expect(mailsAbout(order)).toEqual([2, 1]);
  });
});

it('says in one sentence what is wrong with an order, and begins nothing', async () => {
  const order = await prepare(1);
  const [item] = order.items;
  const twice = await stage.ask('POST', '/v1/series', { body: { ...order, items: [item, item] } });
  expect(twice.status).toBe(422);
  expect(await stage.ask('POST', '/v1/series', { body: { ...order, items: [] } })).toMatchObject({
    status: 422,
  });
  const foreign = { ...order, items: [{ ...item, house: 'NIX' }] };
  expect(await stage.ask('POST', '/v1/series', { body: foreign })).toMatchObject({ status: 404 });
  expect(await stage.ask('GET', '/v1/series/keine')).toMatchObject({ status: 404 });
  expect(await stage.writes(item!.eventNumber)).toEqual([]);
});
