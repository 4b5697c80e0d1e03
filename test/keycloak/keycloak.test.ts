import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { LogInRefused } from '../../src/cases/identity-provider';
import { casePage } from '../../src/domain/addresses';
import { logInChecks } from '../../src/doctor/log-in';
import type { Order } from '../../src/domain/types';
import { loadHouses } from '../../src/settings/houses';
import { OpenIdProvider } from '../../src/oidc/provider';
import { AccountServers, type AccountServer } from '../support/account-server';
import { ApiStage } from '../support/api-stage';
import { launchChromium } from '../support/chromium';
import { approveOn, orderOn } from '../support/in-browser';
import { readStream, type ReadStream } from '../support/open-stream';
import { WebVisitor, type Visit } from '../support/web-visitor';
import { Keycloak } from './keycloak';
import { describeKeycloak } from './opt-in';
import { pickPort } from '../support/ports';
import { eventually } from '../support/eventually';

const MINUTE = 60_000;
const START_MS = 5 * MINUTE;

const KASSA = { username: 'kassa', firstName: 'Karin', lastName: 'Kassa', roles: ['fsp-kassa'] };
const PEOPLE = [
  KASSA,
  // One for each test that takes something away from them.
  { ...KASSA, username: 'versetzt' },
  { ...KASSA, username: 'gesperrt' },
  { ...KASSA, username: 'abgemeldet' },
  { username: 'leitung', firstName: 'Leo', lastName: 'Leitung', group: 'Leitung FSP' },
  { username: 'einsicht', firstName: 'Ina', lastName: 'Einsicht', roles: ['einsicht'] },
  { username: 'betreuung', firstName: 'Berta', lastName: 'Betreuung', roles: ['betreuung'] },
  { username: 'ohne', firstName: 'Oskar', lastName: 'Ohne' },
];

const isLogIn = ({ url }: Visit) => new URL(url).pathname === '/anmelden';

describeKeycloak('the log-in of a house that has it', (archive) => {
  let stage: ApiStage;
  let keycloak: Keycloak;
  let servers: AccountServers;
  let here: AccountServer;
  /** Waits for the second pair of eyes. */
  let order: Order;

  beforeAll(async () => {
    const houses = new Map(loadHouses(null));
    const approval = { needed: 'always', expiresMs: 60 * MINUTE, to: ['leitung@fsp.example'] } as const;
    houses.set('FSP', { ...houses.get('FSP')!, approval: { ...approval, to: [...approval.to] } });
    const port = await pickPort();
    const publicUrl = `http://127.0.0.1:${port}`;
    stage = await ApiStage.open({ houses });
    keycloak = await Keycloak.start(archive, {
      publicUrl,
      people: PEOPLE,
      groups: { 'Leitung FSP': ['fsp-leitung'] },
    });
    servers = new AccountServers(stage, keycloak.settings, publicUrl);
    here = await servers.start(port);
    order = await stage.prepare();
    await stage.start(order);
    await stage.untilState(order, 'awaiting-approval');
  }, START_MS);
  afterAll(async () => {
    await servers?.close();
    await keycloak?.stop();
    await stage?.close();
  }, START_MS);
  beforeEach(() => servers.forget());

  async function loggedIn(username: string): Promise<WebVisitor> {
    const visitor = new WebVisitor(here.url);
    const arrived = await keycloak.logIn(visitor, username);
    expect([arrived.status, arrived.url.startsWith(here.url)]).toEqual([200, true]);
    return visitor;
  }

  const securityOf = () => servers.securityLines.map(({ security }) => security);

  it.each([
    ['kassa', 'Karin Kassa', ['„fsp-kassa“ gibt die Rolle Kartenbüro in FSP.'], 200],
    ['leitung', 'Leo Leitung', ['„fsp-leitung“ gibt die Rolle Leitung in FSP.'], 200],
    ['einsicht', 'Ina Einsicht', ['„einsicht“ gibt die Rolle Einsicht', 'in allen Häusern'], 200],
    ['betreuung', 'Berta Betreuung', ['„betreuung“ gibt die Rolle Betreuung.'], 404],
    ['ohne', 'Oskar Ohne', ['Der Claim roles fehlt oder ist leer'], 404],
  ])(
    '%s comes in by name, with the role of the client, by themselves or by their group',
    async (who, name, rules, seesCase) => {
      const visitor = await loggedIn(who);
      const { body } = await visitor.get('/ich');
      for (const text of [name, ...rules]) expect(body).toContain(text);
      expect(body).toContain(`oidc:${keycloak.settings.issuer}#${await keycloak.subjectOf(who)}`);
      expect((await visitor.get(casePage(order))).status).toBe(seesCase);
    },
  );

  it.each([
    ['kassa', ['abort']],
    ['leitung', ['approve', 'reject']],
    ['einsicht', []],
  ])('%s is offered what their role may do, and nothing else works', async (who, offered) => {
    const visitor = await loggedIn(who);
    const page = await visitor.get(casePage(order));
    const ways = [...page.body.matchAll(/id="weg-([a-z-]+)"/g)].map(([, way]) => way);
    expect(ways.sort()).toEqual([...offered].sort());
    if (offered.includes('approve')) return;
    const tried = await visitor.post(
      `${casePage(order)}/override`,
      { reason: 'Brand' },
      { from: (await visitor.get('/ich')).body },
    );
    expect(tried.status).toBe(403);
    expect(await stage.view(order)).toMatchObject({ state: 'awaiting-approval' });
  });

  it('a role that was taken away there counts no more after one refresh', async () => {
    const visitor = await loggedIn('versetzt');
    expect((await visitor.get(casePage(order))).status).toBe(200);
    await keycloak.takeRole('versetzt', 'fsp-kassa');
    servers.aheadMs = 5 * MINUTE;
    expect((await visitor.get(casePage(order))).status).toBe(404);
    expect(securityOf()).toContain('role-withdrawn');
    // The log-in goes on, and is renewed once more.
    servers.aheadMs = 10 * MINUTE;
    expect((await visitor.get('/ich')).body).toContain('Der Claim roles fehlt oder ist leer');
  });

  it('whoever was disabled there is logged out with the next refresh', async () => {
    const visitor = await loggedIn('gesperrt');
    await keycloak.disable('gesperrt');
    servers.aheadMs = 5 * MINUTE;
    expect(isLogIn(await visitor.get(casePage(order)))).toBe(true);
    expect(servers.securityLines).toContainEqual(
      expect.objectContaining({ security: 'session-refused', reason: 'invalid_grant' }),
    );
  });

  it('a log-out there ends page and stream here, over the back channel, without waiting for a refresh', async () => {
    const visitor = await loggedIn('abgemeldet');
    const stream = await openStream(visitor, casePage(order));
    await keycloak.logOut('abgemeldet');
    await eventually(
      () => Promise.resolve(stream.text),
      (text) => text.includes('event: ended'),
    );
    expect(isLogIn(await visitor.get('/aufgaben'))).toBe(true);
    expect(servers.securityLines).toContainEqual(
      expect.objectContaining({ security: 'back-channel-logout', route: 'POST /anmelden/abgemeldet' }),
    );
  });

  it('a log-out here goes on to Keycloak, and the next log-in asks for the password again', async () => {
    const visitor = await loggedIn('kassa');
    const { body } = await visitor.get('/ich');
    const out = await visitor.post('/abmelden', {}, { from: body });
    const back = await visitor.get(String(out.headers.refresh).slice('0; url='.length));
    expect(isLogIn(back)).toBe(true);
    const again = await visitor.get('/anmelden/konto');
    expect(again.url.startsWith(keycloak.settings.issuer)).toBe(true);
    expect(again.body).toContain('name="password"');
  });

  it('doctor finds there all that Absage needs, and says which addresses belong there', async () => {
    const oidc = { ...keycloak.settings, peopleFile: '' };
    const [logIn] = logInChecks(oidc, 'https://absage.example', null, new Map());
    const { text, details } = await logIn!.run();
    expect(text).toBe(`${oidc.issuer} antwortet. Etwas ist zu prüfen:`);
    // Keycloak does not say which claims a client gets.
    expect(details).toEqual([
      expect.stringContaining('https://absage.example/anmelden/antwort'),
      expect.stringContaining('Sie nennt den Claim roles nicht'),
    ]);
  });

  it('a log-in that nobody uses for longer than Keycloak’s own idle time is over, whatever ABSAGE_SESSION_IDLE says', async () => {
    await keycloak.changeRealm({ ssoSessionIdleTimeout: 1 });
    const visitor = await loggedIn('kassa');
    await keycloak.changeRealm({ ssoSessionIdleTimeout: 30 * 60 });
    await pause(2_000);
    servers.aheadMs = 5 * MINUTE;
    expect(isLogIn(await visitor.get('/aufgaben'))).toBe(true);
    expect(servers.securityLines).toContainEqual(
      expect.objectContaining({ security: 'session-refused', reason: 'invalid_grant' }),
    );
  });

  it('a log-in is over there after a log-out, also where its message to Absage got lost', async () => {
    const provider = new OpenIdProvider(keycloak.settings, here.url);
    const { url, pending } = await provider.begin();
    const back = await keycloak.logIn(new WebVisitor(here.url, here.url), 'abgemeldet', url);
    const { identity, tokens } = await provider.complete(new URL(back.url).search.slice(1), pending);
    const before = { ...tokens, refreshToken: tokens.refreshToken! };
    await keycloak.logOut('abgemeldet');
    await expect(provider.refresh(identity.subject, before)).rejects.toThrow(LogInRefused);
  });

  it('in a browser: one person logs in and orders, another one approves on a phone and logs out again', async () => {
    const browser = await launchChromium();
    const logInOn = async (page: Page, username: string, wanted: string) => {
      await page.goto(wanted);
      await page.getByRole('link', { name: 'Mit dem Konto Ihres Hauses anmelden' }).click();
      await page.locator('#username').fill(username);
      await page.locator('#password').fill('egal');
      await page.locator('#kc-login').click();
      await page.waitForURL(`**${wanted}`);
    };
    try {
      const ordered = await stage.prepare();
      const clerk = await browser.newPage({ baseURL: here.url });
      await logInOn(clerk, 'kassa', '/aufgaben');
      await orderOn(clerk, ordered);
      const lead = await browser.newPage({ baseURL: here.url, viewport: { width: 390, height: 844 } });
      await logInOn(lead, 'leitung', '/freigaben');
      await approveOn(lead, ordered);
      await lead.getByText(/^Freigegeben von Leo Leitung um/).waitFor();
      expect(await stage.view(ordered)).toMatchObject({
        orderedBy: 'Karin Kassa',
        approval: { decision: { kind: 'approved', arePersons: true } },
      });
      await lead.getByRole('button', { name: 'Abmelden' }).click();
      await lead.waitForURL(`${here.url}/anmelden`);
      await lead.goto('/freigaben');
      await lead.waitForURL('**/anmelden');
    } finally {
      await browser.close();
    }
  });

  it(
    'while Keycloak is down nobody loses a role; only approvals wait until it is back',
    async () => {
      const visitor = await loggedIn('leitung');
      await keycloak.goDown();
      servers.aheadMs = 6 * MINUTE;
      const page = await visitor.get(casePage(order));
      expect(page.status).toBe(200);
      expect(page.body).toContain('Die Anmeldestelle Ihres Hauses antwortet nicht');
      const { approval } = await stage.view(order);
      const approve = () =>
        visitor.post(
          `${casePage(order)}/approve`,
          { planHash: approval!.planHash, reason: 'Gesehen', caseId: caseIdOf(page) },
          { from: page.body },
        );
      expect((await approve()).status).toBe(409);
      await keycloak.comeUp();
      servers.aheadMs = 7 * MINUTE;
      const healed = await visitor.get(casePage(order));
      expect(healed.body).not.toContain('antwortet nicht');
      expect((await approve()).status).toBe(200);
      expect(securityOf()).toEqual(expect.arrayContaining(['issuer-unreachable', 'issuer-reachable']));
    },
    START_MS,
  );
});

/** The case that a page shows. */
function caseIdOf({ body }: Visit): string {
  return /name="caseId" value="([^"]+)"/.exec(body)?.[1] ?? '';
}

async function openStream(visitor: WebVisitor, page: string): Promise<ReadStream> {
  const address = new URL(`/live?seite=${page}`, visitor.home);
  return readStream(await fetch(address, { headers: { cookie: visitor.cookiesFor(address) } }));
}
