import type { Browser, Page } from 'playwright-core';
import { casePage } from '../../src/domain/addresses';
import type { Order } from '../../src/domain/types';
import { loadHouses } from '../../src/settings/houses';
import { AccountServers, type AccountServer } from '../support/account-server';
import { ApiStage } from '../support/api-stage';
import { launchChromium } from '../support/chromium';
import { overflow, violations } from '../support/console-stage';
import { approveOn, orderOn, orderSeriesOn } from '../support/in-browser';
import { TestProvider } from '../support/oidc';
import { WebVisitor } from '../support/web-visitor';
import { pickPort } from '../support/ports';

/* Four eyes in a browser, by people who have logged in with an account: who orders, and the lead at home on a phone. */

/** What the lead holds in one hand. */
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const MAILED_TO = 'leitung@fsp.example';

let stage: ApiStage;
let issuer: TestProvider;
let servers: AccountServers;
let here: AccountServer;
let browser: Browser;
let complaints: string[];

beforeAll(async () => {
  const houses = new Map(loadHouses(null));
  const approval = { needed: 'always', expiresMs: 4 * 3_600_000, to: [MAILED_TO] } as const;
  houses.set('FSP', { ...houses.get('FSP')!, approval: { ...approval, to: [...approval.to] } });
  stage = await ApiStage.open({ houses });
  const port = await pickPort();
  const publicUrl = `http://127.0.0.1:${port}`;
  issuer = await TestProvider.start(publicUrl);
  servers = new AccountServers(stage, issuer.settings, publicUrl);
  here = await servers.start(port);
  browser = await launchChromium();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await servers?.close();
  await issuer?.stop();
  await stage?.close();
});
beforeEach(() => {
  complaints = [];
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await issuer.heal();
  expect(complaints).toEqual([]);
});

/** A browser of their own, in which somebody has logged in. */
async function pageOf(subject: string, options = {}): Promise<Page> {
  const context = await browser.newContext({
    ...{ baseURL: here.url, locale: 'de-AT', timezoneId: 'Europe/Vienna' },
    ...options,
  });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.goto('/anmelden/konto');
  await page.getByLabel('Wer sind Sie?').selectOption(subject);
  await page.getByRole('button', { name: 'Anmelden' }).click();
  await page.waitForURL(`${here.url}/**`);
  return page;
}

/** For whoever wants to look at it: `PICTURES=/tmp/pictures npx jest test/console/approval`. */
async function picture(page: Page, name: string): Promise<void> {
  const { PICTURES: folder } = process.env;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

async function expectUsable(page: Page): Promise<void> {
  expect(await violations(page)).toEqual([]);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
}

async function ordered(by: Page): Promise<Order> {
  const order = await stage.prepare();
  await orderOn(by, order);
  await by.getByText('Wartet auf eine Freigabe.').waitFor();
  return order;
}

it('the clerk orders, the lead reads on the phone what would be written, and says yes', async () => {
  const lead = await pageOf('leitung', PHONE);
  const clerk = await pageOf('kassa');
  const order = await ordered(clerk);
  const who = clerk.getByText(/Freigeben kann nur jemand anderer mit der Rolle Leitung/);
  expect(await who.textContent()).toContain(
    `Gerade angemeldet: Leo Leitung (FSP). Die Bitte ging an ${MAILED_TO}.`,
  );
  expect(await clerk.getByText('Absage freigeben …').count()).toBe(0);
  await picture(clerk, 'clerk-waits');

  await lead.goto('/freigaben');
  await lead.getByRole('link', { name: /Freigaben \(\d+\)/ }).waitFor();
  await expectUsable(lead);
  await picture(lead, 'lead-inbox');
  await lead.getByRole('listitem').filter({ hasText: order.eventNumber }).getByRole('link').click();
  await lead.getByRole('heading', { name: 'Das soll gespeichert werden' }).waitFor();
  expect(await lead.locator('#freigabe').textContent()).toContain(`${order.expected!.title} – ENTFÄLLT`);
  await expectUsable(lead);
  await picture(lead, 'lead-decides');
  await approveOn(lead, order);
  await lead.getByText(/^Freigegeben von Leo Leitung \(FSP\) um \d\d\.\d\d/).waitFor();
  await picture(lead, 'lead-has-approved');
  await stage.untilState(order, 'completed');
});

it('a series is approved once for the house, on the phone, with what would be written of each performance', async () => {
  const lead = await pageOf('leitung', PHONE);
  const clerk = await pageOf('kassa');
  const orders = [await stage.prepare(), await stage.prepare()];
  await orderSeriesOn(clerk, 'Sturmwarnung', orders);
  await clerk
    .locator('#freigaben')
    .getByText(/braucht eine zweite Person/)
    .waitFor();
  await picture(clerk, 'series-clerk-waits');

  await lead.goto('/freigaben');
  await lead.getByRole('link', { name: /Freigaben \(\d+\)/ }).waitFor();
  await expectUsable(lead);
  await picture(lead, 'series-lead-inbox');
  await lead.getByRole('link', { name: /Sturmwarnung/ }).click();
  await lead.getByRole('heading', { name: 'Freigabe: Sturmwarnung' }).waitFor();
  await expectUsable(lead);
  await picture(lead, 'series-lead-decides');
  for (const { eventNumber, expected } of orders) {
    const planned = lead.locator(`#plan-${eventNumber}`);
    await planned.locator('summary').click();
    expect(await planned.innerText()).toContain(`${expected!.title} – ENTFÄLLT`);
  }
  await lead.getByText('Nicht freigeben …').click();
  await expectUsable(lead);
  await picture(lead, 'series-lead-reads-all');
  await lead.getByRole('button', { name: '2 Vorstellungen freigeben' }).click();
  await lead.getByText(/^Freigegeben von Leo Leitung \(FSP\) um \d\d\.\d\d/).waitFor();
  await expectUsable(lead);
  await picture(lead, 'series-lead-has-approved');
  for (const order of orders) await stage.untilState(order, 'completed');
  await lead.goto('/freigaben');
  await lead.getByRole('link', { name: 'Freigaben (0)' }).waitFor();
});

it('whoever ordered a series is told who else can approve it, and has the emergency alone', async () => {
  const lead = await pageOf('leitung', PHONE);
  const orders = [await stage.prepare(), await stage.prepare()];
  await orderSeriesOn(lead, 'Erkrankung', orders);
  await lead.locator('#freigaben').getByRole('link', { name: 'Ansehen und entscheiden' }).click();
  await lead.getByText(/^Sie haben diese Serie selbst beauftragt/).waitFor();
  expect(await lead.getByText('Freigeben …', { exact: true }).count()).toBe(0);
  await lead.getByText('Notfall: ohne Freigabe beginnen …').click();
  await expectUsable(lead);
  await picture(lead, 'series-own-order');
  await lead.locator('#grund-override').fill('Brand im Haus.');
  await lead.getByRole('button', { name: 'Ohne Freigabe beginnen' }).click();
  await lead.getByText(/^Ohne Freigabe begonnen, von Leo Leitung \(FSP\) um/).waitFor();
  await expectUsable(lead);
  await picture(lead, 'series-overridden');
});

it('whoever ordered is told that it takes somebody else and who that is, and no form of theirs approves it', async () => {
  const lead = await pageOf('leitung', PHONE);
  const order = await ordered(lead);
  const told = lead.getByText(/^Sie haben diese Absage selbst beauftragt/);
  expect(await told.textContent()).toContain('Gerade ist niemand von ihnen angemeldet: bitte anrufen.');
  expect(await lead.getByText('Absage freigeben …').count()).toBe(0);
  await lead.getByText('Notfall: ohne Freigabe beginnen …').waitFor();
  await expectUsable(lead);
  await picture(lead, 'own-order');

  await issuer.setRoles('einsicht', ['fsp-leitung']);
  const other = await pageOf('einsicht', PHONE);
  await lead.goto('/freigaben');
  await lead.getByText('Das haben Sie selbst beauftragt.').waitFor();
  await lead.getByText('Gerade angemeldet: Ina Einsicht.').waitFor();
  // Nothing lies on anything else.
  const [facts, own] = await lead
    .locator('.case .facts')
    .evaluateAll((all) => all.map((each) => each.getBoundingClientRect()));
  expect(own!.top).toBeGreaterThanOrEqual(facts!.bottom);
  await picture(lead, 'own-order-inbox');

  // The form of another page, sent by hand with all that it needs.
  const visitor = new WebVisitor(here.url);
  await visitor.logInAs('leitung');
  const shown = await visitor.get(casePage(order));
  const { approval, caseId } = await stage.view(order);
  const sent = await visitor.post(
    `${casePage(order)}/approve`,
    { planHash: approval!.planHash, reason: 'Passt schon', caseId },
    { from: shown.body },
  );
  expect(sent.status).toBe(403);
  expect(sent.body).toContain('gibt sie nicht selbst frei');
  await approveOn(other, order);
  await other.getByText(/^Freigegeben von Ina Einsicht um/).waitFor();
});

it('what has changed meanwhile stands there side by side, and is approved anew', async () => {
  const lead = await pageOf('leitung', PHONE);
  const clerk = await pageOf('kassa');
  const order = await ordered(clerk);
  await lead.goto(casePage(order));
  await lead.getByText('Absage freigeben …').click();
  await stage.edit(order.eventNumber, { externalMemo: 'Einlass ab 18 Uhr' });
  await lead.getByRole('button', { name: 'Freigeben', exact: true }).click();
  await lead.getByText(/Das hat sich in Jet seit der vorigen Freigabe geändert/).waitFor();
  expect(await lead.locator('#freigabe').textContent()).toContain('jetzt „Einlass ab 18 Uhr“');
  expect(await stage.writes(order.eventNumber)).toEqual([]);
  await expectUsable(lead);
  await picture(lead, 'plan-changed');
  await approveOn(lead, order);
  await stage.untilState(order, 'completed');
});

it('nobody is asked to tell the public before somebody has approved', async () => {
  const clerk = await pageOf('kassa');
  const order = await ordered(clerk);
  expect(await stage.view(order)).toMatchObject({ tasks: null });
  expect(await clerk.getByText('Einlass, Besucherdienst und Gastronomie verständigen.').count()).toBe(0);
  await clerk.goto('/aufgaben');
  await clerk.getByRole('heading', { name: 'Aufgaben' }).waitFor();
  expect(await clerk.getByText(order.eventNumber).count()).toBe(0);
  await clerk.goto(casePage(order));
  await clerk.getByText('Absage zurückziehen …').click();
  await clerk.getByLabel('Falsche Vorstellung.').check();
  await clerk.getByRole('button', { name: 'Zurückziehen', exact: true }).click();
  await clerk.getByText('Absage abgebrochen.').waitFor();
  await picture(clerk, 'withdrawn');
  expect(await stage.writes(order.eventNumber)).toEqual([]);
  const { tasks, steps } = await stage.view(order);
  expect(tasks).toBeNull();
  expect(steps.find(({ name }) => name === 'mark-titles')).toMatchObject({ state: 'upcoming', detail: null });
});
