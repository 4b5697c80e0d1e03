import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { STEPS } from '../../src/domain/vocabulary';
import { PARTS } from '../../src/settings/parts';
import { OtlpCollector } from '../support/otlp-collector';
import { freePorts, UpProcess } from '../support/up-process';
import { REASON, StagedCase } from './staged-case';
import { withEvidence } from './oracle';

/* What really running processes print, with all that they can say: the members that are promised, and none of what must not be there. */

const TIMEOUT_MS = 240_000;

interface Line extends Record<string, unknown> {
  process: string;
  msg: string;
}

const CONTACT = { name: 'Theodora Kanari', phone: '+43 660 7654321', email: 'kanari@haus.example' };
const TOKEN = 'absage_KanarienvogelToken';
const COLLEAGUES_TITLE = 'Der Talisman statt der alten Dame';

let collector: OtlpCollector;
let up: UpProcess;
let connection: Connection;
let caseId: string;
let lines: Line[];
/** As they stand in the files. */
let texts: Map<string, string>;

const logOf = (part: string) => texts.get(`${part}.log`) ?? '';

beforeAll(async () => {
  collector = await OtlpCollector.start();
  up = UpProcess.start({
    dataDir: mkdtempSync(join(tmpdir(), 'absage-logs-')),
    ports: await freePorts(),
    settings: {
      // In the first wait a colleague edits the title, on a machine with other work as well.
      ABSAGE_SYNC_INTERVAL: '10s',
      ABSAGE_POLL_INTERVAL: '250ms',
      ABSAGE_ATTENTION_AFTER: '1s',
      ABSAGE_LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    },
  });
  await up.ready();
  connection = await Connection.connect({ address: up.temporalAddress });
  const staged = new StagedCase(
    () => up,
    () => new Client({ connection }),
    'FSP',
    '104233',
  );
  await staged.arm({ operation: 'save-announcement', kind: 'error-500', count: 2 });
  const { title, startsAt } = await staged.event();
  const order = { house: 'FSP', eventNumber: '104233', marker: 'ENTFÄLLT', reason: REASON, contact: CONTACT };
  const begun = await up.api<{ caseId: string }>('POST', '/cancellations', {
    ...order,
    expected: { title, startsAt },
  });
  caseId = begun.caseId;
  await staged.untilAt('wait-for-title-transfer');
  // Another title than either of ours: the failure carries all of them.
  await staged.edit({ title: COLLEAGUES_TITLE });
  await staged.untilAsked('marker-removed');
  await staged.act('abort');
  await staged.until(({ attention }) => attention !== null && attention.code !== 'marker-removed');
  for (const path of ['/cancellations', '/cancellations/NOPE/1'])
    await fetch(`http://127.0.0.1:${up.options.ports.api}/v1${path}`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
  const folder = join(up.options.dataDir, 'logs');
  texts = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
  lines = PARTS.filter((part) => part !== 'temporal').flatMap((part) =>
    logOf(part)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line),
  );
}, TIMEOUT_MS);

afterAll(async () => {
  await connection?.close();
  await up.stop();
  await collector.stop();
  rmSync(up.options.dataDir, { recursive: true, force: true });
}, TIMEOUT_MS);

const fact = (title: string, check: () => void) =>
  it(
    title,
    withEvidence(
      () => up,
      async () => check(),
    ),
  );

fact('are lines of JSON, each with its time, its level, its process and what happened', () => {
  expect(lines.length).toBeGreaterThan(10);
  const parts = new Set(lines.map(({ process }) => process));
  expect(parts).toEqual(new Set(['worker', 'server', 'simulator', 'mail-catcher']));
  const bad = lines.filter(
    ({ time, level, msg }) =>
      typeof time !== 'number' || typeof level !== 'number' || typeof msg !== 'string' || msg === '',
  );
  expect(bad).toEqual([]);
});

fact('say of a failed attempt which case, run, step and attempt it was, and how it failed', () => {
  const failed = lines.filter(({ msg, code }) => msg === 'Activity failed' && code === 'jet-unavailable');
  expect(failed.length).toBeGreaterThan(0);
  expect(failed[0]).toMatchObject({
    process: 'worker',
    house: 'FSP',
    eventNumber: '104233',
    caseId,
    workflowId: 'cancel-performance/FSP/104233',
    runId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    step: 'mark-titles',
    attempt: 1,
    level: 40,
  });
  expect(Object.keys(failed[0]!.error as object)).toEqual(['type', 'message', 'stack']);
});

fact('name a step by the words of the procedure, and a request by an id of its own', () => {
  const steps = lines.flatMap(({ step }) => (step === undefined ? [] : [step]));
  expect(new Set(steps)).toEqual(new Set(['mark-titles', 'set-storno']));
  expect(steps.filter((step) => !(STEPS as readonly unknown[]).includes(step))).toEqual([]);
  const requests = lines.filter(({ security }) => security !== undefined);
  expect(requests.length).toBeGreaterThan(0);
  expect(new Set(requests.map(({ requestId }) => requestId)).size).toBe(requests.length);
});

fact('hold no secret, no title, no reason and nobody’s phone number', () => {
  const keys = ['seal.keys', 'signing.key', 'console.key'].map((file) =>
    readFileSync(join(up.options.dataDir, file), 'utf8').replaceAll(/\s/g, ' ').trim(),
  );
  const forbidden = [
    ...Object.values(CONTACT),
    ...[TOKEN, 'Talisman', 'Dame', 'ENTFÄLLT', REASON, 'taskToken'],
    ...keys.flatMap((key) => key.split(/[\s"{}[\],:]+/).filter((word) => word.length >= 20)),
  ];
  const all = PARTS.filter((part) => part !== 'temporal')
    .map(logOf)
    .join('\n');
  expect(forbidden.filter((word) => all.includes(word))).toEqual([]);
  expect(all.match(/[\w.+-]+@[\w-]+(\.[\w-]+)*\.[a-z]{2,}\b/g)).toBeNull();
});

fact('are documented', () => {
  const page = readFileSync(join(__dirname, '../../docs/logs.md'), 'utf8');
  const promised = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  const CONTRACT =
    'time level msg process requestId traceId house eventNumber caseId workflowId runId step attempt code';
  expect(promised).toEqual(expect.arrayContaining(CONTRACT.split(' ')));
  const seen = new Set(lines.flatMap((line) => Object.keys(line)));
  expect(promised.filter((name) => !seen.has(name!))).toEqual(['err']);
});
