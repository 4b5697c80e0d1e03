import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeCases } from '../../bench/cases';
import { copyOtherBuild } from '../chaos/copies';
import { describeCluster } from '../cluster/opt-in';
import { ChaosStack, versioned } from '../chaos/stack';
import type { CancellationInput } from '../../src/domain/case';
import { BY } from '../support/trust';
import { eventually } from '../support/eventually';

/*
 * An upgrade and its way back while cases are open, with two real builds whose histories do not replay into each other.
 */

const ROOT = join(__dirname, '..', '..');
/** A case has to be open still when its worker ends, also on a machine with other work. */
const INTERVAL_MS = 20_000;

/** Temporal counts what is open on a build every three minutes, and lists a worker for five after its last question. */
const IMPATIENT = [
  'matching.wv.VersionDrainageStatusVisibilityGracePeriod="1s"',
  'matching.wv.VersionDrainageStatusRefreshInterval="1s"',
  'matching.PollerHistoryTTL="80s"',
];

let stack: ChaosStack;
const cases = makeCases(8, INTERVAL_MS);

/** What the administrator reads. */
async function deploy(...args: string[]): Promise<string> {
  const command = [join(ROOT, 'dist', 'cli.js'), 'deploy', ...args];
  const run = promisify(execFile)(process.execPath, command, {
    env: { ...process.env, ...stack.environment },
  });
  return run.then(
    ({ stdout }) => stdout,
    (error: { stderr: string }) => {
      throw new Error(error.stderr);
    },
  );
}

async function begin(): Promise<CancellationInput> {
  const input = cases.next();
  await stack.cancellations.start(input, input.caseId, { by: BY });
  return input;
}

const endOf = async ({ caseId }: CancellationInput) =>
  (await stack.lines(caseId)).find(({ kind }) => kind === 'end')?.outcome ?? null;
const hasBegun = async ({ caseId }: CancellationInput) =>
  (await stack.lines(caseId)).some(
    ({ operation, kind }) => operation === 'save-announcement' && kind === 'outcome',
  );
const runOf = async ({ order: { house, eventNumber } }: CancellationInput) =>
  (await stack.cancellations.find(house, eventNumber))!;
const buildOf = async (input: CancellationInput) => (await runOf(input)).buildId;

/** Temporal goes on listing a worker for a while after it has ended. */
const PATIENCE_MS = 150_000;
const isTrue = (answer: boolean) => answer;
const untilEnded = (input: CancellationInput) =>
  eventually(
    () => endOf(input),
    (end) => end === 'completed',
    PATIENCE_MS,
  );
const untilMarked = (input: CancellationInput) => eventually(() => hasBegun(input), isTrue, PATIENCE_MS);

beforeAll(async () => {
  stack = await ChaosStack.start({
    syncIntervalMs: INTERVAL_MS,
    programme: cases.programme,
    worker: versioned('1.0'),
    dynamicConfig: IMPATIENT,
  });
  await stack.launch('api');
});
afterAll(() => stack?.stop(false));

const readiness = () => fetch(`http://127.0.0.1:${stack.apiPort}/readyz`);
const isReady = async () => (await readiness()).status === 200;
const warnings = async () => ((await (await readiness()).json()) as { warnings: string[] }).warnings;

it('an upgrade and its way back take no case along, and say where each is', async () => {
  // Workers are there, and what begins now would go to none of them.
  expect(await isReady()).toBe(false);
  expect(await deploy('status')).toMatch(/1\.0 +Worker laufen +noch nie aktuell\nKeine Version ist aktuell/);
  expect(await deploy('promote', '1.0')).toContain('Neue Absagen beginnen ab jetzt auf 1.0.');
  await eventually(isReady, isTrue, PATIENCE_MS);
  expect(await deploy('status')).toMatch(/1\.0 +Worker laufen +aktuell/);
  await expect(deploy('rollback')).rejects.toThrow('es bleibt, wie es ist');

  const first = await begin();
  await untilMarked(first);
  const nobodyComes = deploy('wait', '9.9').catch(({ message }: Error) => message);
  const waiting = deploy('wait', '2.0');
  const dist = copyOtherBuild(ROOT, join(stack.dataDir, 'second-build'));
  await stack.launch('second-worker', versioned('2.0', dist));
  expect(await waiting).toContain('Von 2.0 bedienen Worker beide Warteschlangen.');
  expect(await deploy('status')).toMatch(/1\.0 +Worker laufen +aktuell/);
  expect(await deploy('promote', '2.0')).toContain('Offene bleiben, wo sie sind (1.0)');
  const second = await begin();
  await untilMarked(second);
  expect(await Promise.all([first, second].map(buildOf))).toEqual(['1.0', '2.0']);

  // Without its workers the case of before stands still, and says so.
  await stack.end('worker');
  await eventually(async () => (await runOf(first)).isAbandoned, isTrue, PATIENCE_MS);
  expect(await deploy('status')).toMatch(/1\.0 +KEIN WORKER +läuft aus/);
  expect(await warnings()).toEqual([expect.stringMatching(/^1\.0 hat offene Absagen und keinen Worker/)]);
  expect((await runOf(second)).isAbandoned).toBe(false);
  await untilEnded(second);
  expect(await endOf(first)).toBeNull();
  await stack.launch('worker', versioned('1.0'));
  await untilEnded(first);

  expect(await nobodyComes).toContain(
    'Von 9.9 bedient kein Worker beide Warteschlangen. Es bleibt, wie es ist.',
  );
  expect(await deploy('rollback')).toContain('Neue Absagen beginnen ab jetzt auf 1.0.');
  const third = await begin();
  await untilEnded(third);
  expect(await buildOf(third)).toBe('1.0');
  const writes = await Promise.all(
    [first, second, third].map(async ({ order }) =>
      (await stack.log(order.eventNumber)).map(({ operation }) => operation),
    ),
  );
  for (const operations of writes)
    for (const operation of ['save-announcement', 'set-storno', 'grant-right'])
      expect(operations.filter((each) => each === operation)).toHaveLength(1);
}, 400_000);

/* Temporal forgets a worker after minutes only. */
describeCluster('a build that is empty', () => {
  it('goes when its workers have gone, and not before', async () => {
    await eventually(
      () => deploy('status'),
      (said) => /2\.0 +Worker laufen +leer/.test(said),
      PATIENCE_MS,
    );
    expect(await deploy('prune')).toBe('2.0 bleibt: ein Worker davon läuft noch.\n');
    await stack.end('second-worker');
    await eventually(
      () => deploy('prune'),
      (said) => said === '2.0 ist entfernt.\n',
      PATIENCE_MS,
    );
    expect(await deploy('status')).toMatch(/^1\.0 +Worker laufen +aktuell.*\n$/);
    expect(await deploy('prune')).toBe('Keine Version ist leer: es bleibt, wie es ist.\n');
    const fourth = await begin();
    await untilEnded(fourth);
    expect(await buildOf(fourth)).toBe('1.0');
  }, 400_000);
});
