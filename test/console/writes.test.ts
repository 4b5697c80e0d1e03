import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { buildApp } from '../../src/api/app';
import { consolePages } from '../../src/console/console';
import { ApiStage } from '../support/api-stage';
import { consoleSession } from '../support/console-session';

/* The page with the switch that stops every write. */

const PAGE = '/schreiben';
const NOT_DONE = 'Das wurde nicht ausgeführt';

let stage: ApiStage;
let app: FastifyInstance;

beforeAll(async () => {
  stage = await ApiStage.open();
  app = await buildApp(stage.deps, consolePages({ ...stage.deps, ...consoleSession(stage.deps) }));
});
afterAll(async () => {
  await app.close();
  await stage.close();
});

const open = (path = PAGE) => app.inject(path);

/** Sends the form of a page as a browser would. */
function send(page: LightMyRequestResponse, typed: Record<string, string>) {
  const hidden = [...page.body.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  const fields = Object.fromEntries(hidden.map(([, name, value]) => [name, value]));
  return app.inject({
    method: 'POST',
    url: PAGE,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    cookies: Object.fromEntries(page.cookies.map(({ name, value }) => [name, value])),
    payload: new URLSearchParams({ ...fields, ...typed }).toString(),
  });
}

it('says how it stands, and of no fault where nobody has made one', async () => {
  const { statusCode, body } = await open();
  expect(statusCode).toBe(200);
  expect(body).toContain('Das Schreiben ist eingeschaltet');
  expect(body).not.toContain(NOT_DONE);
});

it('switches nothing without a reason and a confirmation, and keeps what was typed', async () => {
  const refused = await send(await open(), { grund: 'Titel falsch' });
  expect(refused.statusCode).toBe(422);
  expect(refused.body).toContain(NOT_DONE);
  expect(refused.body).toContain('Titel falsch');
  expect((await send(await open(), { grund: ' ', bestaetigt: 'ja' })).statusCode).toBe(422);
  expect(await stage.journal.writesState()).toMatchObject({ on: true, since: null });
});

it('switches off and on, and every page says so meanwhile', async () => {
  const off = await send(await open(), { grund: 'Titel falsch', bestaetigt: 'ja' });
  expect(off.statusCode).toBe(200);
  expect(off.body).toContain('Das Schreiben ist abgeschaltet');
  expect(off.body).not.toContain(NOT_DONE);
  for (const path of ['/', '/absagen/neu', '/serien', '/aufgaben', '/handbuch', PAGE])
    expect((await open(path)).body).toContain('abgeschaltet, von Unbekannt: „Titel falsch“');
  const on = await send(await open(), { grund: 'Geklärt', bestaetigt: 'ja' });
  expect(on.body).toContain('Das Schreiben ist eingeschaltet');
  expect((await open('/')).body).not.toContain('abgeschaltet, von');
});
