import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../src/api/app';
import { consolePages } from '../../src/console/console';
import type { Order } from '../../src/domain/types';
import { consoleSession } from '../support/console-session';
import { ApiStage } from '../support/api-stage';

/* The to-do list as a clerk uses it, without JavaScript: forms and pages. */

let stage: ApiStage;
let app: FastifyInstance;

beforeAll(async () => {
  stage = await ApiStage.open();
  app = await buildApp(stage.deps, consolePages({ ...stage.deps, ...consoleSession(stage.deps) }));
}, 120_000);
afterAll(async () => {
  await app.close();
  await stage.close();
});

async function waiting(): Promise<{ order: Order; address: string }> {
  const order = await stage.prepare();
  const { caseId } = await stage.startWaiting(order);
  return { order, address: `/absagen/${order.house}/${order.eventNumber}/${caseId}` };
}

async function list(address: string): Promise<string> {
  const { body } = await app.inject(address);
  const from = body.indexOf('id="aufgaben"');
  return body.slice(from, body.indexOf('</section>', from));
}

/** Sends one form of the page as a browser does: with the secret of the page and its cookie. */
async function press(address: string, task: string, fields: Record<string, string> = {}) {
  const page = await app.inject(address);
  const csrf = /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
  const cookies = Object.fromEntries(page.cookies.map(({ name, value }) => [name, value]));
  return app.inject({
    method: 'POST',
    url: `${address}/aufgaben/${task}`,
    cookies,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ _csrf: csrf, done: 'true', ...fields }).toString(),
  });
}

it('stands on the page from the first minute, with what is done of it', async () => {
  const { address } = await waiting();
  const section = await list(address);
  expect(section).toContain('Das ist inzwischen zu tun');
  expect(section).toContain('0 von 7 erledigt.');
  expect(section).toContain('Einlass, Besucherdienst und Gastronomie verständigen.');
});

it('is ticked with one press, shows by whom and when, and can be taken back', async () => {
  const { address } = await waiting();
  const pressed = await press(address, 'front-of-house');
  expect([pressed.statusCode, pressed.headers.location]).toEqual([303, `${address}#aufgaben`]);
  expect(await list(address)).toMatch(/1 von 7 erledigt[^]*Erledigt: \d\d\.\d\d Uhr, /);
  await press(address, 'front-of-house', { done: 'false' });
  expect(await list(address)).toContain('0 von 7 erledigt.');
});

it('keeps what Ö-Ticket has answered, and escapes it', async () => {
  const { address } = await waiting();
  await press(address, 'service-mail-confirmed', { note: 'Gesendet um 18.40 <b>an alle</b>' });
  expect(await list(address)).toContain('Gesendet um 18.40 &lt;b&gt;an alle&lt;/b&gt;');
  const protocol = await app.inject(`${address}/protokoll`);
  expect(protocol.body).toContain('Vom Haus erledigt');
  expect(protocol.body).toContain('Gesendet um 18.40 &lt;b&gt;an alle&lt;/b&gt;');
});

it('takes no press from another site', async () => {
  const { address } = await waiting();
  const pressed = await press(address, 'front-of-house', { _csrf: 'guessed' });
  expect(pressed.statusCode).toBe(403);
  expect(await list(address)).toContain('0 von 7 erledigt.');
});

it('is listed for all cases, and a case leaves it when everything is done', async () => {
  const { order, address } = await waiting();
  const ids = (await stage.view(order)).tasks?.map(({ id }) => id) ?? [];
  expect((await app.inject('/aufgaben')).body).toContain(address);
  for (const id of ids) await press(address, id);
  const { body } = await app.inject('/aufgaben?haus=FSP');
  expect(body).not.toContain(address);
});
