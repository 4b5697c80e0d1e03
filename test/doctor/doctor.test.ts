import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { carryOut, ok, type Verdict } from '../../src/doctor/check';
import { examine } from '../../src/doctor/doctor';
import { describeReport } from '../../src/doctor/report';
import { openJournal } from '../../src/journal/open';
import { inspectSettings } from '../../src/settings/settings';
import { makeCurrent } from '../../src/temporal/deployments';
import { claimNamespace } from '../../src/temporal/reconciler';
import { startMailCatcher, type MailCatcher } from '../../src/up/mail-catcher';
import type { TemporalDevServer } from '../../src/up/temporal-dev-server';
import { startTemporal } from '../support/temporal-server';
import { setRetention } from '../../src/up/temporal-namespace';
import { DEPLOYMENT } from '../../src/workflows/messages';
import { SILENT, TestSimulator } from '../support/simulator';
import { eventually } from '../support/eventually';

let folder: string;
let temporal: TemporalDevServer;
let connection: Connection;
let simulator: TestSimulator;
let catcher: MailCatcher;
/** A rehearsal with every part running, as under `absage up`. */
let healthy: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'absage-doctor-'));
  temporal = await startTemporal();
  simulator = await TestSimulator.start();
  catcher = await startMailCatcher({ dataDir: folder, ports: { mail: 0, mailUi: 0 } }, SILENT);
  const journal = await openJournal(pathToFileURL(join(folder, 'journal.sqlite')).href);
  await journal.close();
  await setRetention(temporal.address);
  connection = await Connection.connect({ address: temporal.address });
  healthy = {
    ABSAGE_DATA: folder,
    ABSAGE_TEMPORAL_PORT: new URL(`http://${temporal.address}`).port,
    ABSAGE_JET_URL: `${simulator.url}/jet/v1`,
    ABSAGE_SMTP_URL: catcher.smtpUrl,
  };
  await makeSchedules(healthy);
});

afterAll(async () => {
  await connection.close();
  await temporal.stop();
  await simulator.stop();
  await catcher.stop();
  rmSync(folder, { recursive: true });
});

/** As a worker does at its start. */
async function makeSchedules(environment: Record<string, string>): Promise<void> {
  const { temporal: settings } = inspectSettings(environment);
  await claimNamespace(settings!, 'doctor-test', SILENT);
}

/** Makes a namespace of its own, by hand, as an administrator would. */
async function makeNamespace(namespace: string, retention: `${number} days`): Promise<void> {
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs(retention),
  });
  const isKnown = () =>
    connection.workflowService.describeNamespace({ namespace }).then(
      () => true,
      () => false,
    );
  await eventually(isKnown, (known) => known);
}

async function verdicts(environment: Record<string, string>): Promise<Record<string, Verdict>> {
  const { checks } = await examine(environment);
  return Object.fromEntries(checks.map(({ name, ...verdict }) => [name, verdict]));
}

/**
 * Asks both queues for work, as a worker always does. The doctor looks only at the pollers, so no task is ever
 * answered.
 */
function poll(more: { namespace?: string; deploymentOptions?: object } = {}): { stop(): Promise<void> } {
  const polls = new AbortController();
  const { workflowService } = connection;
  const ask = { namespace: 'default', identity: 'test', ...more };
  const asking = connection.withDeadline(Date.now() + 60_000, () =>
    connection.withAbortSignal(polls.signal, () =>
      Promise.allSettled([
        workflowService.pollWorkflowTaskQueue({ ...ask, taskQueue: { name: 'absage' } }),
        workflowService.pollActivityTaskQueue({ ...ask, taskQueue: { name: 'absage' } }),
        workflowService.pollActivityTaskQueue({ ...ask, taskQueue: { name: 'absage-jet' } }),
      ]),
    ),
  );
  return {
    async stop() {
      polls.abort();
      await asking;
    },
  };
}

it('warns of a stack whose workers are missing, which is no failure', async () => {
  const report = await examine(healthy);
  expect(report.ok).toBe(true);
  const unwell = report.checks.filter(({ state }) => state !== 'ok');
  expect(unwell.map(({ name, state }) => [name, state])).toEqual([['workers', 'warning']]);
  expect(unwell[0]?.text).toMatch(/Niemand übernimmt die Absagen selbst, .*: bitte absage worker/);
});

it('reminds of fairness between the houses, of which no server tells, unless absage up runs the server', async () => {
  expect((await verdicts(healthy)).abilities?.details).toBeUndefined();
  const { ABSAGE_TEMPORAL_PORT: _port, ...others } = healthy;
  const { abilities } = await verdicts({ ...others, TEMPORAL_ADDRESS: temporal.address });
  const reminder = expect.stringContaining('matching.enableFairness = true') as string;
  expect(abilities).toMatchObject({ state: 'ok', details: [reminder] });
});

it('finds everything in order in a rehearsal that runs, and leaves no trace', async () => {
  const polling = poll();
  const workers = await eventually(
    async () => (await verdicts(healthy)).workers,
    (verdict) => verdict?.state === 'ok',
  );
  const before = readdirSync(folder);
  const report = await examine(healthy);
  await polling.stop();
  expect(workers?.text).toContain('absage-jet');
  expect(report).toMatchObject({ ok: true, mode: 'rehearsal' });
  expect(report.checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'settings ok',
    'temporal ok',
    'namespace ok',
    'abilities ok',
    'search-attributes ok',
    'workers ok',
    'schedules ok',
    'stuck-runs ok',
    'gateway ok',
    'gateway-access ok',
    'gateway-contract ok',
    'mail ok',
    'journal ok',
    'writes ok',
    'contacts ok',
    'data-folder ok',
    'files ok',
  ]);
  expect(readdirSync(folder)).toEqual(before);
  const table = describeReport(report);
  expect(table).toMatch(/^Temporal +ok +127\.0\.0\.1:\d+ antwortet \(Version \d+\.\d+\.\d+\)\.$/m);
  expect(table).toMatch(/^Namespace +ok +„default“ bewahrt beendete Absagen 90 Tage auf\.$/m);
  expect(table).toMatch(/\n\nAlles in Ordnung\.$/);
});

it('runs each check though the others fail', async () => {
  const started = Date.now();
  const { ok: isOk, checks } = await examine({
    ABSAGE_DATA: join(folder, 'journal.sqlite', 'below-a-file'),
    TEMPORAL_ADDRESS: '127.0.0.1:9',
    ABSAGE_JET_URL: 'http://127.0.0.1:9/jet/v1',
    ABSAGE_SMTP_URL: 'smtp://127.0.0.1:9',
  });
  expect(isOk).toBe(false);
  const states = Object.fromEntries(checks.map(({ name, state }) => [name, state]));
  expect(states).toMatchObject({
    settings: 'ok',
    temporal: 'failed',
    namespace: 'warning',
    workers: 'warning',
    gateway: 'failed',
    'gateway-access': 'failed',
    'gateway-contract': 'warning',
    mail: 'failed',
    'data-folder': 'failed',
  });
  // One after the other they would take their 3 s or 12 s each.
  expect(Date.now() - started).toBeLessThan(10_000);
});

it('lists faulty settings, and looks at what it still can', async () => {
  const houses = join(folder, 'houses.json');
  writeFileSync(houses, '{"houses": []}');
  const found = await verdicts({ ...healthy, ABSAGE_HOUSES: houses, ABSAGE_HOST: '0.0.0.0' });
  expect(found.settings).toMatchObject({
    state: 'failed',
    details: [expect.stringContaining('ABSAGE_HOST'), expect.stringContaining(houses)],
  });
  expect(found.gateway?.state).toBe('ok');
  expect(found['gateway-access']?.text).toBe('Nicht geprüft: die Häuser sind nicht lesbar.');
});

it('says that settings which cannot be read leave nothing to check', async () => {
  const report = await examine({ ...healthy, ABSAGE_PORT: 'http' });
  expect(report).toMatchObject({ ok: false, mode: null, checks: [{ name: 'settings', state: 'failed' }] });
  expect(describeReport(report)).toMatch(/lässt sich nicht weiter prüfen.*\n +- ABSAGE_PORT braucht/);
});

it('does not look for what production lacks', async () => {
  const found = await verdicts({
    ABSAGE_MODE: 'production',
    ABSAGE_DATA: folder,
    TEMPORAL_ADDRESS: temporal.address,
  });
  expect(found.settings?.details).toHaveLength(8);
  expect(found.gateway?.text).toBe('Nicht geprüft: ABSAGE_JET_URL fehlt.');
  expect(found.mail?.text).toBe('Nicht geprüft: ABSAGE_SMTP_URL fehlt.');
  expect(found.temporal?.state).toBe('ok');
});

it('never shows a secret', async () => {
  const secret = 'Kanarienvogel';
  const report = await examine({
    ABSAGE_DATA: folder,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_API_KEY: `${secret}\nmit Zeilenumbruch`,
    TEMPORAL_TLS: 'false',
    ABSAGE_JET_URL: `${simulator.url}/jet/v1`,
    ABSAGE_JET_TOKEN: secret,
    ABSAGE_SMTP_URL: `smtp://karten:${secret}@127.0.0.1:9`,
  });
  expect(report.ok).toBe(false);
  expect(`${JSON.stringify(report)}${describeReport(report)}`).not.toContain(secret);
});

describe('a namespace', () => {
  it('that forgets too early is a warning, with the command that helps', async () => {
    await makeNamespace('forgetful', '3 days');
    const { namespace } = await verdicts({
      ...healthy,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: 'forgetful',
    });
    expect(namespace).toMatchObject({
      state: 'warning',
      text: expect.stringMatching(/3 Tage auf.*namespace update --namespace forgetful --retention 90d/),
    });
  });

  it('with a schedule that somebody has paused, or without one, hears what does not happen, and what helps', async () => {
    await makeNamespace('paused', '90 days');
    const there = { ...healthy, TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: 'paused' };
    const missing = [
      expect.stringMatching(
        /^absage-reconcile-cancellations fehlt, .*unterbrochenen.*absage worker neu starten/,
      ),
      expect.stringMatching(/^absage-erase-contacts fehlt, .*Kontaktdaten.*absage worker neu starten/),
      expect.stringMatching(/^absage-watch-status fehlt, .*nach dem Storno.*absage worker neu starten/),
    ];
    expect((await verdicts(there)).schedules).toMatchObject({ state: 'warning', details: missing });

    await makeSchedules(there);
    const { schedule } = new Client({ connection, namespace: 'paused' });
    await schedule.getHandle('absage-erase-contacts').pause('Umbau');
    const { schedules } = await eventually(
      () => verdicts(there),
      (found) => found.schedules?.details?.length === 1,
    );
    expect(schedules).toMatchObject({
      state: 'warning',
      details: [
        expect.stringMatching(
          /^absage-erase-contacts ist angehalten, .*toggle --namespace paused .*absage-erase-contacts --unpause$/,
        ),
      ],
    });
  });

  it('with a build that has open cases and no worker is a failure that names the build', async () => {
    const namespace = 'doctor-builds';
    await makeNamespace(namespace, '90 days');
    const { workflowService } = connection;
    const buildIs = (buildId: string) => ({ deploymentName: DEPLOYMENT, buildId, workerVersioningMode: 2 });
    const promote = (buildId: string) =>
      makeCurrent(workflowService, namespace, buildId, 'test').then(
        () => true,
        () => false,
      );
    // The first one asks for the cases alone, as though its worker had long been gone.
    const first = { namespace, identity: 'test', deploymentOptions: buildIs('0.1.0') };
    void connection
      .withDeadline(Date.now() + 5_000, () =>
        workflowService.pollWorkflowTaskQueue({ ...first, taskQueue: { name: 'absage' } }),
      )
      .catch(() => {});
    await eventually(() => promote('0.1.0'), Boolean);
    const polling = poll({ namespace, deploymentOptions: buildIs('0.2.0') });
    await eventually(() => promote('0.2.0'), Boolean);
    const workers = await eventually(
      async () =>
        (await verdicts({ ...healthy, TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: namespace }))
          .workers,
      // Each of the queues hears of it in its own time, and so does the build that is no longer current.
      (verdict) => verdict?.state === 'failed' && !verdict.text.includes('Niemand'),
    );
    await polling.stop();
    expect(workers).toMatchObject({
      state: 'failed',
      text: '0.1.0 hat offene Absagen und keinen Worker: bitte einen dieser Version wieder starten (absage deploy status zeigt alle).',
    });
  });

  it('without search attributes gets the commands that create them', async () => {
    await makeNamespace('bare', '90 days');
    const found = await verdicts({
      ...healthy,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: 'bare',
    });
    expect(found['search-attributes']?.state).toBe('failed');
    expect(found['search-attributes']?.details).toContain(
      'temporal operator search-attribute create --namespace bare --name NeedsAttention --type Bool',
    );
    expect(found['search-attributes']?.details).toHaveLength(6);
  });

  it('with an attribute of another type is refused', async () => {
    await makeNamespace('taken', '90 days');
    await connection.operatorService.addSearchAttributes({
      namespace: 'taken',
      searchAttributes: { House: 3 /* Int */ },
    });
    const isAdded = async () => {
      const { customAttributes } = await connection.operatorService.listSearchAttributes({
        namespace: 'taken',
      });
      return customAttributes?.House === 3;
    };
    await eventually(isAdded, (added) => added);
    const found = await verdicts({
      ...healthy,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: 'taken',
    });
    expect(found['search-attributes']).toMatchObject({
      state: 'failed',
      text: expect.stringContaining('House ist Int statt Keyword'),
    });
  });

  it('that does not exist is named', async () => {
    const found = await verdicts({
      ...healthy,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: 'nowhere',
    });
    expect(found.namespace).toMatchObject({
      state: 'failed',
      text: expect.stringContaining('Den Namespace „nowhere“ gibt es auf'),
    });
    expect(found.schedules?.text).toBe(found.namespace?.text);
    expect(found.mail?.state).toBe('ok');
  });
});

it('gives up on a check that hangs, and says nothing of an error it does not know', async () => {
  const findings = await carryOut(
    [
      { name: 'slow', label: 'Langsam', run: () => new Promise(() => {}) },
      { name: 'odd', label: 'Seltsam', run: () => Promise.reject(new TypeError('Bearer Geheimnis')) },
      { name: 'well', label: 'Wohl', run: () => Promise.resolve(ok('Gut.')) },
    ],
    50,
  );
  expect(findings.map(({ state, text }) => `${state}: ${text}`)).toEqual([
    'failed: Die Prüfung wurde in 0,05 s nicht fertig.',
    'failed: Die Prüfung ist gescheitert (TypeError).',
    'ok: Gut.',
  ]);
});
