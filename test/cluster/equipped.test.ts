import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { makeCases } from '../../bench/cases';
import { NAMESPACE } from '../../scripts/cluster/plan';
import type { CancellationView } from '../../src/cases/view';
import { casePage } from '../../src/domain/addresses';
import { sampleRules } from '../../src/sample-log-in/people';
import { createToken } from '../../src/settings/tokens';
import { cancellationWorkflowId } from '../../src/workflows/messages';
import { copyOtherBuild } from '../chaos/copies';
import { versioned } from '../chaos/stack';
import { eventually } from '../support/eventually';
import { TestProvider } from '../support/oidc';
import { WebVisitor } from '../support/web-visitor';
import { describeCluster } from './opt-in';
import { ClusterStage } from './stage';

const ROOT = join(__dirname, '..', '..');
const START_MS = 30 * 60_000; // the first time it builds Temporal's server
const PATIENCE_MS = 240_000;
const SYNC_INTERVAL_MS = 12_000;

/** What people type, and what Temporal must not know. */
const CANARY = 'Kehlkopfentzündung';

/** Within the project, because the other build finds its packages from there. */
let folder: string;
const { token, entry } = createToken('Nachtdienst', '*');
const cases = makeCases(8, SYNC_INTERVAL_MS);

let issuer: TestProvider;
let cluster: ClusterStage;
let connection: Connection;

/** A command of the administrator. Rejects with what it says where it ends with a failure. */
const absage = (environment: Record<string, string | undefined>, ...given: string[]): Promise<string> =>
  promisify(execFile)(process.execPath, [join(ROOT, 'dist', 'cli.js'), ...given], {
    env: { PATH: process.env.PATH, ...environment },
  }).then(
    ({ stdout }) => stdout,
    ({ stderr }: { stderr: string }) => Promise.reject(new Error(stderr)),
  );
const deploy = (...given: string[]) => absage(cluster.environment, 'deploy', ...given);

/** A cluster as an administrator equips it before it goes live. */
async function equip(address: string): Promise<Record<string, string>> {
  issuer = await TestProvider.start(address);
  const file = (name: string) => join(folder, name);
  writeFileSync(file('tokens.json'), JSON.stringify({ tokens: [entry] }), { mode: 0o600 });
  writeFileSync(file('people.json'), JSON.stringify(sampleRules('FSP')), { mode: 0o600 });
  await absage({}, 'keys', 'create', file('keys.json'));
  return {
    ABSAGE_PAYLOAD_KEYS_FILE: file('keys.json'),
    ABSAGE_API_TOKENS_FILE: file('tokens.json'),
    ABSAGE_PEOPLE: file('people.json'),
    ABSAGE_OIDC_ISSUER: issuer.settings.issuer,
    ABSAGE_OIDC_CLIENT_ID: issuer.settings.clientId,
    ABSAGE_OIDC_CLIENT_SECRET: issuer.settings.clientSecret,
  };
}

interface Ordered {
  house: string;
  eventNumber: string;
}

async function order(): Promise<Ordered> {
  const input = { ...cases.next().order, reason: `Die Vorstellung entfällt (${CANARY}).` };
  const answer = await cluster.ask<CancellationView>('POST', '/cancellations', input);
  expect(answer).toMatchObject({ status: 202 });
  return input;
}

/** As the proxy's next server shows it. */
async function viewOf({ house, eventNumber }: Ordered): Promise<CancellationView> {
  const { body } = await cluster.ask<CancellationView>('GET', `/cancellations/${house}/${eventNumber}`);
  return body;
}
const untilState = (ordered: Ordered, ...states: string[]) =>
  eventually(
    () => viewOf(ordered),
    ({ state }) => states.includes(state),
    PATIENCE_MS,
  );
const untilMarked = (ordered: Ordered) =>
  eventually(
    () => cluster.log(ordered.eventNumber),
    (log) => log.some(({ operation }) => operation === 'save-announcement'),
    PATIENCE_MS,
  );

async function historyOf({ house, eventNumber }: Ordered): Promise<string> {
  const { history } = await connection.workflowService.getWorkflowExecutionHistory({
    namespace: NAMESPACE,
    execution: { workflowId: cancellationWorkflowId(house, eventNumber) },
  });
  return historyToJSON(history!);
}

describeCluster('with log-in, encrypted payloads and versions', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(ROOT, '.cache', 'equipped-'));
    cluster = await ClusterStage.start({
      ...{ syncIntervalMs: SYNC_INTERVAL_MS, programme: cases.programme, settings: equip, token },
    });
    connection = await Connection.connect({ address: cluster.environment.TEMPORAL_ADDRESS });
  }, START_MS);
  afterAll(async () => {
    await connection?.close();
    await cluster?.stop(false);
    await issuer?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, PATIENCE_MS);

  const visitor = () => new WebVisitor(cluster.address, null, cluster.certificate);

  it(
    'a log-in counts at both servers, also when the one at which it began is killed, and ends at both',
    async () => {
      const ordered = await order();
      const lead = visitor();
      const arrived = await lead.logInAs('leitung');
      expect(new URL(arrived.url).origin).toBe(cluster.address);
      await untilState(ordered, 'waiting');
      await cluster.kill('server-1');
      const page = await lead.get(casePage(ordered));
      expect(page.body).toContain('Leo Leitung (FSP)');
      await lead.post(`${casePage(ordered)}/abort`, { reason: 'Doch gespielt' }, { from: page.body });
      const ended = await untilState(ordered, 'aborted');
      const lines = await cluster.lines(ended.caseId);
      expect(lines.find(({ operation }) => operation === 'abort')).toMatchObject({
        actor: 'Leo Leitung (FSP)',
        actorId: `oidc:${issuer.issuer}#leitung`,
      });
      await cluster.launch('server-1');
      await cluster.untilServerIsReady(1);

      const stolen = lead.copy();
      const { body } = await lead.get('/ich');
      await lead.post('/abmelden', {}, { from: body });
      for (const turn of ['one server', 'the other']) {
        const refused = await stolen.get(casePage(ordered));
        expect([turn, new URL(refused.url).pathname]).toEqual([turn, '/anmelden']);
      }
    },
    PATIENCE_MS * 2,
  );

  it(
    'Temporal and its database know nothing of what a case is about',
    async () => {
      const ordered = await order();
      await untilState(ordered, 'completed');
      const history = await historyOf(ordered);
      const readable: string[] = [];
      JSON.parse(history, (name, value: unknown) => {
        if (name === 'data' && typeof value === 'string')
          readable.push(Buffer.from(value, 'base64').toString());
        return value;
      });
      expect(readable.length).toBeGreaterThan(40);
      for (const secret of [CANARY, 'Besuch der alten Dame'])
        expect(history + readable.join()).not.toContain(secret);
      const asked = await viewOf(ordered);
      expect(asked.order.reason).toContain(CANARY);
    },
    PATIENCE_MS * 2,
  );

  it(
    'an upgrade and its way back take no case along',
    async () => {
      const { settings: first } = versioned('1.0');
      const { settings: second } = versioned('2.0');
      await Promise.all(['worker-1', 'worker-2'].map((name) => cluster.kill(name)));
      await Promise.all(['first-1', 'first-2'].map((name) => cluster.launchWorker(name, first)));
      expect(await deploy('promote', '1.0')).toContain('Neue Absagen beginnen ab jetzt auf 1.0.');
      const before = await order();
      await untilMarked(before);
      const other = copyOtherBuild(ROOT, join(folder, 'other-build'));
      await Promise.all(['second-1', 'second-2'].map((name) => cluster.launchWorker(name, second, other)));
      expect(await deploy('promote', '2.0')).toContain('Offene bleiben, wo sie sind (1.0)');
      const after = await order();
      await cluster.kill('first-1');
      expect(await untilState(before, 'completed')).toMatchObject({ attention: null });
      await untilMarked(after);
      expect(await deploy('rollback')).toContain('Neue Absagen beginnen ab jetzt auf 1.0.');
      const third = await order();
      for (const ordered of [after, third]) await untilState(ordered, 'completed');
      for (const { eventNumber } of [before, after, third]) {
        const writes = (await cluster.log(eventNumber)).map(({ operation }) => operation);
        for (const operation of ['save-announcement', 'set-storno', 'grant-right'])
          expect(writes.filter((each) => each === operation)).toHaveLength(1);
      }
      expect(await deploy('status')).toMatch(/1\.0 +Worker laufen +aktuell/);
    },
    PATIENCE_MS * 3,
  );
});
