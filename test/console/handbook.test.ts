import { CHAPTERS, HANDBOOK, OTHER_STATES, wayLabel } from '../../src/console/handbook/handbook';
import { HELD } from '../../src/cases/view';
import { logInByToken } from '../../src/cases/log-in';
import { hashToken } from '../../src/settings/tokens';
import { FAILURES, failureRow, type FailureCode } from '../../src/domain/failures';
import { ConsoleStage, DESKTOP, overflow, pathOf, PHONE, violations } from '../support/console-stage';

jest.setTimeout(120_000);

const CODES = Object.keys(FAILURES) as FailureCode[];

let stage: ConsoleStage;

beforeAll(async () => {
  stage = await ConsoleStage.open();
});
afterEach(async () => {
  await stage.clear();
  expect(stage.takeComplaints()).toEqual([]);
});
afterAll(() => stage?.close());

it('has each question in exactly one chapter', () => {
  expect(CHAPTERS.flatMap(({ codes }) => codes).toSorted()).toEqual(CODES.toSorted());
});

it.each(CODES)('names of %s every way out that is offered, and none other', (code) => {
  const { actions, choices = [] } = failureRow(code);
  const offered = [...actions.filter((action) => action !== 'decide'), ...choices];
  expect(Object.keys(HANDBOOK[code].ways).toSorted()).toEqual(offered.toSorted());
});

it('calls each way as its button or its choice does', () => {
  expect(wayLabel('retry')).toBe('Jetzt noch einmal versuchen:');
  expect(wayLabel('treat-as-sent')).toBe('Die E-Mail ist angekommen.');
});

it('has a place for everything that a case can link to', async () => {
  const page = await stage.page();
  await page.goto('/handbuch');
  const ids = await page.locator('.handbook section[id]').evaluateAll((all) => all.map(({ id }) => id));
  expect(ids).toEqual(expect.arrayContaining([...CODES, ...HELD, 'interrupted']));
  expect(new Set(ids).size).toBe(ids.length);
  const links = await page
    .locator('nav[aria-labelledby=inhalt-titel] a')
    .evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  expect(links.toSorted()).toEqual(
    [...CODES, ...OTHER_STATES.map(({ id }) => id)].map((id) => `#${id}`).toSorted(),
  );
  expect(ids).toEqual(expect.arrayContaining(links.map((link) => link!.slice(1))));
});

it('is where the question of a case leads to, at the right section', async () => {
  const order = await stage.api.prepare();
  await stage.api.startWaiting(order);
  await stage.api.edit(order.eventNumber, { status: 'Bereitstellung' });
  await stage.api.skipWait(order);
  await stage.api.untilState(order, 'needs-attention');
  const page = await stage.page();
  await page.goto(pathOf(order));
  await page.getByRole('link', { name: 'Im Handbuch nachschlagen' }).click();
  await page.waitForURL('**/handbuch#status-not-cancellable');
  const section = page.locator('section:target');
  expect(await section.textContent()).toContain(FAILURES['status-not-cancellable'].text);
  expect(await section.textContent()).toContain('Sofort das Ticketing-Team.');
  const top = await section.evaluate((element) => element.getBoundingClientRect().top);
  expect(top).toBeLessThan(DESKTOP.height);
});

it('has the telephone numbers of the houses that one may act for', async () => {
  const page = await stage.page();
  await page.goto('/handbuch');
  const telephones = page.locator('section[aria-labelledby=telefone]');
  expect(await telephones.textContent()).toContain('Ö-Ticket, Veranstalterservice: +43 1 000 400');
  expect(await telephones.getByRole('link', { name: '+43 2742 000 900' }).getAttribute('href')).toBe(
    'tel:+432742000900',
  );
});

it.each([
  ['at the counter', DESKTOP],
  ['on a phone', PHONE],
])('can be read by everybody, %s', async (_where, viewport) => {
  const page = await stage.page({ viewport });
  await page.goto('/handbuch');
  expect(await violations(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
});

it('is complete on paper', async () => {
  const page = await stage.page();
  await page.goto('/handbuch');
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator(`#${CODES[0]}`).isVisible()).toBe(true);
  expect(await page.locator('.bar nav').isVisible()).toBe(false);
});

it('is shown to nobody who is not logged in', async () => {
  await stage.stopServer();
  await stage.startServer({ logIn: logInByToken([], hashToken) });
  const answer = await stage.app.inject({ url: '/handbuch' });
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/anmelden']);
});
