import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../src/api/app';
import { logInByToken } from '../../src/cases/log-in';
import type { CancellationView } from '../../src/cases/view';
import { consolePages } from '../../src/console/console';
import type { Order } from '../../src/domain/types';
import { loadHouses } from '../../src/settings/houses';
import { hashToken } from '../../src/settings/tokens';
import { ApiStage } from '../support/api-stage';
import { issueToken } from '../support/callers';
import { consoleSession } from '../support/console-session';
import { resetToFirstEvent } from '../support/reset';
import { eventually } from '../support/eventually';

/* Four eyes through the doors of the API and the console, in a house that wants them. */

const CALLERS = {
  clerk: issueToken('Karl Kassa', ['FSP'], 'clerk'),
  lead: issueToken('Lea Leitung', ['FSP'], 'lead'),
  other: issueToken('Otto Oberleitung', ['FSP'], 'lead'),
};
type Who = keyof typeof CALLERS;

let stage: ApiStage;
let app: FastifyInstance;
/** The same, where people log in themselves. */
let withPeople: FastifyInstance;

beforeAll(async () => {
  const logIn = logInByToken(
    Object.values(CALLERS).map(({ known }) => known),
    hashToken,
  );
  const houses = new Map(loadHouses(null));
  const approval = { needed: 'always', expiresMs: 3_600_000, to: ['leitung@fsp.example'] } as const;
  houses.set('FSP', { ...houses.get('FSP')!, approval: { ...approval, to: [...approval.to] } });
  stage = await ApiStage.open({ logIn, houses });
  const pages = () => consolePages({ ...stage.deps, ...consoleSession(stage.deps) });
  app = await buildApp(stage.deps, pages());
  withPeople = await buildApp({ ...stage.deps, arePeopleKnown: true }, pages());
}, 120_000);
afterAll(async () => {
  await withPeople.close();
  await app.close();
  await stage.close();
});

const call = (who: Who, method: 'GET' | 'POST', path: string, body?: object, at = app) =>
  at.inject({
    method,
    url: `/v1/cancellations${path}`,
    headers: CALLERS[who].headers,
    ...(body && { payload: body }),
  });

const viewOf = async (of: Order, who: Who = 'lead') =>
  (await call(who, 'GET', `/${of.house}/${of.eventNumber}`)).json<CancellationView>();

/** The case as the run itself tells it: the journal is ahead of it, and names no action. */
const awaiting = (of: Order, who: Who = 'lead') =>
  eventually(
    () => viewOf(of, who),
    ({ state, stale }) => state === 'awaiting-approval' && !stale,
  );

async function asked(by: Who = 'clerk') {
  const order = await stage.prepare();
  expect((await call(by, 'POST', '', order)).statusCode).toBe(202);
  const view = await awaiting(order);
  return { order, view, path: `/${order.house}/${order.eventNumber}`, planHash: view.approval!.planHash };
}

it('waits, says so everywhere, and is begun when another person has said yes', async () => {
  const { order, path, planHash, view } = await asked();
  expect(view.allowedActions).toEqual(['abort', 'approve', 'reject', 'override']);
  expect((await awaiting(order, 'clerk')).allowedActions).toEqual(['abort']);
  const listed = await call('lead', 'GET', '?state=awaiting-approval');
  expect(listed.json<{ cancellations: { eventNumber: string }[] }>().cancellations).toMatchObject([
    { eventNumber: order.eventNumber, state: 'awaiting-approval' },
  ]);
  expect(await stage.writes(order.eventNumber)).toEqual([]);

  const refused = await call('clerk', 'POST', `${path}/approve`, { planHash });
  expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([403, 'not-allowed']);
  const stale = await call('lead', 'POST', `${path}/approve`, { planHash: 'another' });
  expect([stale.statusCode, stale.json<{ code: string }>().code]).toEqual([409, 'plan-changed']);
  const done = await call('lead', 'POST', `${path}/approve`, { planHash });
  expect(done.statusCode).toBe(200);
  expect(done.json<CancellationView>().approval?.decision).toMatchObject({
    kind: 'approved',
    by: 'Lea Leitung',
    reason: 'Freigegeben.',
  });
  await eventually(
    () => viewOf(order),
    ({ state }) => state === 'completed',
  );
  // The mail at the order goes out beside the steps.
  await stage.untilClosed(order);
  const twoAccesses = 'durch zwei Zugänge, Personen nicht geprüft';
  expect((await call('lead', 'GET', `${path}/protocol`)).body).toContain(twoAccesses);
  expect(stage.mail.alerts.some(({ text }) => text.includes(twoAccesses))).toBe(true);
});

it('is not approved by the lead who ordered it, but by another one', async () => {
  const { path, planHash, order } = await asked('lead');
  const own = await call('lead', 'POST', `${path}/approve`, { planHash });
  expect([own.statusCode, own.json<{ code: string }>().code]).toEqual([403, 'own-order']);
  expect((await call('other', 'POST', `${path}/approve`, { planHash })).statusCode).toBe(200);
  await eventually(
    () => viewOf(order),
    ({ state }) => state !== 'awaiting-approval',
  );
});

it('is decided by no program where people log in themselves', async () => {
  const { path, planHash } = await asked();
  for (const [word, body] of [
    ['approve', { planHash }],
    ['reject', { reason: 'Nein' }],
    ['override', { reason: 'Brand' }],
  ] as const) {
    const answer = await call('lead', 'POST', `${path}/${word}`, body, withPeople);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([403, 'person-needed']);
  }
  expect((await call('lead', 'POST', `${path}/reject`, { reason: 'Es wird doch gespielt' })).statusCode).toBe(
    200,
  );
});

it('is asked for once, also where its run was reset', async () => {
  const { order, path, planHash, view } = await asked();
  const newRun = await resetToFirstEvent(stage.temporal, view.workflowId, view.runId!);
  await eventually(
    () => viewOf(order),
    ({ runId, state, stale }) => runId === newRun && state === 'awaiting-approval' && !stale,
  );
  expect((await call('lead', 'POST', `${path}/approve`, { planHash })).statusCode).toBe(200);
  await eventually(
    () => viewOf(order),
    ({ state }) => state === 'completed',
  );
  const lines = await stage.journal.linesOfEvent(order.house, order.eventNumber);
  expect(lines.filter(({ operation }) => operation === 'request-approval')).toHaveLength(1);
});

it('is free to be ordered again once it was rejected, and its Protokoll says by whom', async () => {
  const { path, order } = await asked();
  await call('lead', 'POST', `${path}/reject`, { reason: 'Es wird doch gespielt' });
  await eventually(
    () => viewOf(order),
    ({ state }) => state === 'refused',
  );
  // Until then its run holds the event.
  await stage.untilClosed(order);
  const view = await viewOf(order);
  expect(view).toMatchObject({ refusal: { code: 'rejected' }, approval: { decision: { kind: 'rejected' } } });
  expect(view.notes.join(' ')).toContain('Lea Leitung');
  const protocol = await call('lead', 'GET', `${path}/protocol`);
  expect(protocol.statusCode).toBe(200);
  expect(protocol.body).toContain('Es wird doch gespielt');
  expect((await call('clerk', 'POST', '', order)).statusCode).toBe(202);
});

it('stands in the list of approvals of whoever may decide, with its count on every page', async () => {
  const { order, path } = await asked();
  const page = await app.inject({ url: '/anmelden' });
  const cookies = Object.fromEntries(page.cookies.map(({ name, value }) => [name, value]));
  const _csrf = /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
  const entered = await app.inject({
    ...{ method: 'POST', url: '/anmelden', cookies },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ _csrf, token: CALLERS.lead.token }).toString(),
  });
  const session = Object.fromEntries(entered.cookies.map(({ name, value }) => [name, value]));
  const inbox = await app.inject({ url: '/freigaben', cookies: session });
  expect(inbox.statusCode).toBe(200);
  expect(inbox.body).toContain(`FSP ${order.eventNumber}`);
  expect(inbox.body).toMatch(/Freigaben \([1-9]\d*\)/);
  expect((await call('lead', 'POST', `${path}/reject`, { reason: 'Nein' })).statusCode).toBe(200);
});
