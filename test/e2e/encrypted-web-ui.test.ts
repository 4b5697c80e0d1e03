import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { CancellationView } from '../../src/cases/view';
import { createToken } from '../../src/settings/tokens';
import { launchChromium } from '../support/chromium';
import { keysFileIn } from '../support/production';
import { freePorts, UpProcess } from '../support/up-process';
import { eventually } from '../support/eventually';

/*
 * Temporal's own Web UI in a real browser, before an installation that encrypts and asks for a log-in: what people read
 * there, and what they send from there.
 */

const TIMEOUT_MS = 240_000;
const REASON = 'Die Vorstellung entfällt (Kehlkopfentzündung).';
const HEADLINE = 'Absage wartet, bis Ö-Ticket die Änderung übernommen hat.';

const folder = mkdtempSync(join(tmpdir(), 'absage-web-ui-'));
const { token, entry } = createToken('Kassa FSP', ['FSP']);

let up: UpProcess;
let browser: Browser;
let page: Page;
let waiting: CancellationView;

const api = () => `http://127.0.0.1:${up.options.ports.api}`;

async function ask<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${api()}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return (await response.json()) as T;
}

const until = (wanted: string) =>
  eventually(
    () => ask<CancellationView>('GET', '/cancellations/FSP/104233'),
    ({ state }) => state === wanted,
  );

beforeAll(async () => {
  const tokens = join(folder, 'tokens.json');
  writeFileSync(tokens, JSON.stringify({ tokens: [entry] }), { mode: 0o600 });
  const settings = { ABSAGE_PAYLOAD_KEYS_FILE: keysFileIn(folder), ABSAGE_API_TOKENS_FILE: tokens };
  up = UpProcess.start({
    dataDir: join(folder, 'data'),
    ports: await freePorts(),
    settings: { ...settings, ABSAGE_SYNC_INTERVAL: '15m' },
  });
  browser = await launchChromium();
  page = await browser.newPage({ locale: 'de-AT', timezoneId: 'Europe/Vienna' });
  page.setDefaultTimeout(25_000);
  await up.ready();
  const { title, startsAt } = await ask<{ title: string; startsAt: string }>('GET', '/events/FSP/104233');
  const expected = { title, startsAt };
  await ask('POST', '/cancellations', {
    house: 'FSP',
    eventNumber: '104233',
    marker: 'ENTFÄLLT',
    reason: REASON,
    expected,
  });
  waiting = await until('waiting');
}, TIMEOUT_MS);

afterAll(async () => {
  await browser?.close();
  await up?.stop();
  rmSync(folder, { recursive: true, force: true });
}, TIMEOUT_MS);

async function show(tab: string): Promise<void> {
  const { workflowId, runId } = waiting;
  const workflows = `http://127.0.0.1:${up.options.ports.temporalUi}/namespaces/default/workflows`;
  await page.goto(`${workflows}/${encodeURIComponent(workflowId)}/${runId}/${tab}`);
}

const details = () => page.locator('iframe').last().contentFrame().getByText(HEADLINE);

it(
  'without a log-in nothing is shown, and the Web UI says so',
  async () => {
    await show('timeline');
    await page.getByText('Codec Server could not connect').filter({ visible: true }).first().waitFor();
    expect(await page.content()).not.toContain('Kehlkopfentzündung');
    await show('user-metadata');
    await page.getByText('No summary available').waitFor();
    expect(await page.content()).not.toContain('Besuch der alten Dame');
  },
  TIMEOUT_MS,
);

it(
  'with the log-in of the console everything is readable again',
  async () => {
    await page.goto(`${api()}/anmelden`);
    await page.locator('input[name=token]').fill(token);
    await page.getByRole('button', { name: 'Anmelden' }).click();
    await page.waitForURL(`${api()}/`);

    await show('timeline');
    await page.getByRole('button', { name: /^Codec Server/ }).click();
    await page.getByText('Use my browser setting').click();
    await page.getByLabel('Codec Server browser endpoint').fill(`${api()}/codec`);
    await page.getByTestId('data-encoder-include-credentials').click();
    await page.getByRole('button', { name: 'Apply' }).click();

    await show('timeline');
    await page.getByText('Kehlkopfentzündung').first().waitFor();
    await page.getByText('Titel und Hinweis speichern').first().waitFor();
    await show('user-metadata');
    await details().waitFor();
    await page.locator('iframe').first().contentFrame().getByText('Der Besuch der alten Dame').waitFor();
    await show('memo');
    await page.getByText('Der Besuch der alten Dame').first().waitFor();
  },
  TIMEOUT_MS,
);

it(
  'an action is sent from there, and takes hold',
  async () => {
    await show('user-metadata');
    await details().waitFor();
    await page.getByRole('button', { name: 'More Actions' }).click();
    await page.getByRole('menuitem', { name: 'Send an Update' }).click();
    await page.getByRole('button', { name: 'Select an Update' }).click();
    await page.getByRole('option', { name: /^abort/ }).click();
    const request = { actor: 'Maria Huber', reason: 'Es wird doch gespielt.' };
    await page.getByRole('textbox', { name: 'Data' }).fill(JSON.stringify(request));
    // The editor hands its text over when it loses the focus.
    await page.getByText('Single JSON payload supported').filter({ visible: true }).click();
    const sent = page.waitForRequest((one) => one.method() === 'POST' && one.url().includes('/update/abort'));
    await page.getByRole('button', { name: 'Submit' }).filter({ visible: true }).click();
    const body = (await sent).postData() ?? '';
    expect(body).toContain(Buffer.from('binary/absage-aes-256-gcm').toString('base64'));
    expect(body).not.toContain(Buffer.from('json/plain').toString('base64'));
    await until('aborted');
    const { entries } = await ask<{ entries: { actor: string; operation: string }[] }>(
      'GET',
      '/cancellations/FSP/104233/journal',
    );
    expect(entries.map(({ actor }) => actor)).toContain('web-ui:Maria Huber');
  },
  TIMEOUT_MS,
);
