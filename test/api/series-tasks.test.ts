import type { SeriesView } from '../../src/cases/series-view';
import type { CaseWithTasks, SeriesWithTasks } from '../../src/cases/house-tasks';
import type { ShownTask } from '../../src/domain/house-tasks';
import type { SeriesTask } from '../../src/domain/series-tasks';
import { logInByToken } from '../../src/cases/log-in';
import { isChainWhole } from '../../src/journal/chain';
import { createToken, hashToken } from '../../src/settings/tokens';
import { ApiStage } from '../support/api-stage';
import { eventually } from '../support/eventually';

/* The to-do list of a series: once for all of its performances, through the API. */

const clerk = createToken('Kartenbüro FSP', ['FSP']);
const viewer = createToken('Einsicht FSP', ['FSP']);
const stranger = createToken('Kartenbüro LTN', ['LTN']);
const TOKENS = [
  { ...clerk.entry, houses: new Set(['FSP']), role: 'clerk' as const },
  { ...viewer.entry, houses: new Set(['FSP']), role: 'viewer' as const },
  { ...stranger.entry, houses: new Set(['LTN']), role: 'clerk' as const },
];

let stage: ApiStage;

beforeAll(async () => {
  stage = await ApiStage.open({ logIn: logInByToken(TOKENS, hashToken) });
}, 120_000);
afterAll(() => stage.close());

const as = (who = clerk) => ({ headers: { authorization: `Bearer ${who.token}` } });
const read = async (id: string) => (await stage.get<SeriesView>(`/v1/series/${id}`, as())).body;
const tasksOf = async (id: string) =>
  (await stage.get<{ tasks: SeriesTask[] }>(`/v1/series/${id}/tasks`, as())).body.tasks;
const tick = (id: string, task: string, body: object, who = clerk) =>
  stage.ask<{ tasks: SeriesTask[]; code: string }>('POST', `/v1/series/${id}/tasks/${task}`, {
    body: { done: true, ...body },
    ...as(who),
  });
const listOf = async (caseId: string) =>
  (await stage.get<{ tasks: ShownTask[] }>(`/v1/cases/${caseId}/tasks`, as())).body.tasks;
const entryOf = <T extends { id: string }>(tasks: readonly T[], id: string) =>
  tasks.find((task) => task.id === id)!;

async function begin(
  count: number,
  withLast: (eventNumber: string) => Promise<void> = () => Promise.resolve(),
): Promise<SeriesView> {
  const items = [];
  for (let nth = 0; nth < count; nth += 1) {
    const { house, eventNumber, expected } = await stage.prepare();
    items.push({ house, eventNumber, expected });
  }
  await withLast(items.at(-1)!.eventNumber);
  const order = { title: 'Grippe', marker: 'ENTFÄLLT', reason: 'Erkrankung im Ensemble.', items };
  const { body } = await stage.withTiming({ syncIntervalMs: 600_000 }, () =>
    stage.ask<SeriesView>('POST', '/v1/series', { body: order, ...as() }),
  );
  return body;
}

const begun = (id: string, count: number) =>
  eventually(
    () => read(id),
    ({ items }) => items.filter(({ step }) => step === 'wait-for-title-transfer').length === count,
    60_000,
  );

it('stands once for all, is ticked once for all, and each case keeps it in its own lines', async () => {
  const { id } = await begin(3);
  const { items } = await begun(id, 3);
  const before = await tasksOf(id);
  expect(before.map((task) => task.id)).toEqual((await listOf(items[0]!.caseId)).map((task) => task.id));
  expect(entryOf(before, 'website')).toMatchObject({ house: 'FSP', isForAll: true, done: null });
  expect(entryOf(before, 'website').items).toHaveLength(3);

  const { status, body } = await tick(id, 'website', { note: 'Frau Huber' });
  expect([status, entryOf(body.tasks, 'website').done]).toEqual([
    200,
    expect.objectContaining({ by: 'Kartenbüro FSP', note: 'Frau Huber' }),
  ]);
  for (const { caseId } of items) {
    expect(entryOf(await listOf(caseId), 'website').done).toMatchObject({ note: 'Frau Huber' });
    const lines = await stage.journal.entries(caseId);
    expect(lines.filter(({ kind }) => kind === 'task')).toHaveLength(1);
    expect(isChainWhole(lines)).toBe(true);
  }
  // Again the same is not written again.
  await tick(id, 'website', { note: 'Frau Huber' });
  expect(
    (await stage.journal.seriesLines(id)).filter(({ operation }) => operation === 'tick-task'),
  ).toHaveLength(1);

  const back = await tick(id, 'website', { done: false });
  expect(entryOf(back.body.tasks, 'website').done).toBeNull();
  for (const { caseId } of items) expect(entryOf(await listOf(caseId), 'website').done).toBeNull();
});

it('a tick of one performance is that one alone, here and there', async () => {
  const { id } = await begin(2);
  const { items } = await begun(id, 2);
  const [one, other] = items;
  await tick(id, 'subscriptions', { eventNumbers: [one!.eventNumber] });
  const { done, items: parts } = entryOf(await tasksOf(id), 'subscriptions');
  expect([done, parts.map((part) => part.done !== null)]).toEqual([null, [true, false]]);
  await stage.ask('POST', `/v1/cases/${other!.caseId}/tasks/subscriptions`, {
    body: { done: true },
    ...as(),
  });
  expect(entryOf(await tasksOf(id), 'subscriptions').done).not.toBeNull();
});

it('holds for a performance that begins after the tick', async () => {
  // The last one does not get through its check before, however late the pause comes.
  const check = { operation: 'read-event', kind: 'maintenance', nth: 1, count: 1_000 };
  const { id } = await begin(24, (eventNumber) =>
    stage.simulator.control('POST', '/faults', [{ ...check, eventNumber }]),
  );
  const act = (action: string) =>
    stage.ask('POST', `/v1/series/${id}/${action}`, { body: { reason: 'Probe' }, ...as() });
  await eventually(
    () => tasksOf(id),
    (tasks) => tasks.length > 0,
    60_000,
  );
  expect(await act('pause')).toMatchObject({ status: 200 });
  const paused = await read(id);
  expect(paused.counts.waiting).toBeGreaterThan(0);
  await tick(id, 'front-of-house', { note: 'telefonisch' });
  await stage.simulator.control('DELETE', '/faults');
  expect(await act('continue')).toMatchObject({ status: 200 });
  const { items } = await begun(id, 24);
  for (const { caseId } of items)
    expect(entryOf(await listOf(caseId), 'front-of-house').done).toMatchObject({
      by: 'Kartenbüro FSP',
      note: 'telefonisch',
    });
  const last = await stage.journal.entries(items.at(-1)!.caseId);
  expect(last.findIndex(({ kind }) => kind === 'task')).toBe(1);
  expect(entryOf(await tasksOf(id), 'front-of-house').done).not.toBeNull();
});

it('is no affair of whoever may only look, or belongs to another house', async () => {
  const { id } = await begin(1);
  await begun(id, 1);
  expect(await tick(id, 'website', {}, viewer)).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
  expect(await tick(id, 'website', {}, stranger)).toMatchObject({ status: 404 });
  expect(await tick(id, 'no-such-task', {})).toMatchObject({ status: 404, body: { code: 'task-not-found' } });
  expect(entryOf(await tasksOf(id), 'website').done).toBeNull();
});

it('is one entry among all that is open, and its performances are none', async () => {
  const { id } = await begin(2);
  const { items } = await begun(id, 2);
  const { body } = await stage.get<{ cases: CaseWithTasks[]; series: SeriesWithTasks[] }>('/v1/tasks', as());
  const own = body.series.find((each) => each.id === id);
  expect(own).toMatchObject({ title: 'Grippe', links: { page: `/serien/${id}` } });
  expect(own!.tasks.map((task) => task.items.length)).toEqual(own!.tasks.map(() => 2));
  const caseIds = items.map(({ caseId }) => caseId);
  expect(body.cases.filter(({ caseId }) => caseIds.includes(caseId))).toEqual([]);
});
