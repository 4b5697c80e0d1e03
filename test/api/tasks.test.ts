import type { CancellationView } from '../../src/cases/view';
import type { ShownTask } from '../../src/domain/house-tasks';
import type { Order } from '../../src/domain/types';
import { isChainWhole } from '../../src/journal/chain';
import { ApiStage } from '../support/api-stage';

let stage: ApiStage;

beforeAll(async () => {
  stage = await ApiStage.open();
}, 120_000);
afterAll(() => stage.close());

type List = { tasks: ShownTask[] };
const byEvent = ({ house, eventNumber }: Order) => `/v1/cancellations/${house}/${eventNumber}`;
const doneIn = ({ tasks }: List, id: string) => tasks.find((task) => task.id === id)?.done;

/** A case in its first wait, and the address that is its own. */
async function waiting(): Promise<{ order: Order; view: CancellationView; path: string }> {
  const order = await stage.prepare();
  const view = await stage.startWaiting(order);
  return { order, view, path: `/v1/cases/${view.caseId}` };
}

it('is there from the minute of the order, in the view and by itself, by both addresses', async () => {
  const { order, view, path } = await waiting();
  expect(view.tasks?.map(({ id }) => id)).toEqual([
    'front-of-house',
    'own-buyers',
    'subscriptions',
    'website',
    'parking',
    'service-mail-confirmed',
    'refund-instructed-elsewhere',
  ]);
  for (const address of [path, byEvent(order)])
    expect((await stage.get<List>(`${address}/tasks`)).body).toEqual({ tasks: view.tasks });
});

it('a tick is a line of its own, with who and when, which holds up nothing', async () => {
  const { order, view, path } = await waiting();
  const { status, body } = await stage.post<List>(`${path}/tasks/website`, {
    done: true,
    note: 'Frau Huber',
  });
  expect(status).toBe(200);
  expect(doneIn(body, 'website')).toMatchObject({ by: 'rehearsal', note: 'Frau Huber' });
  const entries = await stage.journal.entries(view.caseId);
  expect(entries.at(-1)).toMatchObject({ kind: 'task', actor: 'rehearsal', actorId: 'rehearsal:rehearsal' });
  await stage.skipWait(order);
  await stage.until(order, ({ step }) => step === 'wait-for-storno-transfer');
  await stage.skipWait(order);
  const ended = await stage.untilState(order, 'completed');
  expect(doneIn(ended as List, 'website')).toMatchObject({ note: 'Frau Huber' });
  expect(isChainWhole(await stage.journal.entries(view.caseId))).toBe(true);
});

it('can be ticked after the end, and taken back; what is so already is not written again', async () => {
  const order = await stage.prepare();
  await stage.start(order);
  const { caseId } = await stage.untilState(order, 'completed');
  const tick = (body: object) => stage.post<List>(`/v1/cases/${caseId}/tasks/service-mail-confirmed`, body);
  const before = (await stage.journal.entries(caseId)).length;
  const answer = { done: true, note: 'Gesendet um 19.02 Uhr, 412 Käufer:innen' };
  for (let nth = 1; nth <= 3; nth += 1) await tick(answer);
  expect(await stage.journal.entries(caseId)).toHaveLength(before + 1);
  expect(doneIn((await tick({ done: false })).body, 'service-mail-confirmed')).toBeNull();
  expect(doneIn((await tick(answer)).body, 'service-mail-confirmed')).toMatchObject({ note: answer.note });
  expect(await stage.journal.entries(caseId)).toHaveLength(before + 3);
});

it('two ticks at the same moment are both written, one after the other', async () => {
  const { path, view } = await waiting();
  const notes = ['eins', 'zwei', 'drei', 'vier'];
  const answers = await Promise.all(
    notes.map((note) => stage.post<List>(`${path}/tasks/website`, { done: true, note })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const ticks = (await stage.journal.entries(view.caseId)).filter(({ kind }) => kind === 'task');
  expect(ticks.map(({ effectKey }) => effectKey)).toEqual([1, 2, 3, 4].map((nth) => `tick/website/${nth}`));
});

it.each([
  ['an entry that the list does not have', 'brew-coffee', { done: true }, 404, 'task-not-found'],
  ['an answer that is none', 'website', { done: 'yes' }, 400, 'malformed-request'],
  ['a note with control characters', 'website', { done: true, note: 'a\u001bb' }, 422, 'invalid-value'],
  ['an empty note', 'website', { done: true, note: '  ' }, 422, 'invalid-value'],
])('refuses %s, and writes nothing', async (_what, id, body, status, code) => {
  const { path, view } = await waiting();
  const before = await stage.journal.entries(view.caseId);
  const answer = await stage.post<{ code: string }>(`${path}/tasks/${id}`, body);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(await stage.journal.entries(view.caseId)).toEqual(before);
});

// A page that was opened before the abort used to be refused, and whom the clerk had told was forgotten.
it('after an abort takes what was done for the cancellation, and asks to take that back', async () => {
  const { order, path } = await waiting();
  await stage.post(`${byEvent(order)}/abort`, { reason: 'Es wird doch gespielt.' });
  await stage.untilState(order, 'aborted');
  const ticked = await stage.post<List>(`${path}/tasks/own-buyers`, {
    done: true,
    note: 'alle 40 angerufen',
  });
  expect(ticked.status).toBe(200);
  const undo = ticked.body.tasks.find(({ id }) => id === 'undo-own-buyers');
  expect(undo).toMatchObject({ done: null });
  expect(undo?.text).toMatch(
    /^Es wird doch gespielt: .* Von der Absage verständigt hat: Unbekannt \(alle 40 angerufen\)\.$/,
  );
});

it('has none for a refused case, and 404 for one that is not there', async () => {
  const order = await stage.prepare({ event: await stage.event({ status: 'Abschluss' }) });
  await stage.post('/v1/cancellations', order);
  const refused = await stage.untilState(order, 'refused');
  expect(refused.tasks).toBeNull();
  expect((await stage.get<List>(`${byEvent(order)}/tasks`)).body).toEqual({ tasks: [] });
  const nobody = '/v1/cases/00000000-0000-4000-8000-000000000000/tasks';
  expect((await stage.get(nobody)).status).toBe(404);
  expect((await stage.post(`${nobody}/website`, { done: true })).status).toBe(404);
});

it('the overview names the open ones of all cases, and no done one', async () => {
  const { path, view } = await waiting();
  await stage.post(`${path}/tasks/website`, { done: true });
  const { body } = await stage.get<{ cases: { caseId: string; tasks: ShownTask[] }[] }>(
    '/v1/tasks?house=FSP',
  );
  const listed = body.cases.find(({ caseId }) => caseId === view.caseId);
  expect(listed?.tasks.map(({ id }) => id)).toContain('front-of-house');
  expect(listed?.tasks.map(({ id }) => id)).not.toContain('website');
  expect((await stage.get('/v1/tasks?house=NIX')).status).toBe(404);
});
