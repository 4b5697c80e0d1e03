import type { Order } from '../../src/domain/types';
import { casePage } from '../../src/domain/addresses';
import { createToken } from '../../src/settings/tokens';
import { AccountServers, type AccountServer } from '../support/account-server';
import { ApiStage } from '../support/api-stage';
import { launchChromium } from '../support/chromium';
import { TestProvider } from '../support/oidc';
import { WebVisitor, type Visit } from '../support/web-visitor';
import { readStream, type ReadStream } from '../support/open-stream';
import { pickPort } from '../support/ports';
import { eventually } from '../support/eventually';

const { token, entry } = createToken('Nachtdienst', '*');
const TOKENS = [
  {
    sha256: entry.sha256,
    name: 'nachtdienst',
    actor: 'Nachtdienst',
    role: 'lead' as const,
    houses: 'all' as const,
  },
];

let stage: ApiStage;
let issuer: TestProvider;
let order: Order;
let servers: AccountServers;
/** Two servers on one database, as behind a proxy. */
let here: AccountServer;
let there: AccountServer;
const securityLines = () => servers.securityLines;

beforeAll(async () => {
  stage = await ApiStage.open();
  const port = await pickPort();
  const publicUrl = `http://127.0.0.1:${port}`;
  issuer = await TestProvider.start(publicUrl);
  servers = new AccountServers(stage, issuer.settings, publicUrl, TOKENS);
  here = await servers.start(port);
  there = await servers.start();
  order = await stage.prepare();
  await stage.startWaiting(order);
}, 120_000);
afterAll(async () => {
  await servers.close();
  await issuer.stop();
  await stage.close();
});
beforeEach(async () => {
  await issuer.heal();
  servers.forget();
});

async function loggedIn(subject: string): Promise<WebVisitor> {
  const visitor = new WebVisitor(here.url);
  expect((await visitor.logInAs(subject)).status).toBe(200);
  return visitor;
}

/** The same browser at the other server, as a proxy would send it there. */
function atOther(visitor: WebVisitor): WebVisitor {
  const other = new WebVisitor(there.url);
  other.jars.set(new URL(there.url).host, new Map(visitor.jars.get(new URL(here.url).host)));
  return other;
}

const isLogIn = ({ url }: Visit) => new URL(url).pathname === '/anmelden';

it('a stranger goes to the log-in of their organisation, and from there to the page that they wanted', async () => {
  const visitor = new WebVisitor(here.url);
  const asked = await visitor.get(casePage(order));
  expect(isLogIn(asked)).toBe(true);
  const way = asked.body.indexOf('Mit dem Konto Ihres Hauses anmelden');
  expect(way).toBeGreaterThan(0);
  expect(asked.body.indexOf('Im Notfall: mit einem Token anmelden')).toBeGreaterThan(way);
  const arrived = await visitor.logInAs('kassa');
  expect(new URL(arrived.url).pathname).toBe(casePage(order));
  expect(arrived.body).toContain('Karin Kassa (FSP)');
  expect((await atOther(visitor).get(casePage(order))).status).toBe(200);
  expect(securityLines()).toMatchObject([
    {
      security: 'log-in',
      who: `oidc:${issuer.issuer}#kassa`,
      from: '127.0.0.1',
      route: 'GET /anmelden/antwort',
    },
  ]);
});

it('the cookie holds a random id and nothing of the person, and the log no secret', async () => {
  const visitor = await loggedIn('kassa');
  const cookie = visitor.cookiesFor(new URL(here.url));
  expect(cookie.length).toBeLessThan(600);
  await visitor.get('/ich');
  const [stored] = await stage.journal.sessions.list();
  expect(JSON.stringify(servers.lines)).not.toContain(stored!.person!.sealed);
  expect(JSON.stringify(servers.lines)).not.toMatch(/eyJ|code=|state=|geheim/);
});

it('a form that was sent without a log-in is shown again after it, and carried out only when it is sent again', async () => {
  const visitor = await loggedIn('leitung');
  const page = await visitor.get(casePage(order));
  await stage.journal.sessions.removeOfPerson({ issuer: issuer.issuer, subject: 'leitung', sid: null });
  const away = await visitor.post(
    `${casePage(order)}/abort`,
    { reason: 'Doch gespielt' },
    { from: page.body },
  );
  expect(isLogIn(away)).toBe(true);
  expect(away.body).toContain('wurde nicht ausgeführt');
  const [, link = ''] = /href="(\/anmelden\/konto\?[^"]+)"/.exec(away.body) ?? [];
  const back = await visitor.logInAs('leitung', link);
  expect(new URL(back.url).pathname).toBe(casePage(order));
  expect(back.body).toContain('Doch gespielt');
  expect(await stage.view(order)).toMatchObject({ state: 'waiting' });
});

it('two pages that are sent to the log-in both come back', async () => {
  const visitor = new WebVisitor(here.url);
  const answers = [];
  for (const wanted of ['/aufgaben', '/handbuch']) {
    await visitor.get(wanted);
    answers.push(await visitor.get('/anmelden/konto'));
  }
  const paths = [];
  for (const { url, body } of answers) {
    const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(body) ?? [];
    const done = await visitor.post(new URL(action, url).href, { subject: 'kassa' });
    paths.push(new URL(done.url).pathname);
  }
  expect(paths).toEqual(['/aufgaben', '/handbuch']);
});

it('after the log-out a copied cookie is worth nothing at any server, and the issuer is told', async () => {
  const visitor = await loggedIn('kassa');
  const stolen = [visitor.copy(), atOther(visitor)];
  const { body } = await visitor.get('/ich');
  const out = await visitor.post('/abmelden', {}, { from: body });
  expect(out.body).toContain('Sie sind in Absage abgemeldet');
  expect(String(out.headers.refresh)).toMatch(`0; url=${issuer.issuer}/session/end?`);
  const confirm = await visitor.get(String(out.headers.refresh).slice('0; url='.length));
  const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(confirm.body) ?? [];
  const end = await visitor.post(`${issuer.issuer}/session/end/confirm`, { xsrf, logout: 'yes' });
  expect(isLogIn(end)).toBe(true);
  for (const thief of stolen) expect(isLogIn(await thief.get('/aufgaben'))).toBe(true);
  expect(securityLines().map(({ security }) => security)).toEqual(
    expect.arrayContaining(['log-in', 'log-out', 'back-channel-logout', 'session-ended']),
  );
});

it('the issuer ends a log-in over the back channel: the page and the open stream at the other server end, once for each token', async () => {
  const visitor = await loggedIn('leitung');
  const other = atOther(visitor);
  const stream = await openStream(other);
  const logout = await issuer.logoutToken({ sub: 'leitung' });
  const send = (given: string) =>
    new WebVisitor(here.url).post('/anmelden/abgemeldet', { logout_token: given });
  expect((await send(logout)).status).toBe(200);
  expect(isLogIn(await other.get('/aufgaben'))).toBe(true);
  await eventually(
    () => Promise.resolve(stream.text),
    (text) => text.includes('event: ended'),
  );
  const again = await loggedIn('leitung');
  expect((await send(logout)).status).toBe(400);
  expect((await send(`${logout}x`)).status).toBe(400);
  expect((await again.get('/aufgaben')).url).toMatch(/\/aufgaben$/);
  expect(securityLines()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        security: 'back-channel-logout',
        who: `oidc:${issuer.issuer}#leitung`,
        route: 'POST /anmelden/abgemeldet',
      }),
      expect.objectContaining({ security: 'failed-back-channel-logout', reason: 'replayed' }),
    ]),
  );
});

async function openStream(visitor: WebVisitor): Promise<ReadStream> {
  const address = new URL(`/live?seite=${casePage(order)}`, visitor.home);
  const answer = await fetch(address, {
    headers: { cookie: visitor.cookiesFor(address) },
    redirect: 'manual',
  });
  expect(answer.status).toBe(200);
  return readStream(answer);
}

it('a role that was taken away in the middle of a session counts no more, and an open stream of it ends', async () => {
  const visitor = await loggedIn('kassa');
  const stream = await openStream(atOther(visitor));
  await issuer.setRoles('kassa', []);
  servers.aheadMs = 5 * 60_000;
  const { status } = await visitor.get(casePage(order));
  expect(status).toBe(404);
  await eventually(
    () => Promise.resolve(stream.isOver),
    (isOver) => isOver,
  );
  const withdrawn = securityLines().filter(({ security }) => security === 'role-withdrawn');
  expect(withdrawn).toMatchObject([{ who: `oidc:${issuer.issuer}#kassa`, from: null, route: null }]);
});

it('while the issuer is away every page says so, nothing is refused, and who is new can use a token', async () => {
  const visitor = await loggedIn('kassa');
  await issuer.answerWith(503);
  servers.aheadMs = 5 * 60_000;
  const page = await visitor.get(casePage(order));
  expect(page.status).toBe(200);
  expect(page.body).toMatch(/Die Anmeldestelle Ihres Hauses antwortet nicht: bis sie es wieder tut/);
  const asked = await new WebVisitor(there.url).get('/anmelden');
  const colleague = new WebVisitor(there.url);
  const logInPage = await colleague.get('/anmelden');
  expect((await colleague.post('/anmelden', { token }, { from: logInPage.body })).status).toBe(200);
  expect(asked.status).toBe(200);
  expect(securityLines().map(({ security }) => security)).toContain('issuer-unreachable');
});

it('who comes back without having begun, or is turned away there, is told so, and is slowed down after a while', async () => {
  const visitor = new WebVisitor(here.url);
  const foreign = await visitor.get('/anmelden/antwort?code=x&state=y');
  expect(foreign.status).toBe(401);
  expect(foreign.body).toContain('in einem anderen Browser begonnen');
  const start = await visitor.get('/anmelden/konto');
  const [, cancel = ''] = /action="([^"]+\/abbrechen)"/.exec(start.body) ?? [];
  const turned = await visitor.post(new URL(cancel, start.url).href, {});
  expect(turned.status).toBe(401);
  expect(turned.body).toContain('hat Sie nicht angemeldet');
  const statuses = [];
  for (let time = 0; time < 12; time += 1)
    statuses.push((await visitor.get('/anmelden/antwort?code=x&state=y')).status);
  expect(statuses).toContain(429);
  expect((await (await loggedIn('kassa')).get('/aufgaben')).status).toBe(200);
});

it.each([
  ['kassa', ['Kartenbüro', '„fsp-kassa“ gibt die Rolle Kartenbüro in FSP.']],
  ['einsicht', ['Einsicht', 'in allen Häusern']],
  ['betreuung', ['Diese Installation', '„betreuung“ gibt die Rolle Betreuung.']],
  ['ohne', ['in keinem Haus eine Rolle', 'Der Claim roles fehlt oder ist leer']],
])('/ich tells %s what they may do and why', async (subject, expected) => {
  const { body } = await (await loggedIn(subject)).get('/ich');
  for (const text of expected) expect(body).toContain(text);
  expect(body).toContain(`oidc:${issuer.issuer}#${subject}`);
});

it('/ich says of a token that its entry gives the role', async () => {
  const visitor = new WebVisitor(here.url);
  const page = await visitor.get('/anmelden');
  await visitor.post('/anmelden', { token }, { from: page.body });
  const { body } = await visitor.get('/ich');
  for (const text of ['Nachtdienst', 'mit einem Token angemeldet', 'Kennung: token:nachtdienst'])
    expect(body).toContain(text);
});

it('a log-in that cannot be renewed says when it ends, and ends then whatever the person does', async () => {
  const port = await pickPort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const once = await TestProvider.start(publicUrl, { isRenewable: false });
  const short = new AccountServers(stage, once.settings, publicUrl);
  try {
    const { url } = await short.start(port);
    const visitor = new WebVisitor(url);
    const arrived = await visitor.logInAs('kassa');
    expect(arrived.body).toMatch(/Diese Anmeldung gilt bis \d\d\.\d\d Uhr, auch wenn Sie weiterarbeiten/);
    short.aheadMs = 90 * 60_000;
    expect((await visitor.get('/aufgaben')).body).toContain('Karin Kassa');
    short.aheadMs = 121 * 60_000;
    expect(isLogIn(await visitor.get('/aufgaben'))).toBe(true);
  } finally {
    await short.close();
    await once.stop();
  }
});

it('/ich names a value that no rule knows; who has no role at all arrives there', async () => {
  await issuer.setRoles('ohne', ['fsp-kasse']);
  const visitor = new WebVisitor(here.url);
  await visitor.get(casePage(order));
  const arrived = await visitor.logInAs('ohne');
  expect(new URL(arrived.url).pathname).toBe('/ich');
  expect(arrived.body).toContain('„fsp-kasse“ kennt Absage nicht');
});

it('whoever looks after the installation sees who is logged in and ends it; nobody else does', async () => {
  const clerk = await loggedIn('kassa');
  const admin = await loggedIn('betreuung');
  const refused = await clerk.get('/personen');
  expect(refused.status).toBe(403);
  expect((await clerk.post('/personen/abmelden', { person: 'x' }, { from: refused.body })).status).toBe(403);
  const { body } = await admin.get('/personen');
  expect(body).toContain('Karin Kassa (FSP)');
  expect(body).toContain('Das sind Sie, hier.');
  const person = `oidc:${issuer.issuer}#kassa`;
  await admin.post('/personen/abmelden', { person }, { from: body });
  expect(isLogIn(await clerk.get('/aufgaben'))).toBe(true);
  expect((await admin.get('/personen')).body).not.toContain(person);
  expect(securityLines()).toEqual(
    expect.arrayContaining([expect.objectContaining({ security: 'ended-by-admin', who: person })]),
  );
});

it('a program still comes with its token, and an account opens no door of the API', async () => {
  const visitor = await loggedIn('leitung');
  const ask = (headers: Record<string, string>) => here.app.inject({ url: '/v1/houses', headers });
  expect((await ask({ authorization: `Bearer ${token}` })).statusCode).toBe(200);
  expect((await ask({ cookie: visitor.cookiesFor(new URL(here.url)) })).statusCode).toBe(401);
});

it('in a browser: from the log-in to the form of an order, and out again', async () => {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ baseURL: here.url, locale: 'de-AT' });
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    const { house, eventNumber } = await stage.prepare();
    const wanted = `/absagen/neu/${house}/${eventNumber}`;
    await page.goto(wanted);
    await page.getByRole('link', { name: 'Mit dem Konto Ihres Hauses anmelden' }).click();
    await page.getByLabel('Wer sind Sie?').selectOption('kassa');
    await page.getByRole('button', { name: 'Anmelden' }).click();
    await page.waitForURL(`**${wanted}`);
    await page.getByText('Karin Kassa (FSP)').waitFor();
    await page.getByRole('button', { name: 'Abmelden' }).click();
    await page.getByText('Wollen Sie sich auch von der Übungs-Anmeldung abmelden?').waitFor();
    await page.getByRole('button', { name: 'Abmelden' }).click();
    await page.waitForURL('**/anmelden');
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
});
