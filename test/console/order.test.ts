import type { BrowserContextOptions, Page } from 'playwright-core';
import type { JetEvent } from '../../src/domain/types';
import { ConsoleStage, pathOf, PHONE } from '../support/console-stage';

/** Long enough for a test to see the case waiting. */
const WAIT = { syncIntervalMs: 1_500 };
const REASON = 'Die Vorstellung muss wegen eines Gebrechens leider entfallen.';

let stage: ConsoleStage;

beforeAll(async () => {
  stage = await ConsoleStage.open();
}, 120_000);
afterAll(() => stage.close());
afterEach(() => expect(stage.takeComplaints()).toEqual([]));

const big = (page: Page) => page.locator('#stand .big');

/** Goes from the overview to the button that places the order. */
async function walkToCheck(page: Page, { eventNumber, title }: JetEvent): Promise<void> {
  await page.goto('/');
  await page.getByRole('main').getByRole('link', { name: 'Neue Absage' }).click();
  await page.getByRole('link', { name: 'FSP · Festspielhaus' }).click();
  await page.getByLabel('Suchen nach').fill(eventNumber);
  await page.getByRole('button', { name: 'Suchen' }).click();
  await page.getByRole('link', { name: title }).click();
  await page.getByRole('radio', { name: 'ENTFÄLLT' }).check();
  await page.getByLabel('Hinweis für Ö-Ticket').fill(REASON);
  await page.getByRole('button', { name: 'Weiter: prüfen' }).click();
  await page.getByText('Alles bereit.').waitFor();
}

/** Places an order, and watches the case until its end. */
async function cancelByMouse(page: Page): Promise<JetEvent> {
  const event = await stage.api.event();
  await walkToCheck(page, event);
  await stage.api.withTiming(WAIT, async () => {
    await page.getByRole('button', { name: 'Diese Vorstellung jetzt absagen' }).click();
    await page.waitForURL(`**${pathOf(event)}/*`);
  });
  const isScripted = (await page.locator('html.js').count()) > 0;
  const stand = isScripted ? page : page.frameLocator('iframe');
  await stand.getByText(/^Absage abgeschlossen um/).waitFor();
  return event;
}

async function expectCancelled({ eventNumber, title }: JetEvent): Promise<void> {
  expect(await stage.api.read(eventNumber)).toMatchObject({
    title: `${title} – ENTFÄLLT`,
    externalMemo: REASON,
    status: 'CANCELLED',
  });
}

// Each has a browser window and a performance of its own, and mostly waits: they go beside each other.
describe('a performance is cancelled from the overview to its end', () => {
  it.concurrent.each<[string, BrowserContextOptions]>([
    ['by mouse on a wide screen', {}],
    ['by touch on a phone of 320 pixels', { viewport: PHONE, hasTouch: true, isMobile: true }],
    ['in the dark, with as little motion as possible', { colorScheme: 'dark', reducedMotion: 'reduce' }],
    ['without JavaScript, by a frame that is loaded again', { javaScriptEnabled: false }],
  ])('%s', async (_how, options) => {
    const page = await stage.page(options);
    await expectCancelled(await cancelByMouse(page));
  });

  it.concurrent('by keyboard alone', async () => {
    const page = await stage.page();
    const event = await stage.api.event();
    const type = async (label: string, text: string) => {
      await tabTo(page, label);
      await page.keyboard.type(text);
    };
    await page.goto('/');
    await tabTo(page, 'Zum Inhalt');
    await page.keyboard.press('Enter');
    await press(page, 'Neue Absage');
    // Past the drop-down list, which names the houses, too.
    await tabTo(page, 'Tag');
    await press(page, 'FSP · Festspielhaus');
    await type('Suchen nach', event.eventNumber);
    await press(page, 'Suchen');
    await press(page, event.title);
    await tabTo(page, 'ENTFÄLLT');
    await page.keyboard.press('Space');
    await type('Hinweis für Ö-Ticket', REASON);
    await press(page, 'Weiter: prüfen');
    await press(page, 'Diese Vorstellung jetzt absagen');
    await page.waitForURL(`**${pathOf(event)}/*`);
    await big(page)
      .getByText(/^Absage abgeschlossen um/)
      .waitFor();
    await expectCancelled(event);
  });
});

it('nothing moves when the browser asks for no motion', async () => {
  const order = await stage.api.prepare();
  await stage.api.startWaiting(order);
  const animations = async (reducedMotion: 'reduce' | 'no-preference') => {
    const page = await stage.page({ reducedMotion });
    await page.goto(pathOf(order));
    return page.evaluate('document.getAnimations().length');
  };
  expect(await animations('no-preference')).toBe(1);
  expect(await animations('reduce')).toBe(0);
});

/** The name of the element that has the focus. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(`(() => {
    const { activeElement: element } = document;
    const label = element.labels?.[0] ?? element;
    return (label.innerText ?? '').trim();
  })()`);

/** Presses the tab key until the named element has the focus, as a person without a mouse does. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  while (passed.length < 60) {
    await page.keyboard.press('Tab');
    const present = await focused(page);
    if (present.includes(name)) return;
    passed.push(present);
  }
  throw new Error(`nobody gets to ${name} by keyboard: ${passed.join(' | ')}`);
}

/** Presses the named element by keyboard, and waits for the next page. */
async function press(page: Page, name: string): Promise<void> {
  await tabTo(page, name);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
}
