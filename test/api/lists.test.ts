import { openingOf } from '../../src/domain/lines';
import { randomUUID } from 'node:crypto';
import type { ListedEvent } from '../../src/cases/events';
import type { ListedCancellation } from '../../src/cases/lists';
import type { ProblemBody } from '../../src/cases/problems';
import type { JetEvent, Order } from '../../src/domain/types';
import { anInput, anOrder } from '../support/examples';
import { ApiStage } from '../support/api-stage';
import { eventually } from '../support/eventually';

/** Enough cases for more than three pages. */
const OLD_CASES = 310;

let stage: ApiStage;
/** An event whose case is older than all the others. */
let farBack: JetEvent;
const orders: Record<'completed' | 'waiting' | 'refused' | 'terminated' | 'checking', Order> = {} as never;

beforeAll(async () => {
  stage = await ApiStage.open();
  farBack = await stage.event({ title: 'Nathan der Weise' });
  await writeRefusal('FSP', farBack.eventNumber);
  for (let index = 0; index < OLD_CASES; index += 1) await writeRefusal('FSP', String(300_000 + index));
  await writeRefusal('LTN', '205101');
  orders.completed = await stage.prepare({
    event: await stage.event({ startsAt: '2031-03-01T23:30:00.000Z' }),
  });
  orders.waiting = await stage.prepare();
  orders.refused = await stage.prepare({ event: await stage.event({ status: 'Abschluss' }) });
  orders.terminated = await stage.prepare();
  await stage.carryOut(orders.completed);
  await stage.carryOut(orders.refused, 'refused');
  await stage.startWaiting(orders.terminated);
  await stage.handle(orders.terminated).terminate('from the Web UI');
  await stage.startWaiting(orders.waiting);
});
afterAll(() => stage.close());

/** Writes a refused case as the check would leave it. */
async function writeRefusal(house: string, eventNumber: string): Promise<void> {
  const caseId = randomUUID();
  const input = anInput({ caseId, order: anOrder({ house, eventNumber }) });
  await stage.journal.append(
    { caseId, house, eventNumber },
    {
      actor: 'test',
      actorId: 'token:test',
      kind: 'refusal',
      step: 'check',
      operation: 'check',
      effectKey: 'refusal',
      after: { input, event: null, refusal: { code: 'event-not-found', text: '' }, warnings: [] },
      outcome: 'event-not-found',
    },
  );
}

interface Page {
  cancellations: ListedCancellation[];
  nextCursor: string | null;
}

const list = (query: Record<string, string> = {}) =>
  stage.get<Page & ProblemBody>(`/v1/cancellations?${new URLSearchParams(query)}`);
const rowsOf = async (query: Record<string, string>) => (await list(query)).body.cancellations;
const numbersOf = async (query: Record<string, string>) =>
  (await rowsOf(query)).map(({ eventNumber }) => eventNumber);
/** Waits for the rows, because Temporal's lists are a moment behind. */
const seeRows = (query: Record<string, string>) =>
  eventually(
    () => rowsOf(query),
    (rows) => rows.length > 0,
  );

it('shows the newest case first, each with its state', async () => {
  for (const state of ['interrupted', 'waiting']) await seeRows({ state });
  const rows = (await rowsOf({ house: 'FSP' })).slice(0, 4);
  expect(rows.map(({ eventNumber, state }) => [eventNumber, state])).toEqual([
    [orders.waiting.eventNumber, 'waiting'],
    [orders.terminated.eventNumber, 'interrupted'],
    [orders.refused.eventNumber, 'refused'],
    [orders.completed.eventNumber, 'completed'],
  ]);
});

it('shows a row as the view is, without steps and texts', async () => {
  const [row] = await rowsOf({ state: 'waiting' });
  const view = await stage.view(orders.waiting);
  expect(row).toEqual({
    house: 'FSP',
    eventNumber: view.eventNumber,
    state: 'waiting',
    step: 'wait-for-title-transfer',
    pointOfNoReturnPassed: false,
    caseId: view.caseId,
    orderedBy: 'rehearsal',
    orderedAt: openingOf(await stage.journal.entries(view.caseId))?.input.orderedAt,
    needsAttention: false,
    title: view.event?.title.before,
    startsAt: view.event?.startsAt,
    venue: 'Großer Saal',
    links: view.links,
    workflowId: view.workflowId,
    runId: view.runId,
    rehearsal: true,
  });
});

it('lists one house only, however far back', async () => {
  expect(await rowsOf({ house: 'LTN' })).toMatchObject([{ house: 'LTN', eventNumber: '205101' }]);
});

it('lists one state only, however far back', async () => {
  const byState = async (state: string) => numbersOf({ house: 'FSP', state });
  expect(await byState('completed')).toEqual([orders.completed.eventNumber]);
  expect(await byState('needs-attention')).toEqual([]);
});

it.each([
  'state=waiting,interrupted',
  'state=waiting&state=interrupted',
  'state=interrupted,waiting,waiting',
])('lists several states together: %s', async (query) => {
  const { body } = await stage.get<Page>(`/v1/cancellations?house=FSP&${query}`);
  expect(body.cancellations.map(({ eventNumber, state }) => [eventNumber, state])).toEqual([
    [orders.waiting.eventNumber, 'waiting'],
    [orders.terminated.eventNumber, 'interrupted'],
  ]);
});

it('lists done and not done together', async () => {
  const states = ['completed', 'waiting', 'interrupted'];
  expect(await numbersOf({ house: 'FSP', state: states.join(',') })).toEqual([
    orders.waiting.eventNumber,
    orders.terminated.eventNumber,
    orders.completed.eventNumber,
  ]);
});

it.each(['waiting,', 'waiting,fertig', ''])('does not know the states %j', async (state) => {
  const { status, body } = await list({ state });
  expect([status, body.errors?.[0]?.path]).toEqual([422, 'state']);
});

describe('the journal is asked once', () => {
  let cases: jest.SpyInstance;
  beforeEach(() => (cases = jest.spyOn(stage.journal, 'cases')));
  afterEach(() => cases.mockRestore());

  it('for the few that have not ended, however many have', async () => {
    expect(await numbersOf({ house: 'FSP', state: 'waiting' })).toEqual([orders.waiting.eventNumber]);
    expect(cases).toHaveBeenCalledTimes(1);
  });

  it('for the one that has ended otherwise than all the others', async () => {
    expect(await numbersOf({ house: 'FSP', state: 'completed' })).toEqual([orders.completed.eventNumber]);
    expect(cases).toHaveBeenCalledTimes(1);
  });

  it('for the states of a page of events, however far back', async () => {
    await stage.get('/v1/events?house=FSP&text=Nathan');
    expect(cases).toHaveBeenCalledTimes(1);
  });
});

// Temporal's lists show a new run a little later than it runs.
it('does not call a case interrupted that has only just begun', async () => {
  const order = await stage.prepare();
  const { caseId, runId } = await stage.startWaiting(order);
  const listOpen = jest.spyOn(stage.deps.client, 'listOpen').mockResolvedValue([]);
  const [newest] = await rowsOf({ house: 'FSP' });
  listOpen.mockRestore();
  expect(newest).toMatchObject({ caseId, runId, state: 'waiting' });
  await stage.post(`/v1/cancellations/FSP/${order.eventNumber}/abort`, { reason: 'Probe' });
});

it('lists performances of one day, in Vienna', async () => {
  // In UTC this is 23.30 of the day before.
  expect(await numbersOf({ from: '2031-03-02', to: '2031-03-02' })).toEqual([orders.completed.eventNumber]);
  expect(await numbersOf({ from: '2031-03-01', to: '2031-03-01' })).toEqual([]);
});

it('lists what needs a person', async () => {
  const order = await stage.prepare();
  const fault = { operation: 'save-announcement', kind: 'truncate-value', eventNumber: order.eventNumber };
  await stage.simulator.control('POST', '/faults', [fault]);
  await stage.carryOut(order, 'needs-attention');
  expect(await seeRows({ needsAttention: 'true' })).toMatchObject([
    { eventNumber: order.eventNumber, state: 'needs-attention', step: 'mark-titles' },
  ]);
  expect(await numbersOf({ house: 'FSP', needsAttention: 'false' })).not.toContain(order.eventNumber);
});

it('shows every case once, page by page', async () => {
  const seen: (string | null)[] = [];
  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages += 1) {
    const { status, body }: { status: number; body: Page } = await list(cursor ? { cursor } : {});
    expect(status).toBe(200);
    seen.push(...body.cancellations.map(({ caseId }) => caseId));
    cursor = body.nextCursor;
  }
  expect(pages).toBe(4);
  expect(seen.length).toBeGreaterThan(OLD_CASES + 4);
  expect(new Set(seen).size).toBe(seen.length);
});

it.each(['xyz', Buffer.from('2026').toString('base64url'), '%'])(
  'does not know the cursor %s',
  async (cursor) => {
    const { status, body } = await list({ cursor });
    expect([status, body.code]).toEqual([422, 'invalid-value']);
    expect(body.errors).toEqual([{ path: 'cursor', text: 'ist unbekannt' }]);
  },
);

it('does not find a house that is not configured', async () => {
  expect(await list({ house: 'NIX' })).toMatchObject({ status: 404, body: { code: 'house-not-found' } });
});

it('lists a run that has not got beyond the check', async () => {
  const order = await stage.prepare();
  const fault = { operation: 'read-event', kind: 'error-500', eventNumber: order.eventNumber };
  await stage.simulator.control('POST', '/faults', [fault]);
  // It asks for nobody, however long it takes until the lists show it.
  await stage.start(order, { attentionAfterMs: 600_000 });
  expect(await seeRows({ state: 'checking' })).toMatchObject([
    { eventNumber: order.eventNumber, step: 'check', title: order.expected.title, orderedBy: null },
  ]);
});

it('shows with an event the state of its case, however many are newer', async () => {
  const { body } = await stage.get<{ events: ListedEvent[] }>('/v1/events?house=FSP&text=Nathan');
  expect(body.events).toMatchObject([{ eventNumber: farBack.eventNumber, cancellation: 'refused' }]);
});
