import type { Page } from 'playwright-core';
import { logInByToken } from '../../src/cases/log-in';
import type { Order } from '../../src/domain/types';
import { hashToken, type ApiToken } from '../../src/settings/tokens';
import { casePage, type CaseAddress } from '../../src/domain/addresses';
import { ConsoleStage, pathOf } from '../support/console-stage';
import { eventually } from '../support/eventually';

/*
 * What was sent after the log-in had ended used to be lost without a word: a bare log-in page, and after it the overview.
 */

const TOKEN = 'absage_maria';
const tokens: ApiToken[] = [
  { sha256: hashToken(TOKEN).toString('hex'), actor: 'Maria Huber', role: 'lead', houses: new Set(['FSP']) },
];
const REASON = 'Irrtum: es war die Vorstellung von morgen.';
const HINT = 'Die Vorstellung muss wegen eines Gebrechens leider entfallen.';
const NOT_DONE = 'Was Sie gerade gesendet haben, wurde nicht ausgeführt:';

let stage: ConsoleStage;
let waiting: Order;

beforeAll(async () => {
  stage = await ConsoleStage.open({ isRehearsal: false, logIn: logInByToken(tokens, hashToken) });
  const headers = { authorization: `Bearer ${TOKEN}` };
  waiting = await stage.api.prepare();
  await stage.api.withTiming({ syncIntervalMs: 10 * 60_000 }, () =>
    stage.api.post('/v1/cancellations', waiting, headers),
  );
  await untilWaiting(waiting);
}, 120_000);
afterAll(() => stage.close());
afterEach(async () => {
  await stage.clear();
  stage.takeComplaints();
});

const viewOf = async ({ house, eventNumber }: Order) => {
  const headers = { authorization: `Bearer ${TOKEN}` };
  return (
    await stage.api.get<CaseAddress & { state: string }>(`/v1/cancellations/${house}/${eventNumber}`, {
      headers,
    })
  ).body;
};

/** Before that its page changes, and with it the form of the abort. */
const untilWaiting = (order: Order) =>
  eventually(
    () => viewOf(order),
    ({ state }) => state === 'waiting',
  );

async function logIn(page: Page, path: string): Promise<Page> {
  await page.goto(path);
  await enterToken(page);
  await page.waitForURL(`**${path}`);
  return page;
}

async function enterToken(page: Page, token = TOKEN): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Anmelden' }).click();
}

const pathIn = (page: Page) => new URL(page.url()).pathname;

/** Fills in the form of an abort, and sends it when the log-in is gone. */
async function abortTooLate(page: Page): Promise<void> {
  await page.locator('#weg-abort summary').click();
  await page.locator('#grund-abort').fill(REASON);
  await page.context().clearCookies();
  await page.getByRole('button', { name: 'Abbrechen und Titel zurücksetzen' }).click();
  await page.waitForURL('**/anmelden?**');
}

describe('an abort that is sent after the log-in has ended', () => {
  it('is not carried out, says so, and stands on the page of its case after the log-in', async () => {
    const page = await logIn(await stage.page(), pathOf(waiting));
    await abortTooLate(page);
    await page.getByText(NOT_DONE).waitFor();
    expect(page.url()).toMatch(/\/anmelden\?formular=[0-9a-f-]{36}$/);
    expect(await page.content()).not.toContain(REASON);
    await enterToken(page, `${TOKEN}x`);
    await page.getByText('Dieses Token gilt nicht.').waitFor();
    await page.getByText(NOT_DONE).waitFor();
    await enterToken(page);
    await page.getByText('Das wurde nicht ausgeführt:').waitFor();
    expect(pathIn(page)).toBe(casePage(await viewOf(waiting)));
    expect(await page.locator('#grund-abort').inputValue()).toBe(REASON);
    expect(await page.locator('#weg-abort').getAttribute('open')).not.toBeNull();
    expect(await viewOf(waiting)).toMatchObject({ state: 'waiting' });
  });

  it('is shown to no other browser, whoever is logged in there', async () => {
    const page = await logIn(await stage.page(), pathOf(waiting));
    await abortTooLate(page);
    const address = `${pathOf(waiting)}${new URL(page.url()).search}`;
    const other = await logIn(await stage.page(), pathOf(waiting));
    await other.goto(address);
    await other.locator('#weg-abort').waitFor();
    expect(await other.content()).not.toContain(REASON);
    await enterToken(page);
    await page.getByText('Das wurde nicht ausgeführt:').waitFor();
  });

  it('is carried out when the person sends it again, and then is kept no more', async () => {
    const page = await logIn(await stage.page(), pathOf(waiting));
    const order = await stage.api.prepare();
    const headers = { authorization: `Bearer ${TOKEN}` };
    await stage.api.withTiming({ syncIntervalMs: 10 * 60_000 }, () =>
      stage.api.post('/v1/cancellations', order, headers),
    );
    await untilWaiting(order);
    await page.goto(pathOf(order));
    await abortTooLate(page);
    await enterToken(page);
    await page.getByText('Das wurde nicht ausgeführt:').waitFor();
    const address = page.url();
    await page.getByRole('button', { name: 'Abbrechen und Titel zurücksetzen' }).click();
    await page.getByText('abgebrochen').first().waitFor();
    await page.goto(address);
    expect(await page.content()).not.toContain('Das wurde nicht ausgeführt:');
  });

  it('goes back to its form at once when only the secret of its page is old', async () => {
    const page = await logIn(await stage.page(), pathOf(waiting));
    await page.locator('#weg-abort summary').click();
    await page.locator('#grund-abort').fill(REASON);
    const second = await page.context().newPage();
    await second.goto('/');
    await second.getByRole('button', { name: 'Abmelden' }).click();
    await logIn(second, '/');
    await page.getByRole('button', { name: 'Abbrechen und Titel zurücksetzen' }).click();
    await page.getByText('Das wurde nicht ausgeführt:').waitFor();
    expect(pathIn(page)).toBe(casePage(await viewOf(waiting)));
    expect(await page.locator('#grund-abort').inputValue()).toBe(REASON);
    expect(await viewOf(waiting)).toMatchObject({ state: 'waiting' });
  });
});

describe('an order that is sent after the log-in has ended', () => {
  async function fillIn(page: Page, path: string): Promise<void> {
    await logIn(page, path);
    await page.getByLabel('Hinweis für Ö-Ticket').fill(HINT);
    await page.getByText('Weitere Angaben').click();
    await page.getByLabel('Rückfragen an').fill('Eva Muster');
    await page.getByLabel('Telefon').fill('+43 1 234');
  }

  it.each<[string, boolean]>([
    ['to be checked', false],
    ['to be placed', true],
  ])('%s is back in its form, and nothing was begun', async (_what, isToBePlaced) => {
    const order = await stage.api.prepare();
    const path = `/absagen/neu/FSP/${order.eventNumber}`;
    const page = await stage.page();
    await fillIn(page, path);
    if (isToBePlaced) {
      await page.getByRole('button', { name: 'Weiter: prüfen' }).click();
      await page.getByText('Alles bereit.').waitFor();
    }
    await page.context().clearCookies();
    const name = isToBePlaced ? 'Diese Vorstellung jetzt absagen' : 'Weiter: prüfen';
    await page.getByRole('button', { name }).click();
    await page.getByText(NOT_DONE).waitFor();
    await enterToken(page);
    await page.getByText('Das wurde nicht ausgeführt.').waitFor();
    expect(pathIn(page)).toBe(path);
    expect(await page.getByLabel('Hinweis für Ö-Ticket').inputValue()).toBe(HINT);
    expect(await page.getByLabel('Rückfragen an').inputValue()).toBe('Eva Muster');
    expect(await page.getByLabel('Rückfragen an').isVisible()).toBe(true);
    expect(await stage.api.writes(order.eventNumber)).toEqual([]);
  });
});

it('the link of a mail leads to its case after a wrong token, too', async () => {
  const page = await stage.page();
  await page.goto(pathOf(waiting));
  await enterToken(page, 'falsch');
  await page.getByText('Dieses Token gilt nicht.').waitFor();
  await enterToken(page);
  await page.waitForURL(`**${pathOf(waiting)}`);
});

describe('without a browser', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const post = (url: string, headers: Record<string, string> = {}) =>
    stage.app.inject({ method: 'POST', url, headers: { ...form, ...headers }, payload: `reason=${REASON}` });

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['nobody knows where', {}],
    ['a page without an origin', { origin: 'null' }],
  ])('the form of %s is not kept, and not carried out', async (_whose, headers) => {
    const { statusCode, headers: answered, cookies } = await post(`${pathOf(waiting)}/abort`, headers);
    expect({ statusCode, location: answered.location }).toEqual({
      statusCode: 303,
      location: '/anmelden?abgelaufen=ja',
    });
    expect(cookies).toEqual([]);
    expect(await viewOf(waiting)).toMatchObject({ state: 'waiting' });
  });

  it('a log-in without any cookie says that the pages need cookies', async () => {
    const { statusCode, body } = await post('/anmelden', { 'sec-fetch-site': 'same-origin' });
    expect(statusCode).toBe(403);
    expect(body).toContain('brauchen Cookies');
    expect(body).not.toContain('zu lange offen');
  });

  it('a browser that takes no cookie is told so where it logs in', async () => {
    const kept = await post(`${pathOf(waiting)}/abort`, { 'sec-fetch-site': 'same-origin' });
    expect(kept.headers.location).toMatch(/^\/anmelden\?formular=/);
    const { body } = await stage.app.inject({ url: String(kept.headers.location) });
    expect(body).toContain('Ihr Browser schickt kein Cookie mit');
    expect(body).toContain('nicht ausgeführt');
  });
});
