import { Writable } from 'node:stream';
import Database from 'libsql';
import { pino } from 'pino';
import type { Page } from 'playwright-core';
import { logInByToken } from '../../src/cases/log-in';
import { toInstant } from '../../src/domain/clock';
import type { Order } from '../../src/domain/types';
import { createToken, hashToken, type ApiToken } from '../../src/settings/tokens';
import { ConsoleStage, pathOf } from '../support/console-stage';
import { spendingsInMemory } from '../support/spendings';
import { readStream } from '../support/open-stream';
import { eventually } from '../support/eventually';

const { token, entry } = createToken('Maria Huber', '*');
const TOKEN: ApiToken = { sha256: entry.sha256, actor: 'Maria Huber', role: 'lead', houses: 'all' };
const HOUR = 3_600_000;

/** As the file has them now. */
let tokens: ApiToken[];
let stage: ConsoleStage;
let order: Order;
let log: { security?: string; who: string; from: string; route: string }[];
const logger = pino(
  new Writable({
    write(line, _encoding, done) {
      log.push(JSON.parse(String(line)) as (typeof log)[number]);
      done();
    },
  }),
);
const securityLines = () => log.filter(({ security }) => security !== undefined);

beforeAll(async () => {
  stage = await ConsoleStage.open();
  order = await stage.api.prepare();
  await stage.api.startWaiting(order);
}, 120_000);
afterAll(() => stage.close());
beforeEach(() => serve());
afterEach(() => stage.clear());

/** A server of production, whose log-ins last as long as the test needs. */
async function serve(times = { idleMs: 2 * HOUR, maxMs: 12 * HOUR }): Promise<void> {
  tokens = [TOKEN];
  log = [];
  await stage.stopServer();
  const logIn = logInByToken({ [Symbol.iterator]: () => tokens[Symbol.iterator]() }, hashToken);
  // What failed at another server of this test is no matter here.
  const journal = { ...stage.api.journal, ...spendingsInMemory() };
  await stage.startServer({ isRehearsal: false, isSimulator: () => false, logIn, times, logger, journal });
  stage.takeComplaints();
}

// --- without a browser ---

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
type Answer = Awaited<ReturnType<ConsoleStage['app']['inject']>>;

/** Somebody who keeps one cookie. */
class Visitor {
  cookie = '';

  async get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.take(await stage.app.inject({ url, headers: { ...headers, cookie: this.cookie } }));
  }

  /** Sends a form of the page that is named. */
  async post(page: string, url: string, fields: Record<string, string>, headers = {}): Promise<Answer> {
    const { body } = await this.get(page);
    const csrf = /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';
    const payload = new URLSearchParams({ ...fields, _csrf: csrf }).toString();
    const sent = { ...FORM, ...headers, cookie: this.cookie };
    return this.take(await stage.app.inject({ method: 'POST', url, payload, headers: sent }));
  }

  logIn(presented = token): Promise<Answer> {
    return this.post('/anmelden', '/anmelden', { token: presented });
  }

  private take(answer: Answer): Answer {
    const [cookie] = [answer.headers['set-cookie'] ?? []].flat();
    this.cookie = cookie?.split(';')[0] ?? this.cookie;
    return answer;
  }
}

async function loggedIn(): Promise<Visitor> {
  const visitor = new Visitor();
  expect((await visitor.logIn()).statusCode).toBe(303);
  return visitor;
}

/** A stream over the network. */
async function openStream({ cookie }: Visitor) {
  const answer = await fetch(`${stage.url}/live?seite=${pathOf(order)}`, {
    headers: { cookie },
    redirect: 'manual',
  });
  const { status, headers } = answer;
  return Object.assign(readStream(answer), { status, retryAfter: headers.get('retry-after') });
}

const untilOver = (stream: { isOver: boolean }) =>
  eventually(
    () => Promise.resolve(stream.isOver),
    (isOver) => isOver,
  );

it('a stream ends when the roles change, and the next one offers what they allow, with the same log-in', async () => {
  const visitor = await loggedIn();
  const asLead = await openStream(visitor);
  const offers = (stream: { text: string }) =>
    eventually(
      () => Promise.resolve(stream.text),
      (text) => text.includes('id=\\"wege\\"'),
    );
  expect(await offers(asLead)).toContain('skip-wait');
  tokens = [{ ...TOKEN, role: 'clerk' }];
  await untilOver(asLead);
  expect(asLead.text).not.toContain('event: ended');
  const asClerk = await offers(await openStream(visitor));
  expect(asClerk).not.toContain('skip-wait');
  expect(asClerk).toContain('Die Wartezeit überspringen kann die Leitung.');
});

it('after a log-out the old cookie is worth nothing, and the open stream ends and says so', async () => {
  const visitor = await loggedIn();
  const stream = await openStream(visitor);
  const stolen = new Visitor();
  stolen.cookie = visitor.cookie;
  const { body } = await stolen.get(pathOf(order));
  const csrf = /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';
  await visitor.post('/', '/abmelden', {});
  expect((await stolen.get('/')).headers.location).toBe('/anmelden');
  const abort = await stage.app.inject({
    method: 'POST',
    url: `${pathOf(order)}/abort`,
    headers: { ...FORM, cookie: stolen.cookie },
    payload: new URLSearchParams({ reason: 'x', _csrf: csrf }).toString(),
  });
  expect(abort.headers.location).toMatch(/^\/anmelden/);
  expect(await stage.api.view(order)).toMatchObject({ state: 'waiting' });
  await untilOver(stream);
  expect(stream.text).toMatch(/event: ended\ndata: \{\}\n\n$/);
});

it('a new log-in ends the one before', async () => {
  const visitor = await loggedIn();
  const before = new Visitor();
  before.cookie = visitor.cookie;
  await visitor.logIn();
  expect((await visitor.get('/')).statusCode).toBe(200);
  expect((await before.get('/')).statusCode).toBe(303);
});

it.each([
  ['taken out of the file', () => void tokens.pop()],
  ['expired', () => (tokens = [{ ...TOKEN, expires: '2026-01-01T00:00:00Z' }])],
])('a token that is %s ends its log-in and its stream', async (_how, withdraw) => {
  const visitor = await loggedIn();
  const stream = await openStream(visitor);
  withdraw();
  await untilOver(stream);
  expect(stream.text).toContain('event: ended');
  expect((await visitor.get('/')).headers.location).toBe('/anmelden');
});

it('only what a person does puts the end off', async () => {
  const visitor = await loggedIn();
  const database = new Database(stage.api.journalFile);
  // As if an hour had gone by.
  const earlier = toInstant(Date.now() - HOUR);
  database.prepare('update session set active_at = ?').run(earlier);
  const isPutOff = () => {
    const [row] = database.prepare('select max(active_at) as at from session').all() as { at: string }[];
    return row!.at !== earlier;
  };
  try {
    for (const url of ['/assets/console.js', '/?selbst=1', `${pathOf(order)}?ruhig=1&selbst=1`]) {
      expect((await visitor.get(url)).statusCode).toBe(200);
      expect([url, isPutOff()]).toEqual([url, false]);
    }
    await visitor.get('/');
    expect(isPutOff()).toBe(true);
  } finally {
    database.close();
  }
});

it('a stream does not put the end off', async () => {
  // Long enough for a log-in and its stream, on a machine with other work.
  await serve({ idleMs: 8_000, maxMs: 12 * HOUR });
  const stream = await openStream(await loggedIn());
  expect(stream.status).toBe(200);
  await untilOver(stream);
  expect(stream.text).toContain('event: ended');
});

it('one log-in holds at most twenty streams', async () => {
  const visitor = await loggedIn();
  const streams = await Promise.all(Array.from({ length: 20 }, () => openStream(visitor)));
  expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
  expect(await openStream(visitor)).toMatchObject({ status: 429, retryAfter: '1' });
  expect(await openStream(await loggedIn())).toMatchObject({ status: 200 });
  await visitor.post('/', '/abmelden', {});
  for (const stream of streams) await untilOver(stream);
});

it('failed log-ins are slowed, and no valid one', async () => {
  const colleague = await loggedIn();
  const stranger = new Visitor();
  const answers: Answer[] = [];
  for (let turn = 0; turn < 12; turn += 1) answers.push(await stranger.logIn(`${token}x`));
  expect(answers.slice(0, 10).map(({ statusCode }) => statusCode)).toEqual(
    Array.from({ length: 10 }, () => 401),
  );
  const slowed = answers.find(({ statusCode }) => statusCode === 429);
  expect(Number(slowed?.headers['retry-after'])).toBeGreaterThan(0);
  expect(slowed?.body).toContain('Bitte etwas später noch einmal versuchen.');
  expect((await colleague.get('/')).statusCode).toBe(200);
  expect((await stranger.logIn()).statusCode).toBe(303);
});

it('the log tells each log-in, log-out and refusal: who, from where, on which route, and no secret', async () => {
  const visitor = new Visitor();
  await visitor.logIn('absage_falsch');
  await visitor.logIn();
  await visitor.get('/absagen/NIX/1');
  const stolen = new Visitor();
  stolen.cookie = visitor.cookie;
  await visitor.post('/', '/abmelden', {});
  await stolen.get('/');
  await stage.app.inject({ method: 'POST', url: '/abmelden', headers: { ...FORM, cookie: visitor.cookie } });
  const from = '127.0.0.1';
  const mark = hashToken('absage_falsch').toString('hex').slice(0, 8);
  expect(securityLines()).toMatchObject([
    { security: 'failed-log-in', who: mark, from, route: 'POST /anmelden' },
    { security: 'log-in', who: 'token:Maria Huber', from, route: 'POST /anmelden' },
    {
      security: 'house-not-found',
      who: 'token:Maria Huber',
      from,
      route: 'GET /absagen/:house/:eventNumber',
    },
    { security: 'log-out', who: 'token:Maria Huber', from, route: 'POST /abmelden' },
    { security: 'session-ended', who: 'nobody', from, route: 'GET /' },
  ]);
  expect(JSON.stringify(log)).not.toContain('absage_falsch');
  expect(JSON.stringify(log)).not.toContain(token);
});

// --- in a browser ---

async function openPage(options: Parameters<ConsoleStage['page']>[0] = {}): Promise<Page> {
  const page = await stage.page(options);
  await page.goto(pathOf(order));
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Anmelden' }).click();
  await page.waitForURL(`**${pathOf(order)}`);
  return page;
}

it('two minutes before the end the page says so, and one press extends it, with what was typed still there', async () => {
  // Two minutes, and what the test needs to see that it is not said before.
  await serve({ idleMs: 132_000, maxMs: 12 * HOUR });
  const page = await openPage();
  const notice = page.locator('#sitzung');
  await notice.waitFor({ state: 'hidden' });
  await page.getByText('Absage abbrechen und Titel zurücksetzen').click();
  await page.locator('#grund-abort').fill('Noch nicht gesendet');
  await notice
    .getByText(/^Ihre Anmeldung gilt noch \d+ (Minuten|Sekunden), solange Sie nichts tun\.$/)
    .waitFor();
  await notice.getByRole('button', { name: 'Angemeldet bleiben' }).click();
  await notice.waitFor({ state: 'hidden' });
  expect(await page.locator('#grund-abort').inputValue()).toBe('Noch nicht gesendet');
});

it('at the end the page says so, and leads back to itself after the log-in', async () => {
  // The log-in has to last until its page has been loaded, and so has the second one.
  await serve({ idleMs: 10_000, maxMs: 12 * HOUR });
  const page = await openPage();
  await page.getByText('Ihre Anmeldung ist zu Ende.').waitFor();
  await page.getByRole('link', { name: 'Neu anmelden' }).click();
  await page.waitForURL('**/anmelden');
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Anmelden' }).click();
  await page.waitForURL(`**${pathOf(order)}`);
});

it('without JavaScript a page that is loaded in the last two minutes says so, and one press leads back to it', async () => {
  await serve({ idleMs: 100_000, maxMs: 12 * HOUR });
  const page = await openPage({ javaScriptEnabled: false });
  await page.getByText(/^Ihre Anmeldung gilt bis \d\d\.\d\d Uhr/).waitFor();
  await page.getByRole('button', { name: 'Angemeldet bleiben' }).click();
  await page.waitForURL(`**${pathOf(order)}`);
});

it('where the log-in cannot be extended the page does not offer it', async () => {
  await serve({ idleMs: 100_000, maxMs: 100_000 });
  const page = await openPage();
  await page.getByText('länger geht es nicht').waitFor();
  expect(await page.getByRole('button', { name: 'Angemeldet bleiben' }).count()).toBe(0);
});

it('who logs out in one page is told so in the other', async () => {
  const page = await openPage();
  const other = await page.context().newPage();
  await other.goto('/');
  await other.getByRole('button', { name: 'Abmelden' }).click();
  await page.getByText('Ihre Anmeldung ist zu Ende.').waitFor();
});
