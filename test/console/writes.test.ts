import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { buildApp } from '../../src/api/app';
import { consolePages } from '../../src/console/console';
import { ApiStage } from '../support/api-stage';
import { launchChromium } from '../support/chromium';
import { consoleSession } from '../support/console-session';
import { eventually } from '../support/eventually';
import { readStream } from '../support/open-stream';

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

describe('a page that stands open', () => {
  let url: string;
  beforeAll(async () => {
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  const throwSwitch = (on: boolean) =>
    stage.journal.switchWrites({ on, actor: 'Berta', actorId: null, reason: 'Titel falsch' });
  const LINE = /^Das Schreiben ist seit .* abgeschaltet, von Berta: „Titel falsch“\./;

  it('says so without being loaded again, and no longer when it is over', async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(url);
      const loads: string[] = [];
      page.on('request', (request) => request.isNavigationRequest() && loads.push(request.url()));
      const line = page.locator('#schreiben');
      expect(await line.isVisible()).toBe(false);
      await throwSwitch(false);
      await line.filter({ hasText: LINE }).waitFor({ state: 'visible' });
      await throwSwitch(true);
      await line.waitFor({ state: 'hidden' });
      expect(loads).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  it('is told once, and its stream ends with its last page all the same', async () => {
    await throwSwitch(false);
    const stream = readStream(await fetch(`${url}/live?seite=/`));
    await eventually(
      () => stream.text,
      (text) => text.includes('event: writes') && text.includes('"regions"'),
    );
    expect(stream.text.match(/event: writes\ndata: \{"text":"Das Schreiben ist seit/g)).toHaveLength(1);
    const nothing = readStream(await fetch(`${url}/live?seite=/handbuch`));
    await eventually(
      () => nothing.isOver,
      (isOver) => isOver,
    );
    await throwSwitch(true);
  });
});
