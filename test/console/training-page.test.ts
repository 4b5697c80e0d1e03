import type { FastifyInstance } from 'fastify';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildApp } from '../../src/api/app';
import { consolePages } from '../../src/console/console';
import type { Order } from '../../src/domain/types';
import { SIMULATOR_TOKEN } from '../../src/settings/environment';
import { ApiStage } from '../support/api-stage';
import { consoleSession } from '../support/console-session';
import { launchChromium } from '../support/chromium';
import { DESKTOP, overflow, pathOf, PHONE, violations } from '../support/console-stage';

let stage: ApiStage;
let app: FastifyInstance;
let baseURL: string;
let browser: Browser;
let order: Order;

beforeAll(async () => {
  stage = await ApiStage.open();
  const training = {
    simulatorUrl: stage.simulator.url,
    simulatorToken: SIMULATOR_TOKEN,
    mailUiUrl: 'http://127.0.0.1:8026',
  };
  app = await buildApp(stage.deps, consolePages({ ...stage.deps, ...consoleSession(stage.deps), training }));
  baseURL = await app.listen({ host: '127.0.0.1', port: 0 });
  browser = await launchChromium();
  order = await stage.prepare();
  await stage.startWaiting(order);
});

afterAll(async () => {
  await browser?.close();
  await app?.close();
  await stage?.close();
});

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL, ...options });
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

describe.each([
  ['a desk', DESKTOP],
  ['a phone', PHONE],
])('on %s', (_where, viewport) => {
  it('the page breaks no rule and fits', async () => {
    const page = await open('/uebung?getan=delay', { viewport });
    expect(await violations(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    await page.context().close();
  });

  it('the opened card breaks no rule and fits', async () => {
    const page = await open(pathOf(order), { viewport });
    await page.getByText('Übung: etwas geht schief').click();
    expect(await violations(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    await page.context().close();
  });
});

it.each([true, false])('a button of the card works (JavaScript: %s)', async (javaScriptEnabled) => {
  const page = await open(pathOf(order), { javaScriptEnabled });
  await page.getByText('Übung: etwas geht schief').click();
  await page.getByRole('button', { name: 'Eine Kollegin setzt Bereitstellung' }).click();
  await page.getByText('Der Status ist jetzt Bereitstellung.').waitFor();
  expect((await stage.read(order.eventNumber)).statusText).toBe('Bereitstellung');
  await page.getByRole('button', { name: 'Der Status ist wieder wie vorher' }).click();
  await page.locator('.notice', { hasText: 'Der Status ist wieder wie vorher.' }).waitFor();
  expect((await stage.read(order.eventNumber)).statusText).toBe('Verkaufsfreigabe');
  expect(new URL(page.url()).pathname).toBe(pathOf(order));
  await page.context().close();
});
