import { mkdtempSync, rmSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { CancellationView } from '../../src/cases/view';
import { loadSigningKeys } from '../../src/settings/signing-key';
import { createSigner, Signatures } from '../../src/trust/signing';
import { identify, isAlive, type ProcessIdentity } from '../../src/up/process-identity';
import { freePorts, UpProcess, type UpOptions } from '../support/up-process';
import { expectCancelledOnce, withEvidence } from './oracle';
import { allNotices, REASON, StagedCase, type Shown } from './staged-case';
import { eventually } from '../support/eventually';

/*
 * `absage up` as a user starts it, with everything real: processes, ports, Temporal, SQLite, SMTP. The workflow's own
 * word counts for nothing here: the simulator's log and the mail catcher show what was done.
 */

/** Long enough to start a command within a wait, on a machine with other work. */
const SYNC_INTERVAL_MS = 8_000;
const TIMEOUT_MS = 240_000;
/** SIGTERM or SIGINT ends everything within this. */
const STOP_DEADLINE_MS = 15_000;

const started: UpProcess[] = [];
let connection: Connection;
let temporal: Client;
const cases: StagedCase[] = [];

/** The `absage up` that runs now. */
let up: UpProcess;

async function startUp(options: UpOptions): Promise<void> {
  up = UpProcess.start(options);
  started.push(up);
  await up.ready();
}

beforeAll(async () => {
  await startUp({
    dataDir: mkdtempSync(join(tmpdir(), 'absage-e2e-')),
    ports: await freePorts(),
    settings: {
      ABSAGE_SYNC_INTERVAL: `${SYNC_INTERVAL_MS}ms`,
      ABSAGE_POLL_INTERVAL: '500ms',
      ABSAGE_ATTENTION_AFTER: '20s',
      // A hanging call lasts until its worker is killed.
      ABSAGE_JET_TIMEOUT: '30s',
      SOMEBODY_ELSES_PASSWORD: 'canary',
    },
  });
  connection = await Connection.connect({ address: up.temporalAddress });
  temporal = new Client({ connection });
}, TIMEOUT_MS);

afterAll(async () => {
  await connection?.close();
  await Promise.all(started.map((one) => one.stop()));
  for (const { options } of started) rmSync(options.dataDir, { recursive: true, force: true });
}, TIMEOUT_MS);

const fact = (title: string, check: () => Promise<void>) =>
  it(
    title,
    withEvidence(() => up, check),
    TIMEOUT_MS,
  );
const scenario = (work: () => Promise<void>) =>
  beforeAll(
    withEvidence(() => up, work),
    TIMEOUT_MS,
  );

function caseOf(house: string, eventNumber: string): StagedCase {
  const staged = new StagedCase(
    () => up,
    () => temporal,
    house,
    eventNumber,
  );
  cases.push(staged);
  return staged;
}

function cancelCommand({ house, eventNumber, title, startsAt }: Shown): string[] {
  const expected = ['--expect-title', title, '--expect-start', startsAt, '--yes'];
  return ['cancel', house, eventNumber, '--marker', 'ENTFAELLT', '--reason', REASON, ...expected];
}

/** After an abort everything is as it was before, and no status was ever written. */
async function expectRestored(staged: StagedCase, before: Shown): Promise<void> {
  expect(await staged.event()).toEqual(before);
  expect((await staged.writes()).map(({ operation }) => operation)).toEqual([
    'save-announcement',
    'save-announcement',
  ]);
  expect(await staged.serviceMails()).toEqual([]);
  expect(await staged.notices()).toEqual([]);
  expect(await staged.journal()).toMatchObject({ verified: true });
}

describe('a performance cancelled from the command line', () => {
  const staged = caseOf('FSP', '104233');
  let before: Shown;
  let command: { code: number | null; output: string };
  scenario(async () => {
    before = await staged.event();
    command = await up.command(...cancelCommand(before));
  });

  fact('is watched to its end, which is 0', async () => {
    expect(command.output).toContain('Absage abgeschlossen');
    expect(command.code).toBe(0);
    expect((await staged.view()).state).toBe('completed');
    expect(await staged.untilClosed()).toBe('COMPLETED');
  });

  fact('has each effect once, Storno a whole interval after the marker', () =>
    expectCancelledOnce(staged, before, SYNC_INTERVAL_MS),
  );

  fact('tells Ö-Ticket in one mail, under the id of the case', async () => {
    const { caseId } = await staged.view();
    const [notice] = await staged.notices();
    expect(notice?.messageId).toBe(`<cancellation.104233.${caseId}@festspielhaus.example>`);
    expect(notice?.subject).toMatch(
      /^\[PROBE\] Absage: Der Besuch der alten Dame, \p{L}{2}\., \d\d\.\d\d\.\d{4}, 19\.30 Uhr, Großer Saal \(VA-Nr\. 104233\)$/u,
    );
    expect(notice?.to).toEqual(['absagen@oeticket.example', 'karten@festspielhaus.example']);
    expect(notice?.text).toContain(REASON);
  });

  fact('reaches the buyers with marker and reason before Storno', async () => {
    expect(await staged.serviceMails()).toMatchObject([
      {
        title: 'Der Besuch der alten Dame – ENTFÄLLT',
        externalMemo: `${REASON}\n\nEinlass ab 19.00 Uhr. Eine Pause.`,
      },
    ]);
  });

  fact('has a journal whose chain is whole', async () => {
    expect(await up.command('journal', 'FSP', '104233')).toMatchObject({ code: 0 });
  });

  fact('has each line signed by the key that worker and API share', async () => {
    const { keys } = loadSigningKeys({ signingKeyFile: null, dataDir: up.options.dataDir });
    const signatures = new Signatures(keys.map((key) => createSigner(key).publicKey));
    const { entries } = await staged.journal();
    const unsigned = entries.filter(({ hash, signature }) => !signatures.isGenuine('line', hash, signature));
    expect(unsigned).toEqual([]);
  });

  fact('does nothing at all when its run is reset to the first event', async () => {
    const journal = await staged.journal();
    const runId = await staged.reset();
    expect(await staged.untilClosed()).toBe('COMPLETED');
    expect(await staged.describe()).toMatchObject({ runId });
    await expectCancelledOnce(staged, before, SYNC_INTERVAL_MS);
    expect(await staged.journal()).toEqual(journal);
  });
});

fact('refuses an event that is not on sale, writes nothing and says so with 1', async () => {
  const staged = caseOf('FSP', '104240');
  const before = await staged.event();
  const { code, output } = await up.command(...cancelCommand(before));
  expect(output).toContain('Status ist Bereitstellung – in diesem Zustand kann nicht storniert werden.');
  expect(code).toBe(1);
  expect(await staged.untilClosed()).toBe('FAILED');
  expect(await staged.writes()).toEqual([]);
  expect(await staged.event()).toEqual(before);
});

describe('a worker killed in the middle of four cases', () => {
  const waiting = caseOf('FSP', '104251');
  const unsaved = caseOf('LTN', '205101');
  const saved = caseOf('LTN', '205102');
  const cancelled = caseOf('LTN', '205118');
  const before = new Map<StagedCase, Shown>();

  const start = async (staged: StagedCase) => {
    before.set(staged, await staged.event());
    await staged.start();
  };
  const startHanging = async (staged: StagedCase, operation: string, kind: string) => {
    const { eventNumber } = staged;
    await up.simulator('POST', '/faults', [{ operation, kind, eventNumber, nth: 1 }]);
    await start(staged);
    await eventually(
      () => staged.log(),
      (entries) => entries.some(({ outcome }) => outcome === kind),
    );
  };

  scenario(async () => {
    await Promise.all([
      startHanging(unsaved, 'save-announcement', 'hang'),
      startHanging(saved, 'save-announcement', 'commit-then-hang'),
      startHanging(cancelled, 'set-storno', 'commit-then-hang'),
    ]);
    await start(waiting);
    await waiting.untilAt('wait-for-title-transfer');
    up.killPart('worker');
    await Promise.all([...before.keys()].map((staged) => staged.untilAt('completed')));
  });

  fact('is named and started again', async () => {
    expect(up.output).toContain('Worker ist ausgefallen (Signal SIGKILL) und wird in 0,25 s neu gestartet.');
    expect(up.output).toContain('Worker läuft wieder.');
  });

  for (const [when, staged] of [
    ['that waited for the first transfer', waiting],
    ['whose titles were just to be saved', unsaved],
    ['whose titles had just been saved, unknown to it', saved],
    ['whose Storno had just been set, unknown to it', cancelled],
  ] as const)
    fact(`completes the case ${when}, with nothing done twice`, async () => {
      await expectCancelledOnce(staged, before.get(staged) as Shown, SYNC_INTERVAL_MS);
    });
});

fact('restores every byte at a workflow cancel before Storno', async () => {
  const staged = caseOf('BUS', '307005');
  const before = await staged.event();
  expect(before.externalMemo).toContain('\r\n');
  await staged.start();
  await staged.untilAt('wait-for-title-transfer');
  expect((await staged.event()).title).not.toBe(before.title);
  await staged.requestWorkflowCancel();
  expect(await staged.untilClosed()).toBe('CANCELLED');
  await expectRestored(staged, before);
});

fact('goes on to its end at a workflow cancel after Storno, and says why', async () => {
  const staged = caseOf('FSP', '104266');
  const before = await staged.event();
  await staged.start();
  await staged.untilAt('wait-for-storno-transfer');
  await staged.requestWorkflowCancel();
  await eventually(
    () => staged.currentDetails(),
    (details) => details.includes('Abbruch verlangt: Nicht mehr möglich'),
  );
  expect(await staged.untilClosed()).toBe('COMPLETED');
  await expectCancelledOnce(staged, before, SYNC_INTERVAL_MS);
});

fact('aborts from the command line: titles as before, each command with its exit code', async () => {
  const staged = caseOf('KREMS', '509001');
  const before = await staged.event();
  const watching = up.command(...cancelCommand(before));
  await eventually(
    () => staged.writes(),
    (writes) => writes.length === 1,
  );
  const abort = ['abort', 'KREMS', '509001', '--reason', 'Es wird doch gespielt'];
  expect(await up.command(...abort)).toMatchObject({ code: 0 });
  expect(await watching).toMatchObject({ code: 1, output: expect.stringContaining('abgebrochen') as string });
  expect(await up.command(...abort)).toMatchObject({ code: 1 });
  expect(await up.command('status', 'KREMS', '509001')).toMatchObject({ code: 1 });
  expect(await staged.untilClosed()).toBe('CANCELLED');
  await expectRestored(staged, before);
});

fact('writes nothing twice when a run is reset to its first event after Storno', async () => {
  const staged = caseOf('GRAF', '408811');
  const before = await staged.event();
  await staged.start();
  await staged.untilAt('wait-for-storno-transfer');
  const runId = await staged.reset();
  expect(await staged.untilClosed()).toBe('COMPLETED');
  expect(await staged.describe()).toMatchObject({ runId });
  await expectCancelledOnce(staged, before, SYNC_INTERVAL_MS);
});

fact('goes on after kill -9 of everything', async () => {
  const staged = caseOf('GRAF', '408810');
  const before = await staged.event();
  await staged.start();
  await staged.untilAt('wait-for-title-transfer');
  await up.killGroup();
  await startUp(up.options);
  await staged.untilAt('completed');
  await expectCancelledOnce(staged, before, SYNC_INTERVAL_MS);
});

fact('ends what a killed absage up left running, and goes on', async () => {
  const staged = caseOf('KREMS', '509003');
  const before = await staged.event();
  await staged.start();
  await staged.untilAt('wait-for-title-transfer');
  const orphan = identify(up.pidOf('temporal')) as ProcessIdentity;
  await up.killAlone();
  expect(isAlive(orphan)).toBe(true);
  await startUp(up.options);
  expect(up.output).toMatch(/^Vom letzten Mal lief noch etwas, das nun beendet ist: .*temporal/);
  expect(isAlive(orphan)).toBe(false);
  await staged.untilAt('completed');
  await expectCancelledOnce(staged, before, SYNC_INTERVAL_MS);
});

fact('has written to Ö-Ticket once for each completed case, in all that has happened', async () => {
  const ids = (await allNotices(up)).map(({ messageId }) => messageId);
  const views = await Promise.all(cases.map((staged) => staged.view()));
  const completed = views.filter(({ state }) => state === 'completed');
  const isOurs = ({ eventNumber, caseId }: CancellationView) =>
    ids.filter((id) => id?.startsWith(`<cancellation.${eventNumber}.${caseId}@`)).length;
  expect(completed.map(isOurs)).toEqual(completed.map(() => 1));
  expect(ids).toHaveLength(completed.length);
});

const onLinux = process.platform === 'linux' ? fact : it.skip;
onLinux('gives no part what is not for it, and no other user what it writes', () => {
  for (const pid of up.parts().values()) {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    expect(environment).toContain('PATH=');
    expect(environment).not.toContain('canary');
  }
  const { dataDir } = up.options;
  const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).map((name) =>
    join(dataDir, name),
  );
  expect(files.length).toBeGreaterThan(8);
  for (const path of [dataDir, ...files])
    expect([path, (statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077]).toEqual([path, 0]);
  return Promise.resolve();
});

fact('ends everything within 15 s at SIGTERM to its process group, with 0', async () => {
  const staged = caseOf('KREMS', '509002');
  await staged.start();
  await staged.untilAt('wait-for-title-transfer');
  const parts = [...up.parts().values()].map((pid) => identify(pid) as ProcessIdentity);
  expect(parts).toHaveLength(5);
  const signalledAt = Date.now();
  up.signalGroup('SIGTERM');
  expect(await up.exitCode()).toBe(0);
  expect(Date.now() - signalledAt).toBeLessThan(STOP_DEADLINE_MS);
  expect(parts.filter(isAlive)).toEqual([]);
  expect(up.isGroupAlive()).toBe(false);
  expect(up.output).toContain('Absage ist beendet.');
});
