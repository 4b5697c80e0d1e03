import type { Page } from 'playwright-core';
import { seriesTiming } from '../support/api-stage';
import { ConsoleStage, overflow, PHONE, violations } from '../support/console-stage';

let stage: ConsoleStage;

beforeAll(async () => {
  // One mail for both, however long the clerk takes for the second one.
  seriesTiming.noticeAfterMs = 10 * 60_000;
  stage = await ConsoleStage.open();
}, 120_000);
afterAll(() => stage.close());
afterEach(async () => {
  await stage.clear();
  expect(stage.takeComplaints()).toEqual([]);
});

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();
const field = (page: Page, name: string) => page.locator(`[id="${name}"]`);

async function expectFit(page: Page): Promise<void> {
  const size = page.viewportSize();
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize(PHONE);
  expect(await overflow(page)).toBe(0);
  if (size) await page.setViewportSize(size);
}

const SEEN = {
  title: 'Der Talisman',
  status: 'Verkaufsfreigabe',
  venue: 'Stadtsaal',
  location: 'Zwettl',
  organiser: 'Gastspiele GmbH',
};

async function type(page: Page, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await field(page, `seen.${name}`).fill(value);
}

/** Confirms the step that the page asks for, in the house's own masks. */
async function confirm(page: Page, step: string, readBack: Record<string, string>): Promise<void> {
  await page.locator(`#frage input[name=step][value=${step}]`).waitFor({ state: 'attached' });
  for (const [name, value] of Object.entries(readBack)) await field(page, `readBack.${name}`).fill(value);
  await press(page, 'Erledigt, das steht jetzt da');
  await page.waitForURL(/\/serien\/[0-9a-f-]{36}#von-hand$/);
}

it('performances of a house without a gateway are typed one after the other, and done one after the other while waits overlap', async () => {
  const page = await stage.page();
  await page.goto('/absagen/neu?haus=GUID');
  await page.getByLabel('VA-Nummer').fill('870002');
  await press(page, 'Mit anderen gemeinsam absagen …');
  await type(page, { ...SEEN, startsAt: '2027-05-06T19:30', externalMemo: 'Einlass ab 19.00 Uhr.' });
  await expectFit(page);
  await press(page, 'Merken und nächste eingeben');
  await page.getByText('Gemerkt für eine gemeinsame Absage: 1 Vorstellung.').waitFor();
  await page.getByLabel('VA-Nummer').fill('870001');
  await press(page, 'Zur Auswahl dazu');
  // What a production has in common is there already; what tells two performances apart is read from the mask.
  expect(await field(page, 'seen.organiser').inputValue()).toBe('Gastspiele GmbH');
  for (const name of ['seen.status', 'seen.startsAt', 'seen.externalMemo'])
    expect(await field(page, name).inputValue()).toBe('');
  await type(page, { status: 'Bereitstellung', startsAt: '2027-05-05T19:30' });
  await press(page, 'Merken, das waren alle');
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('2 Vorstellungen gemeinsam absagen');
  await page.getByRole('link', { name: 'Aus der Maske: ändern (VA-Nr. 870001)' }).click();
  expect(await field(page, 'seen.status').inputValue()).toBe('Bereitstellung');
  await type(page, { status: 'Verkaufsfreigabe' });
  await press(page, 'Merken, das waren alle');
  await page.getByLabel('Name der Serie').fill('Gastspiel');
  await page.getByLabel('Hinweis für Ö-Ticket').fill('Leider entfallen.');
  await page.getByText('Weitere Angaben').click();
  await page.getByLabel('Stornoberechtigung bis').fill('2028-06-30');
  await expectFit(page);
  await press(page, 'Prüfen');
  const order = page.getByRole('button', { name: /Diese 2 Vorstellungen jetzt absagen/ });
  await order.waitFor();
  expect(await page.locator('#angaben').innerText()).toContain('30.06.2028');
  await stage.api.withTiming({ syncIntervalMs: 600_000 }, async () => {
    await order.click();
    await page.getByText('Jetzt in Jet zu tun: 2').waitFor();
  });
  await expectFit(page);
  const entries = page.locator('.hand > li');
  const dayOf = (number: string) => (number === '870001' ? '5. Mai' : '6. Mai');
  const title = 'Der Talisman – ENTFÄLLT';
  for (const [number, memo] of [
    ['870001', 'Leider entfallen.'],
    ['870002', 'Leider entfallen.\n\nEinlass ab 19.00 Uhr.'],
  ] as const) {
    // The soonest performance that is due stands first; the other one waits meanwhile.
    expect(await entries.first().innerText()).toContain(dayOf(number));
    await entries.first().getByRole('link').click();
    await confirm(page, 'mark-titles', { title, externalMemo: memo });
    await page.locator(`#hand-GUID-${number}`, { hasText: 'ab ca.' }).waitFor();
  }
  await page.getByText('2 Vorstellungen warten auf Ö-Ticket').waitFor();
  await expectFit(page);
  const link = (number: string, text: string) =>
    page.locator(`#hand-GUID-${number}`, { hasText: text }).getByRole('link');
  const numbers = ['870001', '870002'];
  for (const eventNumber of numbers) await stage.api.skipWait({ house: 'GUID', eventNumber });
  for (const number of numbers) {
    await link(number, 'Status auf Storno setzen').click();
    await confirm(page, 'set-storno', { status: 'Storno', title });
  }
  await page.getByText('2 Vorstellungen warten auf Ö-Ticket').waitFor();
  for (const eventNumber of numbers) await stage.api.skipWait({ house: 'GUID', eventNumber });
  for (const number of numbers) {
    await link(number, 'Kontrolle').click();
    await confirm(page, 'verify-channel', { status: 'Storno' });
    await link(number, 'Stornoberechtigung').click();
    await confirm(page, 'grant-right', { validFrom: '2026-01-01', validUntil: '2028-06-30' });
  }
  await page.getByText('2 von 2 fertig').waitFor();
  await page.locator('#mails').filter({ hasText: 'GUID: 2 Vorstellungen ✓ angenommen' }).waitFor();
}, 120_000);
