import type { Locator, Page } from 'playwright-core';
import type { SeriesPlanItem } from '../../src/cases/series-plans';
import type { SeriesView } from '../../src/cases/series-view';
import { SeriesCheckPage } from '../../src/console/series/order';
import { SeriesPage } from '../../src/console/series/page';
import { progressSentence } from '../../src/domain/series-progress';
import { seriesTiming } from '../support/api-stage';
import { ConsoleStage, overflow, PHONE, violations } from '../support/console-stage';
import { eventually } from '../support/eventually';

let stage: ConsoleStage;

beforeAll(async () => {
  // One mail for all of a house, however long the last of them takes.
  seriesTiming.noticeAfterMs = 10 * 60_000;
  stage = await ConsoleStage.open();
}, 120_000);
afterAll(() => stage.close());
afterEach(async () => {
  await stage.clear();
  expect(stage.takeComplaints()).toEqual([]);
});

const REASON = 'Die Vorstellungen müssen wegen des Wetters leider entfallen.';
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();
const box = (page: Page, number: string) => page.locator(`#wahl-FSP-${number}`);

/** Sooner than the page does it by itself. */
const reloadUntil = (page: Page, shown: Locator) =>
  eventually(
    async () => {
      await page.reload();
      return shown.count();
    },
    (count) => count > 0,
    30_000,
  );

async function expectFit(page: Page): Promise<void> {
  const size = page.viewportSize();
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize(PHONE);
  expect(await overflow(page)).toBe(0);
  if (size) await page.setViewportSize(size);
}

it('gathers performances from several searches, checks them, leaves out what cannot be cancelled, and runs the rest, without JavaScript', async () => {
  const [one, other, closed] = [
    await stage.api.event({ title: 'Sturm auf der Bühne' }),
    await stage.api.event({ title: 'Sturm im Wasserglas' }),
    await stage.api.event({ title: 'Das Wetter' }),
  ];
  const page = await stage.page({ javaScriptEnabled: false });
  await page.goto('/absagen/neu?haus=FSP&text=Sturm');
  await box(page, one.eventNumber).check();
  await box(page, other.eventNumber).check();
  await press(page, 'Auswahl merken');
  await page.waitForLoadState();
  expect(await box(page, one.eventNumber).isChecked()).toBe(true);
  await page.getByLabel('Suchen nach').fill('Wetter');
  await press(page, 'Suchen');
  await page.getByText('Gemerkt für eine gemeinsame Absage: 2 Vorstellungen.').waitFor();
  await box(page, closed.eventNumber).check();
  await press(page, 'Ausgewählte absagen …');
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('3 Vorstellungen gemeinsam absagen');
  await page.getByLabel('Name der Serie').fill('Unwetter');
  await page.getByLabel('Hinweis für Ö-Ticket').fill(REASON);
  await stage.api.edit(closed.eventNumber, { status: 'Abschluss' });
  await press(page, 'Prüfen');
  const only = page.getByRole('button', { name: 'Nur die 2 möglichen absagen …' });
  await reloadUntil(page, only);
  expect(await page.getByRole('main').innerText()).toContain('Status ist Abschluss');
  expect(await page.getByRole('button', { name: /jetzt absagen/ }).count()).toBe(0);
  await only.click();
  const order = page.getByRole('button', { name: /Diese 2 Vorstellungen jetzt absagen/ });
  await reloadUntil(page, order);
  expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(0);
  await order.click();
  await page.getByRole('heading', { name: 'Unwetter' }).waitFor();
  await reloadUntil(page, page.frameLocator('.stand-frame').getByText('2 von 2 fertig'));
  // The frame is loaded after its page, which may be older by a step.
  await reloadUntil(page, page.locator('#mails').filter({ hasText: 'FSP: 2 Vorstellungen ✓ angenommen' }));
  await page.getByRole('link', { name: 'Sturm im Wasserglas' }).click();
  await page.getByRole('link', { name: 'Zur Serie' }).click();
  await page.getByRole('heading', { name: 'Unwetter' }).waitFor();
});

it('shows each row as it comes on, and pauses and skips what has not begun, on a phone too', async () => {
  const events = [await stage.api.event(), await stage.api.event()];
  const page = await stage.page();
  await page.goto('/absagen/neu?haus=FSP');
  for (const { eventNumber } of events) await box(page, eventNumber).check();
  // What is ticked goes along with another search.
  await page.getByLabel('Suchen nach').fill('Vorstellung');
  await press(page, 'Suchen');
  expect(await box(page, events[0]!.eventNumber).isChecked()).toBe(true);
  await expectFit(page);
  await press(page, 'Ausgewählte absagen …');
  await page.getByLabel('Name der Serie').fill('Probe');
  await page.getByLabel('Hinweis für Ö-Ticket').fill(REASON);
  await expectFit(page);
  await press(page, 'Prüfen');
  const order = page.getByRole('button', { name: /Diese 2 Vorstellungen jetzt absagen/ });
  await order.waitFor();
  await expectFit(page);
  await stage.api.withTiming({ syncIntervalMs: 600_000 }, async () => {
    await order.click();
    await page.getByText('2 warten auf Ö-Ticket').waitFor();
  });
  await page.getByText('Anhalten', { exact: true }).first().click();
  await page.locator('#grund-pause').fill('Es klart auf.');
  await press(page, 'Anhalten');
  await page.locator('#stand', { hasText: 'angehalten' }).waitFor();
  await expectFit(page);
  await page.getByRole('link', { name: 'Nur was jemanden braucht' }).click();
  await page.getByText('Im Moment braucht keine Vorstellung jemanden.').waitFor();
  await page.goto('/serien');
  await page.getByRole('link', { name: 'Probe' }).waitFor();
  await expectFit(page);
});

const COUNTS = {
  waiting: 0,
  running: 0,
  needsAttention: 0,
  completed: 0,
  skipped: 0,
  aborted: 0,
  refused: 0,
  closedByHand: 0,
  interrupted: 0,
};

it.each([
  [
    { completed: 9, needsAttention: 1, running: 2 },
    2,
    '9 von 12 fertig, 1 braucht Sie, 2 warten auf Ö-Ticket',
  ],
  [{ running: 3, waiting: 4 }, 2, '0 von 7 fertig, 1 läuft, 2 warten auf Ö-Ticket, 4 noch nicht begonnen'],
  [{ completed: 1, refused: 1, skipped: 2 }, 0, '1 von 4 fertig, 1 nicht abgesagt, 2 ausgelassen'],
])('counts as finished only what is: %j', (counts, waiting, sentence) => {
  expect(progressSentence({ ...COUNTS, ...counts }, waiting)).toBe(sentence);
});

const VIEW: SeriesView = {
  id: '5c0838e1-fcaf-4cd0-98c1-c887464d1c31',
  title: 'Unwetter',
  state: 'needs-attention',
  paused: false,
  aborting: false,
  counts: { ...COUNTS, running: 1 },
  items: [
    {
      house: 'FSP',
      eventNumber: '700001',
      caseId: '5c0838e1-fcaf-4cd0-98c1-c887464d1c32',
      title: 'Sturm',
      startsAt: '2027-01-05T18:30:00.000Z',
      by: 'absage',
      state: 'waiting',
      step: null,
      waitEndsAt: null,
      attention: null,
      links: { self: '/v1/cases/x', page: '/absagen/FSP/700001' },
    },
  ],
  notices: [
    {
      house: 'FSP',
      number: 1,
      messageId: '<series.x.FSP.1@absage.example>',
      eventNumbers: ['700002'],
      acceptedAt: null,
      outcome: 'in-doubt',
    },
  ],
  approvals: [],
  attention: { code: 'series-notice', text: 'Bitte bei Ö-Ticket nachfragen.' },
  allowedActions: ['pause', 'skip', 'abort', 'decide'],
  order: { marker: 'ENTFÄLLT', reason: REASON, houses: ['FSP'], itemCount: 1 },
  orderedBy: 'Käthe',
  orderedAt: '2027-01-04T10:00:00.000Z',
  refusal: null,
  links: { self: '/v1/series/x', page: '/serien/x' },
};
const shown = (mayAct: boolean, changes: Partial<SeriesView> = {}) =>
  String(
    SeriesPage({
      view: { ...VIEW, ...changes },
      may: () => mayAct,
      csrfToken: 'secret',
      draft: {},
      isNarrowed: false,
      tasks: [],
    }),
  );

it('asks what holds of a mail in doubt, and offers a box only where it can be used', () => {
  const html = shown(true);
  expect(html).toContain('ungewiss, ob sie angekommen ist');
  expect(html).toMatch(/action="\/serien\/x\/decide".*name="number" value="1"/);
  expect(html).toContain('id="wahl-FSP-700001"');
  expect(shown(true, { allowedActions: ['pause'] })).not.toContain('id="wahl-FSP-700001"');
});

it('shows on the check how a title will read that has no room for its marker, and no other one', () => {
  const read = (eventNumber: string, before: string, after: string): SeriesPlanItem => ({
    ...{ house: 'FSP', eventNumber, title: before, startsAt: '2027-01-05T18:30:00.000Z', venue: 'Saal' },
    ...{ cancellable: true, refusals: [], warnings: [], planHash: 'x', stornoAt: null, finishedAt: null },
    titles: { title: { before, after }, customerTitle: { before: null, after: null } },
  });
  const items = [
    read('700001', 'Sturm', 'Sturm – ENTFÄLLT'),
    read('700002', 'Ein Sommernachtstraum', 'Ein Sommern… – ENTFÄLLT'),
  ];
  const counts = { total: 2, read: 2, cancellable: 2, refused: 0 };
  const plan = { items, counts, cancellable: true, state: 'ready' as const };
  const html = String(
    SeriesCheckPage({
      plan: { ...plan, stornoAt: null, finishedAt: null, planHash: 'x' },
      ...{ planId: 'x', draft: null, contacts: [], actor: 'Käthe', csrfToken: 'secret' },
    }),
  );
  expect(html).toContain('Ein Sommern… – ENTFÄLLT');
  expect(html).not.toContain('Sturm – ENTFÄLLT');
});

it('says that it is held up although it asks for somebody', () => {
  const html = shown(true, { paused: true });
  expect(html).toContain('braucht Sie');
  expect(html).toContain('Die Serie ist angehalten: was noch nicht begonnen hat, beginnt nicht.');
  expect(shown(true)).not.toContain('angehalten');
});

it('shows whoever may only look who can act, and no form', () => {
  const html = shown(false, { allowedActions: [] });
  expect(html).not.toContain('<form');
  expect(html).toContain(
    'Eine Serie anhalten und eine Serie abbrechen können das Kartenbüro und die Leitung.',
  );
  expect(html).toContain('Über die E-Mail einer Serie entscheiden können das Kartenbüro und die Leitung.');
});
