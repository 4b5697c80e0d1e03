/**
 * Takes the pictures of the documents: starts a stack of its own, brings cases into the states that people see, and
 * photographs the console, Temporal's Web UI and the page of the mail catcher. Look at every picture before a commit.
 *
 * Usage: npm run build && npm run screenshots [-- console], with the word for the console's pictures alone
 * Needs Chromium: `apt-get install chromium`, or its path in `CHROMIUM_PATH`.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createKeyFile } from '../src/settings/key-file';
import { launchChromium } from '../test/support/chromium';
import { freePorts, UpProcess } from '../test/support/up-process';
import { order, REASON, takeMarkerOff, until, view } from './pictures/staged-cases';

const FOLDER = join(__dirname, '..', 'docs', 'screenshots');
const WIDTH = 1280;
const CONSOLE = { width: 1_000, height: 1_080 };
const PHONE = { width: 390, height: 844 };
const LARGEST_BYTES = 200_000;

/** Short enough for a script, long enough for a colleague's edit. The last case has a real wait, to be seen waiting. */
const SHORT_WAIT = '20s';
const REAL_WAIT = '15m';

/** Performances of the sample programme, by the end that each one comes to. */
const COMPLETED = 'FSP/104233';
const ABORTED = 'LTN/205101';
const ATTENTION = 'GRAF/408810';
const WAITING = 'KREMS/509001';
const UNTOUCHED = 'FSP/104234';

/** The columns of the list, as the runbook recommends them. */
const COLUMNS_TO_REMOVE = ['Run ID', 'Type', 'Start', 'End'];
const COLUMNS_TO_ADD = ['CancellationStep', 'NeedsAttention', 'PerformanceAt'];

async function main(): Promise<void> {
  const browser = await launchChromium();
  const dataDir = mkdtempSync(join(tmpdir(), 'absage-pictures-'));
  try {
    const up = await stage(dataDir);
    await photograph(up, browser).finally(() => up.stop());
  } finally {
    await browser.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

// --- the cases --------------------------------------------------------------------------------------------

/** One case completed, one aborted, one that asks for a person, and one that waits for a whole interval. */
async function stage(dataDir: string): Promise<UpProcess> {
  const ports = await freePorts();
  await withStack(dataDir, ports, SHORT_WAIT, async (up) => {
    await Promise.all([COMPLETED, ABORTED, ATTENTION].map((path) => order(up, path)));
    await Promise.all([ABORTED, ATTENTION].map((path) => until(up, path, 'waiting')));
    await up.api('POST', `/cancellations/${ABORTED}/abort`, { reason: 'Es wird doch gespielt.' });
    await takeMarkerOff(up, ATTENTION);
    await Promise.all([
      until(up, COMPLETED, 'completed'),
      until(up, ABORTED, 'aborted'),
      until(up, ATTENTION, 'needs-attention'),
    ]);
    await up.stop();
  });
  return withStack(dataDir, ports, REAL_WAIT, async (up) => {
    await order(up, WAITING);
    await until(up, WAITING, 'waiting');
  });
}

async function withStack(
  dataDir: string,
  ports: UpProcess['options']['ports'],
  wait: string,
  work: (up: UpProcess) => Promise<void>,
): Promise<UpProcess> {
  // What the Web UI shows, it shows as in production: through the API, which decrypts it.
  const keysFile = join(dataDir, 'keys.json');
  createKeyFile(keysFile);
  const settings = { ABSAGE_SYNC_INTERVAL: wait, ABSAGE_PAYLOAD_KEYS_FILE: keysFile };
  const up = UpProcess.start({ dataDir, ports, settings });
  try {
    await up.ready();
    await work(up);
    return up;
  } catch (error) {
    await up.stop();
    throw error;
  }
}

// --- the pictures -----------------------------------------------------------------------------------------

async function photograph(up: UpProcess, browser: Browser): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const page = await browser.newPage({ locale: 'de-AT', timezoneId: 'Europe/Vienna', colorScheme: 'light' });
  const local = (port: number) => `http://127.0.0.1:${port}`;
  await showConsole(page, local(up.options.ports.api));
  if (process.argv.includes('console')) return;
  const workflows = `${local(up.options.ports.temporalUi)}/namespaces/default/workflows`;
  const run = async (path: string, tab: string) => {
    const { workflowId, runId } = await newestRun(workflows, path);
    return `${workflows}/${encodeURIComponent(workflowId)}/${runId}/${tab}`;
  };
  await showList(page, workflows);
  await showDetails(page, 'waiting', await run(WAITING, 'user-metadata'), 'Absage wartet', 1_060);
  await showDetails(page, 'attention', await run(ATTENTION, 'user-metadata'), 'Absage braucht Sie', 1_300);
  await showEncrypted(page, await run(WAITING, 'timeline'));
  await page.goto(await run(ATTENTION, 'user-metadata'));
  const { attention } = await view(up, ATTENTION);
  await showUpdate(page, attention?.id ?? '');
  await showTimeline(page, await run(COMPLETED, 'timeline'));
  await page.setViewportSize({ width: WIDTH, height: 900 });
  await page.goto(local(up.options.ports.mailUi));
  await shoot(page, 'mail-catcher');
}

/** The console as a clerk sees it: the overview, a case that waits, one that asks, and the same on a phone. */
async function showConsole(page: Page, address: string): Promise<void> {
  await page.setViewportSize(CONSOLE);
  await page.goto(`${address}/`);
  await page.locator('#liste-needs li').waitFor();
  await shoot(page, 'console-overview');
  await page.goto(`${address}/absagen/neu/${UNTOUCHED}`);
  await page.getByLabel('Hinweis für Ö-Ticket').fill(REASON);
  await page.getByRole('button', { name: 'Weiter: prüfen' }).click();
  await page.getByText('So sehen es Ihre Kundinnen und Kunden').waitFor();
  await shoot(page, 'console-check');
  await page.goto(`${address}/absagen/${WAITING}`);
  await page.getByText(/^noch \d+ Minuten$/).waitFor();
  await shoot(page, 'console-waiting');
  await page.goto(`${address}/absagen/${ATTENTION}`);
  await page.getByText('Absage braucht Sie.').waitFor();
  await shoot(page, 'console-attention');
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(`${address}/absagen/${WAITING}`);
  await shoot(page, 'console-phone');
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Looked up in Temporal, because the view names no run of a case that has ended. */
async function newestRun(workflows: string, path: string): Promise<{ workflowId: string; runId: string }> {
  const workflowId = `cancel-performance/${path}`;
  const { origin } = new URL(workflows);
  const query = encodeURIComponent(`WorkflowId = '${workflowId}'`);
  const response = await fetch(`${origin}/api/v1/namespaces/default/workflows?query=${query}`);
  const { executions } = (await response.json()) as { executions: { execution: { runId: string } }[] };
  return { workflowId, runId: executions[0]?.execution.runId ?? '' };
}

/** The list, with the columns that the runbook recommends. */
async function showList(page: Page, workflows: string): Promise<void> {
  await page.setViewportSize({ width: WIDTH, height: 520 });
  const query = encodeURIComponent('`WorkflowType`="cancelPerformance"');
  await page.goto(`${workflows}?query=${query}`);
  await page.getByText(`cancel-performance/${WAITING}`).first().waitFor();
  await page.getByTestId('workflows-summary-table-configuration-button').click();
  for (const name of COLUMNS_TO_REMOVE)
    await page.getByRole('button', { name: `Remove ${name} column` }).click();
  for (const name of COLUMNS_TO_ADD) await page.getByRole('button', { name: `Add ${name} column` }).click();
  await page.getByTestId('drawer-close-button').click();
  await page.getByRole('columnheader', { name: 'PerformanceAt' }).waitFor();
  await shoot(page, 'list');
}

/** The tab with the current details, which have a frame of their own. */
async function showDetails(page: Page, name: string, address: string, headline: string, height: number) {
  await page.setViewportSize({ width: WIDTH, height });
  await page.goto(address);
  await page.locator('iframe').last().contentFrame().getByText(headline).first().waitFor();
  await shoot(page, name);
}

/** The order of a case, for whoever has no log-in of Absage. */
async function showEncrypted(page: Page, address: string): Promise<void> {
  await page.route('**/codec/**', (route) => route.abort());
  await page.setViewportSize({ width: WIDTH, height: 730 });
  await page.goto(address);
  await page.getByText('Codec Server could not connect').filter({ visible: true }).first().waitFor();
  await shoot(page, 'encrypted');
  await page.unroute('**/codec/**');
}

/** The form of an update, on the page of the case that asks. */
async function showUpdate(page: Page, attentionId: string): Promise<void> {
  await page.setViewportSize({ width: WIDTH, height: 800 });
  await page.getByRole('button', { name: 'More Actions' }).click();
  await page.getByRole('menuitem', { name: 'Send an Update' }).click();
  await page.getByRole('button', { name: 'Select an Update' }).click();
  await page.getByRole('option', { name: /^decide/ }).waitFor();
  await shoot(page, 'updates');
  await page.getByRole('option', { name: /^decide/ }).click();
  const request = {
    actor: 'web-ui:Maria Huber',
    reason: 'Mit dem Haus besprochen: es bleibt bei der Absage',
    attentionId,
    choice: 'mark-again',
  };
  await page.getByRole('textbox', { name: 'Data' }).fill(JSON.stringify(request, null, 2));
  await shoot(page, 'decide');
  await page.keyboard.press('Escape');
}

async function showTimeline(page: Page, address: string): Promise<void> {
  await page.setViewportSize({ width: WIDTH, height: 1_250 });
  await page.goto(address);
  await page.getByText('Abschluss und Protokoll').first().waitFor();
  const heading = await page.getByRole('heading', { name: 'Timeline' }).boundingBox();
  await shoot(page, 'timeline', { x: 0, y: (heading?.y ?? 0) - 20, width: WIDTH, height: 390 });
}

type Clip = NonNullable<Parameters<Page['screenshot']>[0]>['clip'];

async function shoot(page: Page, name: string, clip?: Clip): Promise<void> {
  // Fonts and sliding drawers are drawn late.
  await page.waitForLoadState('load');
  await page.waitForTimeout(1_500);
  const path = join(FOLDER, `${name}.png`);
  await page.screenshot({ path, clip, animations: 'disabled' });
  const { size } = statSync(path);
  if (size > LARGEST_BYTES) throw new Error(`${name}.png is too large: ${size} bytes`);
  process.stdout.write(`docs/screenshots/${name}.png: ${Math.ceil(size / 1_000)} KB\n`);
}

void main();
