import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Order } from '../../src/domain/types';
import { launchChromium } from '../support/chromium';
import { approveOn, orderOn } from '../support/in-browser';
import { freePorts, UpProcess } from '../support/up-process';
import { pickPort } from '../support/ports';

/* `absage up --with-log-in`, as somebody tries it out: log in, order, and approve as somebody else. */

const TIMEOUT_MS = 240_000;
const SAMPLE = join(__dirname, '..', '..', 'houses.sample.json');

const folder = mkdtempSync(join(tmpdir(), 'absage-log-in-'));
let up: UpProcess;
let browser: Browser;

const api = () => `http://127.0.0.1:${up.options.ports.api}`;

beforeAll(async () => {
  const houses = join(folder, 'houses.json');
  const sample = JSON.parse(readFileSync(SAMPLE, 'utf8')) as { houses: object[] };
  const [first, ...others] = sample.houses;
  writeFileSync(
    houses,
    JSON.stringify({ houses: [{ ...first, approval: { needed: 'always' } }, ...others] }),
  );
  const logInPort = await pickPort();
  up = UpProcess.start({
    dataDir: join(folder, 'data'),
    ports: await freePorts(),
    settings: { ABSAGE_HOUSES: houses, ABSAGE_SAMPLE_LOGIN_PORT: String(logInPort) },
    options: ['--with-log-in'],
  });
  browser = await launchChromium();
  await up.ready();
}, TIMEOUT_MS);

afterAll(async () => {
  await browser?.close();
  await up?.stop();
  rmSync(folder, { recursive: true, force: true });
}, TIMEOUT_MS);

async function pageOf(subject: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: api(), locale: 'de-AT' });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  await page.goto('/anmelden/konto');
  await page.getByLabel('Wer sind Sie?').selectOption(subject);
  await page.getByRole('button', { name: 'Anmelden' }).click();
  await page.waitForURL(`${api()}/**`);
  return page;
}

it(
  'says who can log in, lets nobody in without, and leads two of them to a begun cancellation',
  async () => {
    expect(up.output).toContain('Karin Kassa (FSP)');
    expect(up.output).toContain('Leo Leitung (FSP)');
    expect((await fetch(`${api()}/v1/houses`)).status).toBe(401);
    const order = { house: 'FSP', eventNumber: '104233', reason: 'Kehlkopfentzündung.' } as Order;
    const clerk = await pageOf('kassa');
    await orderOn(clerk, order);
    await clerk.getByText('Wartet auf eine Freigabe.').waitFor();
    const lead = await pageOf('leitung');
    await approveOn(lead, order);
    await lead.getByText(/^Freigegeben von Leo Leitung/).waitFor();
    await clerk.getByText(/^Wartezeit bis/).waitFor();

    // A program may look, where it has a token, and decides nothing; whoever has none learns how.
    const refused = await up.command('approve', 'FSP', '104233', '--reason', 'Gesehen');
    expect([refused.code, refused.output]).toEqual([4, expect.stringContaining('ABSAGE_TOKEN')]);
  },
  TIMEOUT_MS,
);
