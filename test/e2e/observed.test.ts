import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { METRICS } from '../../src/metrics/names';
import { eventually } from '../support/eventually';
import { ALERTS, QUERIES, seriesOf, seriesOfPage } from '../support/observing';
import { OtlpCollector } from '../support/otlp-collector';
import { pickPortBlock } from '../support/ports';
import { freePorts, UpProcess } from '../support/up-process';
import { GUIDED_HOUSE, SEEN } from './guided-house';
import { withEvidence } from './oracle';
import { StagedCase } from './staged-case';

/* What really running processes show of themselves: metrics, and the trace of an order. One start for all of it. */

const TIMEOUT_MS = 240_000;

let collector: OtlpCollector;
let up: UpProcess;
/** Of the server's metrics; the worker has the next one. */
let port: number;
let connection: Connection;
let pages: { server: string; worker: string };

const caseOf = (house: string, eventNumber: string) =>
  new StagedCase(
    () => up,
    () => new Client({ connection }),
    house,
    eventNumber,
  );

async function scrape(ofPort: number, host = `127.0.0.1:${ofPort}`): Promise<string> {
  // `fetch` sets the header by itself.
  const asked = request({ host: '127.0.0.1', port: ofPort, path: '/metrics', headers: { host } }).end();
  return new Promise((resolve, reject) => {
    asked.on('response', (reply) => resolve(text(reply)));
    asked.on('error', reject);
  });
}

const fact = (title: string, check: () => Promise<void> | void) =>
  it(
    title,
    withEvidence(
      () => up,
      async () => check(),
    ),
    TIMEOUT_MS,
  );

beforeAll(async () => {
  collector = await OtlpCollector.start();
  port = await pickPortBlock(2);
  up = UpProcess.start({
    dataDir: mkdtempSync(join(tmpdir(), 'absage-observed-')),
    ports: await freePorts(),
    settings: {
      ABSAGE_SYNC_INTERVAL: '1s',
      ABSAGE_POLL_INTERVAL: '250ms',
      ABSAGE_METRICS_PORT: String(port),
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
  });
  await up.ready();
  connection = await Connection.connect({ address: up.temporalAddress });
  const staged = caseOf('FSP', '104233');
  await staged.start();
  const asking = caseOf(GUIDED_HOUSE, '77001');
  await asking.startAsSeen(SEEN);
  await staged.untilClosed();
  await asking.untilAt('needs-attention');
  pages = { server: await scrape(port), worker: await scrape(port + 1) };
}, TIMEOUT_MS);

afterAll(async () => {
  await connection?.close();
  await up.stop();
  await collector.stop();
  rmSync(up.options.dataDir, { recursive: true, force: true });
}, TIMEOUT_MS);

describe('the metrics', () => {
  const both = () => pages.server + pages.worker;

  fact('are all there, Temporal’s own beside them', () => {
    for (const name of Object.keys(METRICS)) expect(both()).toContain(`# TYPE ${name} `);
    expect(pages.worker).toMatch(/^temporal_num_pollers\{.*task_queue="absage-jet".*\} [1-9]/m);
  });

  fact('hold everything that alerts and dashboard ask for', () => {
    const shown = seriesOfPage(both());
    const asked = [...ALERTS, ...QUERIES].flatMap(({ expr }) => seriesOf(expr));
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((name) => !shown.has(name))).toEqual([]);
  });

  fact('tell of the case that was completed', () => {
    expect(pages.worker).toMatch(
      /^absage_jet_request_seconds_count\{operation="set-storno",outcome="ok"\} 1$/m,
    );
    expect(pages.worker).toMatch(/^absage_mail_total\{outcome="accepted"\} [1-9]/m);
    expect(pages.worker).toMatch(/^absage_case_overhead_seconds_count 1$/m);
    expect(pages.worker).toMatch(/^absage_verification_seconds_count 1$/m);
    expect(pages.worker).toMatch(/^absage_wait_late_seconds_count 2$/m);
    expect(pages.worker).toMatch(/^absage_journal_write_seconds_count [1-9]/m);
    expect(pages.server).toMatch(
      /^absage_http_request_seconds_count\{route="POST \/v1\/cancellations",status="202"\} 2$/m,
    );
  });

  fact('tell how the installation is now', async () => {
    // The lists of Temporal are behind at times.
    const shown = await eventually(
      () => scrape(port),
      (page) => page.includes('absage_cases{state="needs-attention"} 1'),
    );
    expect(shown).toMatch(/^absage_attention\{code="person-step"\} 1$/m);
    expect(shown).toMatch(/^absage_queue_pollers\{queue="absage"\} 1$/m);
    expect(shown).toMatch(/^absage_queue_pollers\{queue="absage-jet"\} 1$/m);
    expect(shown).toMatch(/^absage_writes_on 1$/m);
    expect(shown).toMatch(/^absage_reconciler_last_run_seconds \d/m);
    expect(shown).toMatch(/^absage_disk_free_bytes [1-9]/m);
    expect(up.evidence()).not.toContain('metric left out');
  });

  fact('name no house, event, title or person', () => {
    const ours = both()
      .split('\n')
      .filter((line) => line.startsWith('absage_'));
    expect(ours.length).toBeGreaterThan(50);
    for (const secret of ['FSP', GUIDED_HOUSE, '104233', 'Talisman', 'Dame', '@'])
      expect(ours.filter((line) => line.includes(secret))).toEqual([]);
  });

  fact('are shown to whoever comes by address, and never on the public port', async () => {
    expect(await scrape(port, '10.0.0.7:9464')).toContain('absage_writes_on');
    const { api } = up.options.ports;
    const { status } = await fetch(`http://127.0.0.1:${api}/metrics`);
    expect(status).toBe(404);
  });
});

describe('the trace', () => {
  const WANTED = [
    'POST /v1/cancellations',
    'start cancelPerformance',
    ...['markTitles', 'setStatusStorno', 'verifyChannel', 'sendPartnerNotice'].map(
      (name) => `activity ${name}`,
    ),
    ...['read-event', 'save-announcement', 'set-storno', 'grant-right'].map((name) => `jet ${name}`),
    'mail',
  ];

  fact('goes from the order over the activities to the gateway and the mail', async () => {
    const namesOf = (traceId: string) =>
      new Set(collector.spans.filter((span) => span.traceId === traceId).map(({ name }) => name));
    // What has ended later comes later, also where it is the parent of what is there.
    const isWhole = (traceId: string) => {
      const spans = collector.spans.filter((span) => span.traceId === traceId);
      const known = new Set(spans.map(({ spanId }) => spanId));
      return spans.every(({ parentSpanId }) => !parentSpanId || known.has(parentSpanId));
    };
    const order = await eventually(
      () =>
        collector.spans.find(
          ({ name, traceId }) =>
            name === WANTED[0] && WANTED.every((wanted) => namesOf(traceId).has(wanted)) && isWhole(traceId),
        ),
      (found) => found !== undefined,
    );
    const own = collector.spans.filter(({ traceId }) => traceId === order?.traceId);
    expect(new Set(own.map(({ service }) => service))).toEqual(new Set(['absage-server', 'absage-worker']));
    // Each hangs on another one of the same trace.
    const ids = new Set(own.map(({ spanId }) => spanId));
    expect(own.filter(({ parentSpanId }) => !parentSpanId)).toEqual([order]);
    expect(own.filter(({ parentSpanId }) => parentSpanId && !ids.has(parentSpanId))).toEqual([]);
  });

  fact('is named by a problem, and by the line that is logged of it', async () => {
    const { api } = up.options.ports;
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const reply = await fetch(`http://127.0.0.1:${api}/v1/cancellations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-absage-actor': 'Probe', traceparent },
      body: JSON.stringify({
        house: 'NOPE',
        eventNumber: '1',
        marker: 'ENTFÄLLT',
        reason: 'Probe',
        expected: { title: 'x', startsAt: '2031-12-12T19:30:00+01:00' },
      }),
    });
    const { code, traceId } = (await reply.json()) as { code: string; traceId: string };
    expect([code, traceId]).toEqual(['house-not-found', '0af7651916cd43dd8448eb211c80319c']);
    const log = readFileSync(join(up.options.dataDir, 'logs', 'server.log'), 'utf8');
    const lines = log
      .split('\n')
      .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as object] : []));
    expect(lines).toContainEqual(expect.objectContaining({ security: 'house-not-found', traceId }));
  });
});
