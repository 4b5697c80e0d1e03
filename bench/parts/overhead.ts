import { deepStrictEqual } from 'node:assert';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleOption } from '@temporalio/worker';
import type { LogEntry } from '../../src/simulator/operation-log';
import { waitSinks } from '../../src/temporal/wait-sinks';
import { countStornoWrites, makeCases } from '../cases';
import {
  CONTENDERS,
  eventsFor,
  inTurn,
  ofEach,
  startContenders,
  type Contender,
  type ContenderName,
} from '../contenders';
import { medianFigure, type Figure, type PartResult } from '../figures';
import type { Options } from '../options';
import { progress } from '../progress';
import { countPromises } from '../promises';
import { installQuietRuntime } from '../quiet-runtime';
import { readRun, type RunRecord } from '../run-record';
import { startStack, type Stack } from '../stack';
import { median, summarise, type Summary } from '../statistics';

const WARM_UPS = 5;
const ROUND = 10;

/** Within reach of a procedure of its own: see docs/performance.md. */
const PROMISES_AIM = 90;

interface Run extends RunRecord {
  workflowId: string;
  overheadMs: number;
}

type Round = Record<ContenderName, Run[]>;

/** Measures how long a case takes beyond its two waits: one case after the other, all contenders in turn. */
export async function measureOverhead({
  dist,
  journal,
  jetConcurrency,
  cases: count,
  waitMs,
}: Options): Promise<PartResult> {
  const cases = makeCases(eventsFor(count + WARM_UPS), waitMs);
  const stack = await startStack({
    dist,
    journal,
    jetConcurrency,
    syncIntervalMs: waitMs,
    programme: cases.programme,
  });
  const contenders = await startContenders(stack, cases, waitMs);
  for (const contender of contenders) await runInARow(stack, contender, WARM_UPS, waitMs);

  const rounds: Round[] = [];
  for (let done = 0; done < count; done += ROUND) {
    const round = await ofEach(inTurn(contenders, rounds.length), (contender) =>
      runInARow(stack, contender, Math.min(ROUND, count - done), waitMs),
    );
    rounds.push(round);
    progress(`overhead: round ${rounds.length}, ${CONTENDERS.map(inProgress(round)).join(', ')}`);
  }
  const log = await stack.readLog();
  requireSameCalls(log, rounds);
  const promises = await promisesOfEach(stack, dist, rounds);
  const stornoWrites = countStornoWrites(log, waitMs);
  await stack.stop();
  const runs = perContender((name) => rounds.flatMap((round) => round[name]));
  const activities = perContender((name) => activitiesOf(runs[name]));
  return {
    figures: [...toFigures(rounds, runs), ...promises],
    details: { waitMs, activities, rounds },
    stornoWrites,
  };
}

async function runInARow(stack: Stack, contender: Contender, count: number, waitMs: number): Promise<Run[]> {
  const runs: Run[] = [];
  while (runs.length < count) {
    const workflowId = await contender.start();
    const handle = stack.client.workflow.getHandle(workflowId);
    await handle.result();
    const record = await readRun(handle);
    runs.push({ workflowId, ...record, overheadMs: record.durationMs - 2 * waitMs });
  }
  return runs;
}

/** What is compared with a case has to have called Jet as a case does, in the simulator's own words. */
function requireSameCalls(log: readonly LogEntry[], rounds: readonly Round[]): void {
  const calls = new Map<string | null, string[]>();
  for (const { actor, eventNumber, operation } of log)
    if (actor === 'gateway') calls.set(eventNumber, [...(calls.get(eventNumber) ?? []), operation]);
  // Where Connect Online was looked at too early, a case looks once more: the shortest way counts.
  const fewest = (name: ContenderName) =>
    rounds
      .flatMap((round) => round[name])
      .map(({ workflowId }) => calls.get(workflowId.split('/').at(-1) ?? '') ?? [])
      .sort((one, other) => one.length - other.length)[0];
  for (const name of ['own-queue', 'eager'] as const)
    deepStrictEqual(fewest(name), fewest('absage'), `${name} does not call Jet as a case does`);
}

/** Of one case each: the count is exact, so one says all. */
async function promisesOfEach(stack: Stack, dist: string, [round]: readonly Round[]): Promise<Figure[]> {
  installQuietRuntime();
  const count = async (name: ContenderName, workflowBundle: WorkflowBundleOption, most?: number) => {
    const { workflowId = '' } = round?.[name][0] ?? {};
    const history = await stack.client.workflow.getHandle(workflowId).fetchHistory();
    const value = await countPromises({ workflowBundle, sinks: waitSinks() }, history, workflowId);
    const target = most === undefined ? undefined : { atMost: most };
    return { name: PROMISES_OF[name], unit: '', value, target };
  };
  const bundled = (folder: string) =>
    bundleWorkflowCode({
      workflowsPath: join(__dirname, '..', folder, 'workflows.ts'),
      logger: new DefaultLogger('ERROR'),
    });
  return [
    await count('absage', { codePath: join(dist, 'workflow-bundle.js') }, PROMISES_AIM),
    await count('own-queue', await bundled('floor')),
    await count('bare', await bundled('bare')),
  ];
}

const PROMISES_OF: Readonly<Record<ContenderName, string>> = {
  absage: 'promises of a case',
  'own-queue': 'promises of the same effects',
  eager: 'promises of the same effects, eager',
  bare: 'promises of a bare workflow',
};

const NAMES: Readonly<Record<ContenderName, string>> = {
  absage: 'overhead beyond the waits',
  'own-queue': 'overhead of the same effects, own queue',
  eager: 'overhead of the same effects, eager',
  bare: 'overhead of the bare workflow',
};

function toFigures(rounds: readonly Round[], runs: Round): Figure[] {
  const toOther = (other: ContenderName) => {
    const ratios = rounds.map((round) => overheadOf(round.absage).p50 / overheadOf(round[other]).p50);
    return { ...summarise(ratios), p50: overheadOf(runs.absage).p50 / overheadOf(runs[other]).p50 };
  };
  const events = summarise(runs.absage.map(({ historyEvents }) => historyEvents));
  return [
    ...CONTENDERS.flatMap((name): Figure[] => {
      const { p50, p99, max } = overheadOf(runs[name]);
      return [
        { name: `${NAMES[name]} p50`, unit: 'ms', value: p50 },
        { name: `${NAMES[name]} p99`, unit: 'ms', value: p99 },
        { name: `${NAMES[name]} max`, unit: 'ms', value: max },
      ];
    }),
    medianFigure('overhead, ours to the same effects', '', toOther('own-queue'), { atMost: 1.15 }),
    medianFigure('overhead, ours to the same effects, eager', '', toOther('eager')),
    medianFigure('overhead, ours to bare', '', toOther('bare')),
    ...CONTENDERS.map((name) =>
      medianFigure(`${NAMES[name]}: work of the activities`, 'ms', summarise(runs[name].map(workOf))),
    ),
    { ...medianFigure('history events of a case', '', events, { atMost: 60 }), value: events.max },
  ];
}

function perContender<T>(of: (name: ContenderName) => T): Record<ContenderName, T> {
  return Object.fromEntries(CONTENDERS.map((name) => [name, of(name)])) as Record<ContenderName, T>;
}

const inProgress = (round: Round) => (name: ContenderName) =>
  `${name} ${overheadOf(round[name]).p50.toFixed()} ms`;

function overheadOf(runs: readonly Run[]): Summary {
  return summarise(runs.map(({ overheadMs }) => overheadMs));
}

function workOf({ activityMs }: Run): number {
  return Object.values(activityMs).reduce((sum, tookMs) => sum + tookMs, 0);
}

/** The median duration of each activity, in milliseconds. */
function activitiesOf(runs: readonly Run[]): Record<string, number> {
  const names = Object.keys(runs[0]?.activityMs ?? {});
  return Object.fromEntries(
    names.map((name) => [name, median(runs.map(({ activityMs }) => activityMs[name] ?? NaN))]),
  );
}
