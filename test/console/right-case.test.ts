import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { buildApp } from '../../src/api/app';
import type { CancellationView } from '../../src/cases/view';
import { consolePages } from '../../src/console/console';
import { casePage } from '../../src/domain/addresses';
import type { Order } from '../../src/domain/types';
import { ApiStage } from '../support/api-stage';
import { consoleSession } from '../support/console-session';

let stage: ApiStage;
let app: FastifyInstance;
let order: Order;
let earlier: CancellationView;
let later: CancellationView;
/** The page of the first case, opened while it waited and never loaded again. */
let oldPage: LightMyRequestResponse;

beforeAll(async () => {
  stage = await ApiStage.open();
  app = await buildApp(stage.deps, consolePages({ ...stage.deps, ...consoleSession(stage.deps) }));
  order = await stage.prepare();
  earlier = await stage.startWaiting(order);
  oldPage = await app.inject(casePage(order));
  expect((await press(oldPage, 'abort', 'Es wird doch gespielt.')).statusCode).toBe(303);
  await stage.untilState(order, 'aborted');
  later = await stage.startWaiting(order);
});
afterAll(async () => {
  await app.close();
  await stage.close();
});

interface Form {
  action: string;
  fields: Record<string, string>;
}

/** The form of an action with all that it holds, as a browser would send it. */
function formOf({ body }: LightMyRequestResponse, action: string): Form {
  const form = new RegExp(`<form id="formular-${action}[^>]*action="([^"]+)"[^>]*>(.*?)</form>`, 's').exec(
    body,
  );
  if (!form) throw new Error(`there is no form for ${action}`);
  const hidden = [...form[2]!.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return { action: form[1]!, fields: Object.fromEntries(hidden.map(([, name, value]) => [name, value])) };
}

function press(page: LightMyRequestResponse, action: string, reason: string, url?: string) {
  const form = formOf(page, action);
  return app.inject({
    method: 'POST',
    url: url ?? form.action,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    cookies: Object.fromEntries(page.cookies.map(({ name, value }) => [name, value])),
    payload: new URLSearchParams({ ...form.fields, reason }).toString(),
  });
}

async function expectUntouched(): Promise<void> {
  expect(await stage.view(order)).toMatchObject({ caseId: later.caseId, state: 'waiting' });
}

it('every form names the case that its page shows', async () => {
  const { body } = await app.inject(casePage(order));
  const forms = [...body.matchAll(/<form id="formular-.*?<\/form>/gs)].map(([form]) => form);
  expect(forms.length).toBeGreaterThan(1);
  for (const form of forms) {
    expect(form).toContain(`action="${casePage(later)}/`);
    expect(form).toContain(`name="caseId" value="${later.caseId}"`);
  }
});

// Used to abort the second case.
it.each<[string, () => string | undefined]>([
  ['to its own address', () => undefined],
  ['to the address of the event, as its hidden field names the case', () => `${casePage(order)}/abort`],
])('a form of an old page does nothing to a later case of the event, sent %s', async (_where, urlOf) => {
  const answer = await press(oldPage, 'abort', 'Nicht mehr nötig.', urlOf());
  expect(answer.statusCode).toBe(409);
  expect(answer.body).toContain('Das wurde nicht ausgeführt:');
  expect(answer.body).toContain(`Fall ${later.caseId}`);
  // The page of the case that was meant, with no form that would reach the other one.
  expect(answer.body).toContain(`<p class="quiet">Fall ${earlier.caseId}</p>`);
  expect(answer.body).not.toContain('formular-');
  await expectUntouched();
});

it('the page of an earlier case shows its own end, offers nothing, and leads to the present case', async () => {
  const { statusCode, body } = await app.inject(casePage(earlier));
  expect(statusCode).toBe(200);
  expect(body).toContain('Absage abgebrochen');
  expect(body).toContain(`<a href="${casePage(later)}">Zur jetzigen Absage</a>`);
  expect(body).not.toMatch(/formular-|Neu absagen/);
  expect(body).toContain(`href="${casePage(earlier)}/protokoll.pdf"`);
});

it('an aborted case that is the newest offers to order anew', async () => {
  const again = await stage.prepare();
  const aborted = await stage.startWaiting(again);
  await stage.post(`/v1/cases/${aborted.caseId}/abort`, { reason: 'Doch nicht.' });
  await stage.untilState(again, 'aborted');
  const { body } = await app.inject(casePage(aborted));
  expect(body).toContain('Neu absagen');
  expect(body).not.toContain('Zur jetzigen Absage');
});

it('each card of the overview opens its own case', async () => {
  const { body } = await app.inject('/');
  for (const { caseId } of [earlier, later])
    expect(body).toContain(`<a href="${casePage({ ...order, caseId })}">`);
});

it.each(['protokoll', 'protokoll.json'])('the %s of an earlier case is its own', async (name) => {
  const { statusCode, body } = await app.inject(`${casePage(earlier)}/${name}`);
  expect(statusCode).toBe(200);
  expect(body).toContain(earlier.caseId);
  expect(body).not.toContain(later.caseId);
});

it('the stream of an earlier case ends with its own end', async () => {
  const { body } = await app.inject({
    url: `/live?seite=${casePage(earlier)}`,
    headers: { accept: 'text/event-stream' },
  });
  expect(body).toContain('Absage abgebrochen');
  expect(body).not.toContain('Wartezeit bis');
});

it('an action leads back to the page of its case', async () => {
  const fresh = await stage.prepare();
  const view = await stage.startWaiting(fresh);
  const answer = await press(await app.inject(casePage(view)), 'abort', 'Doch nicht.');
  expect([answer.statusCode, answer.headers.location]).toEqual([303, casePage(view)]);
});

it.each([
  ['of another event', () => casePage({ house: 'FSP', eventNumber: '700149', caseId: earlier.caseId })],
  ['that is not known', () => casePage({ ...order, caseId: '7d2f7c1e-52f2-4a2a-9f3e-0d6c1c9b0a11' })],
  ['that is none', () => `${casePage(order)}/7d2f`],
])('a case %s has no page', async (_what, urlOf) => {
  for (const part of ['', '/protokoll']) {
    const { statusCode, headers } = await app.inject(`${urlOf()}${part}`);
    expect([statusCode, headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
  }
});
