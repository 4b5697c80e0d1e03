/**
 * Draws `deploy/dashboard.json` with real figures: starts a stack of its own and a Prometheus that asks it, brings cases, faults of
 * Jet and a switch of the writes into some minutes, asks each query of the dashboard, and draws what comes back. It is not Grafana,
 * which looks different; the panels, their places, queries and units are the dashboard's own.
 *
 * Usage: npm run build && npm run picture:dashboard
 * Needs Chromium as the other pictures do, and a Prometheus, as `node scripts/setup.mjs tools` finds it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { launchChromium } from '../test/support/chromium';
import { pickPort } from '../test/support/ports';
import { Prometheus, type Series } from '../test/support/prometheus';
import { freePorts, UpProcess } from '../test/support/up-process';
import { order, takeMarkerOff, until } from './pictures/staged-cases';

const ROOT = join(__dirname, '..');
const PICTURE = join(ROOT, 'docs', 'screenshots', 'dashboard.png');
const EVERY_SECONDS = 6;
const GRID = { columns: 24, columnPx: 66, rowPx: 38 };
/** What Grafana puts in: a few times the interval at which is asked. */
const RATE_INTERVAL = '30s';

interface Panel {
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: { expr: string; legendFormat?: string }[];
  fieldConfig: { defaults: { unit: string } };
}

/** A panel with what its queries gave. */
interface Drawn {
  panel: Panel;
  lines: (Series & { name: string })[];
}

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'absage-dashboard-'));
  const metricsPort = await pickPort();
  const settings = {
    ABSAGE_METRICS_PORT: String(metricsPort),
    ABSAGE_SYNC_INTERVAL: '30s',
    ABSAGE_ATTENTION_AFTER: '20s',
  };
  const up = UpProcess.start({ dataDir, ports: await freePorts(), settings });
  try {
    await up.ready();
    const jobs = { 'absage-server': [metricsPort], 'absage-worker': [metricsPort + 1] };
    const prometheus = await Prometheus.start(jobs, readFileSync(join(ROOT, 'deploy', 'alerts.yml'), 'utf8'));
    try {
      const from = Date.now();
      await anEvening(up);
      await draw(await ask(prometheus, from, Date.now()));
    } finally {
      await prometheus.stop();
    }
  } finally {
    await up.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

// --- what happens meanwhile -------------------------------------------------------------------------------

/** Performances of the sample programme. */
const QUIET = ['FSP/104233', 'KREMS/509001'];
const EDITED = 'GRAF/408810';
const LATE = 'FSP/104234';
const WRITES = '/installation/writes';

/** Cases that go through, one that asks for a person, a gateway that fails for a while, and writes that are off for a minute. */
async function anEvening(up: UpProcess): Promise<void> {
  const reader = new AbortController();
  const reading = readNowAndThen(up, reader.signal);
  for (const path of [...QUIET, EDITED]) await order(up, path);
  await until(up, EDITED, 'waiting');
  await takeMarkerOff(up, EDITED);
  await until(up, EDITED, 'needs-attention');
  await Promise.all(QUIET.map((path) => until(up, path, 'completed')));
  await order(up, LATE);
  await up.simulator('POST', '/faults', [{ operation: 'read-event', kind: 'error-500', count: 12 }]);
  await up.api('PUT', WRITES, { on: false, reason: 'Etwas sieht falsch aus.' });
  await sleep(60_000);
  await up.api('PUT', WRITES, { on: true, reason: 'Es ist geklärt.' });
  await until(up, LATE, 'completed');
  // So that what came last is asked, too.
  await sleep(3 * EVERY_SECONDS * 1_000);
  reader.abort();
  await reading;
}

async function readNowAndThen(up: UpProcess, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await up.api('GET', '/events?house=FSP').catch(() => null);
    await up.api('GET', '/cancellations').catch(() => null);
    await up.api('GET', '/cancellations/FSP/999999').catch(() => null);
    await sleep(2_000, undefined, { signal }).catch(() => undefined);
  }
}

// --- the picture ------------------------------------------------------------------------------------------

async function ask(prometheus: Prometheus, from: number, to: number): Promise<Drawn[]> {
  const { panels } = JSON.parse(readFileSync(join(ROOT, 'deploy', 'dashboard.json'), 'utf8')) as {
    panels: Panel[];
  };
  const drawn: Drawn[] = [];
  for (const panel of panels) {
    const lines: Drawn['lines'] = [];
    for (const { expr, legendFormat = '' } of panel.targets) {
      const expression = expr.replaceAll('$__rate_interval', RATE_INTERVAL);
      for (const series of await prometheus.history(expression, from, to, EVERY_SECONDS))
        lines.push({ ...series, name: nameOf(series.labels, legendFormat) });
    }
    drawn.push({ panel, lines });
  }
  return drawn;
}

/** Of a query that gives but one line. */
const UNNAMED = 'value';

/** As Grafana names a line. */
function nameOf(labels: Series['labels'], format: string): string {
  if (format !== '')
    return format.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '');
  const named = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  return named.join(' ') || UNNAMED;
}

async function draw(drawn: readonly Drawn[]): Promise<void> {
  const rows = Math.max(...drawn.map(({ panel: { gridPos } }) => gridPos.y + gridPos.h));
  const viewport = { width: GRID.columns * GRID.columnPx + 24, height: rows * GRID.rowPx + 24 };
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport, locale: 'en-GB', timezoneId: 'Europe/Vienna' });
    await page.setContent('<main></main>');
    const library = join(ROOT, 'node_modules', 'uplot', 'dist');
    await page.addStyleTag({ path: join(library, 'uPlot.min.css') });
    await page.addStyleTag({ content: STYLE });
    await page.addScriptTag({ path: join(library, 'uPlot.iife.min.js') });
    await page.addScriptTag({ path: join(__dirname, 'pictures', 'panel.js') });
    for (const each of drawn) await drawPanel(page, each);
    await page.screenshot({ path: PICTURE });
  } finally {
    await browser.close();
  }
}

const STYLE = `
  body { margin: 0; background: #f4f5f5; font: 12px sans-serif; color: #24292e; }
  main { position: relative; margin: 12px; }
  section { position: absolute; box-sizing: border-box; padding: 6px; background: #fff; border: 1px solid #e0e2e6; overflow: hidden; }
  h2 { margin: 0 0 4px; font-size: 13px; font-weight: 600; }
  p { display: grid; place-items: center; height: 70%; margin: 0; font-size: 28px; }
  p.none { font-size: 14px; color: #8a8f98; }
  .u-legend { font-size: 10px; text-align: left; }
  .u-legend .u-value { display: none; }
`;

async function drawPanel(page: Page, { panel, lines }: Drawn): Promise<void> {
  const { x, y, w, h } = panel.gridPos;
  const place = {
    left: x * GRID.columnPx,
    top: y * GRID.rowPx,
    width: w * GRID.columnPx - 8,
    height: h * GRID.rowPx - 8,
  };
  const { unit } = panel.fieldConfig.defaults;
  const isCurve = panel.type === 'timeseries';
  const times = [...new Set(lines.flatMap(({ points }) => points.map(({ seconds }) => seconds)))].sort();
  const columns = lines.map(({ points }) => {
    const values = new Map(points.map(({ seconds, value }) => [seconds, value]));
    return times.map((seconds) => finite(values.get(seconds)));
  });
  const latest = lines.map(({ name, points }) => {
    const value = shown(points.at(-1)?.value, unit);
    return name === UNNAMED ? value : `${name}: ${value}`;
  });
  const names = lines.map(({ name }) => name);
  const shownInPage = { place, title: panel.title, unit, isCurve, times, columns, names, latest };
  await page.evaluate(`drawPanel(${JSON.stringify(shownInPage)})`);
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function shown(value: number | undefined, unit: string): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return unit === 's' ? `${Math.round(value)} s` : String(Math.round(value));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
