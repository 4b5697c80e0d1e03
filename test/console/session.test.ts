import { logInByToken } from '../../src/cases/log-in';
import type { Order } from '../../src/domain/types';
import { hashToken, type ApiToken } from '../../src/settings/tokens';
import { ConsoleStage, pathOf } from '../support/console-stage';

const TOKEN = 'absage_maria';
const tokens: ApiToken[] = [
  { sha256: hashToken(TOKEN).toString('hex'), actor: 'Maria Huber', role: 'lead', houses: new Set(['FSP']) },
];
const production = { isRehearsal: false, logIn: logInByToken(tokens, hashToken) };

let stage: ConsoleStage;
let waiting: Order;

beforeAll(async () => {
  stage = await ConsoleStage.open();
  waiting = await stage.api.prepare();
  await stage.api.startWaiting(waiting);
}, 120_000);
afterAll(() => stage.close());
afterEach(async () => {
  await stage.clear();
  expect(stage.takeComplaints()).toEqual([]);
});

/** Replaces the server by a new one at the same address and with the same session key. */
async function restart(changes: Parameters<ConsoleStage['startServer']>[0] = {}): Promise<void> {
  await stage.stopServer();
  await stage.startServer(changes);
}

describe('in production', () => {
  beforeAll(() => restart(production));
  afterAll(() => restart());

  async function logIn() {
    const page = await stage.page();
    await page.goto(pathOf(waiting));
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByRole('button', { name: 'Anmelden' }).click();
    await page.waitForURL(`**${pathOf(waiting)}`);
    return page;
  }

  it('a stranger is asked for a token, told when it is wrong, and led to where they wanted to go', async () => {
    const page = await stage.page();
    await page.goto(pathOf(waiting));
    expect(new URL(page.url()).pathname).toBe('/anmelden');
    expect(await page.getByRole('navigation').count()).toBe(0);
    await page.getByLabel('Token').fill(`${TOKEN}x`);
    await page.getByRole('button', { name: 'Anmelden' }).click();
    await page.getByText('Dieses Token gilt nicht.').waitFor();
    stage.takeComplaints();
    await page.goto(pathOf(waiting));
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByRole('button', { name: 'Anmelden' }).click();
    await page.waitForURL(`**${pathOf(waiting)}`);
    await page.getByText('Maria Huber').waitFor();
    expect(await page.title()).not.toContain('[PROBE]');
  });

  it('a house that the caller may not act for is one that does not exist', async () => {
    const page = await logIn();
    for (const path of [
      '/absagen/KREMS/1',
      '/absagen/neu?haus=KREMS',
      '/absagen/neu/KREMS/509001',
      '/?haus=KREMS',
    ]) {
      const answer = await page.goto(path);
      expect(answer?.status()).toBe(404);
      await page.getByText('Dieses Haus gibt es nicht.').waitFor();
    }
    await page.goto('/');
    expect(await page.getByLabel('Haus').innerText()).not.toContain('KREMS');
    stage.takeComplaints();
  });

  it('a log-in outlives a restart, and is worth nothing when its token is taken back', async () => {
    const page = await logIn();
    await restart(production);
    await page.goto(pathOf(waiting));
    expect(new URL(page.url()).pathname).toBe(pathOf(waiting));
    const others = [{ ...tokens[0]!, sha256: '0'.repeat(64) }];
    await restart({ ...production, logIn: logInByToken(others, hashToken) });
    await page.goto(pathOf(waiting));
    expect(new URL(page.url()).pathname).toBe('/anmelden');
    await restart(production);
    stage.takeComplaints();
  });

  it('the frame of a page whose log-in has ended says so, and leads to the log-in of the whole page', async () => {
    const { statusCode, body } = await stage.app.inject(`${pathOf(waiting)}/stand`);
    expect(statusCode).toBe(200);
    expect(body).toContain('Ihre Anmeldung ist zu Ende.');
    expect(body).toContain(`href="${pathOf(waiting)}" target="_top"`);
    expect(body).not.toContain('Wartezeit');
  });

  it('a caller who logs out has to log in again', async () => {
    const page = await logIn();
    await page.getByRole('button', { name: 'Abmelden' }).click();
    await page.waitForURL('**/anmelden');
    await page.goto('/');
    expect(new URL(page.url()).pathname).toBe('/anmelden');
  });

  it('the address of a stream is never kept as the page to return to', async () => {
    const page = await logIn();
    const { cookies } = await page.context().storageState();
    await page.context().clearCookies();
    const headers = { accept: 'text/event-stream' };
    const answer = await stage.app.inject({ url: `/live?seite=${pathOf(waiting)}`, headers });
    expect(answer).toMatchObject({ statusCode: 303, headers: { location: '/anmelden' } });
    expect(answer.cookies).toEqual([]);
    expect(cookies).toMatchObject([{ name: 'absage_session', httpOnly: true, sameSite: 'Lax' }]);
    stage.takeComplaints();
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/anmelden?wanted=//evil.example',
    '//evil.example/absagen/neu',
  ])('nobody is led away by %s', async (url) => {
    const asked = await stage.app.inject({ url });
    expect(asked.headers.location ?? '/anmelden').toBe('/anmelden');
    const login = await stage.app.inject({ url: '/anmelden', cookies: cookiesOf(asked) });
    const cookies = { ...cookiesOf(asked), ...cookiesOf(login) };
    const done = await post('/anmelden', { _csrf: csrfIn(login.body), token: TOKEN }, cookies);
    expect(done).toMatchObject({ statusCode: 303, headers: { location: '/' } });
  });
});

type Answer = Awaited<ReturnType<ConsoleStage['app']['inject']>>;
type Cookies = Record<string, string>;

const cookiesOf = ({ cookies }: Answer): Cookies =>
  Object.fromEntries(cookies.map(({ name, value }) => [name, value]));

const csrfIn = (page: string): string => /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';

function post(url: string, fields: Record<string, string>, cookies: Cookies = {}): Promise<Answer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return stage.app.inject({
    method: 'POST',
    url,
    headers,
    cookies,
    payload: new URLSearchParams(fields).toString(),
  });
}

describe('a form that does not come from a page of this session', () => {
  const abort = () => `${pathOf(waiting)}/abort`;

  async function session(): Promise<{ cookies: Cookies; token: string }> {
    const page = await stage.app.inject({ url: pathOf(waiting) });
    return { cookies: cookiesOf(page), token: csrfIn(page.body) };
  }

  it.each<[string, () => Promise<Answer>]>([
    ['without the secret', async () => post(abort(), { reason: 'x' }, (await session()).cookies)],
    ['with a wrong one', async () => post(abort(), { reason: 'x', _csrf: 'x' }, (await session()).cookies)],
    [
      'with that of another session',
      async () => post(abort(), { reason: 'x', _csrf: (await session()).token }, (await session()).cookies),
    ],
  ])('%s is refused, and nothing happens', async (_how, send) => {
    const { statusCode, body } = await send();
    expect(statusCode).toBe(403);
    expect(body).toContain('Diese Seite war zu lange offen.');
    expect(await stage.api.view(waiting)).toMatchObject({ state: 'waiting' });
  });

  it('without a session is refused as well, and says that the pages need cookies', async () => {
    const { statusCode, body } = await post(abort(), { reason: 'x', _csrf: (await session()).token });
    expect(statusCode).toBe(403);
    expect(body).toContain('Die Seiten von Absage brauchen Cookies');
    expect(await stage.api.view(waiting)).toMatchObject({ state: 'waiting' });
  });

  it.each(['/absagen', '/absagen/neu/FSP/104233', '/anmelden', '/abmelden'])(
    'to %s is refused too',
    async (url) => {
      const order = await stage.api.prepare();
      const { statusCode } = await post(url, { house: order.house, eventNumber: order.eventNumber });
      expect(statusCode).toBe(403);
      expect((await stage.api.get(`/v1/cancellations/FSP/${order.eventNumber}`)).status).toBe(404);
    },
  );

  it('and one with it is carried out', async () => {
    const order = await stage.api.prepare();
    const view = await stage.api.startWaiting(order);
    const { cookies, token } = await session();
    const answer = await post(`${pathOf(order)}/abort`, { reason: 'x', _csrf: token }, cookies);
    expect(answer).toMatchObject({ statusCode: 303, headers: { location: pathOf(view) } });
    await stage.api.untilState(order, 'aborted');
  });
});

it.each(['/', '/absagen/neu', '/absagen/neu/FSP/700001', 'case', '/anmelden', '/absagen/FSP/1'])(
  '%s has no script and no style but those of the console',
  async (path) => {
    const { headers, body } = await stage.app.inject({ url: path === 'case' ? pathOf(waiting) : path });
    expect(body).toMatch(/^<!doctype html><html lang="de-AT">/);
    expect(body.match(/<script\b[^>]*>/g)).toEqual(['<script src="/assets/console.js" defer="">']);
    expect(body).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none';/) as string,
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
    });
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:/);
  },
);
