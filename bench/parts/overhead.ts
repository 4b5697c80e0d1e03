import { countStornoWrites, makeCases } from '../cases';
import { inTurn, startContenders, type Contender } from '../contenders';
import { medianFigure, type Figure, type PartResult } from '../figures';
import type { Options } from '../options';
import { progress } from '../progress';
import { readRun, type RunRecord } from '../run-record';
import { startStack, type Stack } from '../stack';
import { median, summarise, type Summary } from '../statistics';

const WARM_UPS = 5;
const ROUND = 10;

interface Run extends RunRecord {
  overheadMs: number;
}

type Round = Record<Contender['name'], Run[]>;

/** Measures how long a case takes beyond its two waits: one case after the other, ours and bare in turn. */
export async function measureOverhead({
  dist,
  jetConcurrency,
  cases: count,
  waitMs,
}: Options): Promise<PartResult> {
  const cases = makeCases(count + WARM_UPS, waitMs);
  const stack = await startStack({
    dist,
    jetConcurrency,
    syncIntervalMs: waitMs,
    programme: cases.programme,
  });
  const contenders = await startContenders(stack, cases, waitMs);
  for (const contender of contenders) await runInARow(stack, contender, WARM_UPS, waitMs);

  const rounds: Round[] = [];
  for (let done = 0; done < count; done += ROUND) {
    const round: Round = { absage: [], bare: [] };
    for (const contender of inTurn(contenders, rounds.length)) {
      round[contender.name] = await runInARow(stack, contender, Math.min(ROUND, count - done), waitMs);
    }
    rounds.push(round);
    const { absage, bare } = mediansOf(round);
    progress(`overhead: round ${rounds.length}, ${absage.toFixed()} ms, bare ${bare.toFixed()} ms`);
  }
  const stornoWrites = countStornoWrites(await stack.readLog(), waitMs);
  await stack.stop();
  const runs = { absage: rounds.flatMap(({ absage }) => absage), bare: rounds.flatMap(({ bare }) => bare) };
  const activities = { absage: activitiesOf(runs.absage), bare: activitiesOf(runs.bare) };
  return { figures: toFigures(rounds, runs), details: { waitMs, activities, rounds }, stornoWrites };
}

async function runInARow(stack: Stack, contender: Contender, count: number, waitMs: number): Promise<Run[]> {
  const runs: Run[] = [];
  while (runs.length < count) {
    const handle = stack.client.workflow.getHandle(await contender.start());
    await handle.result();
    const record = await readRun(handle);
    runs.push({ ...record, overheadMs: record.durationMs - 2 * waitMs });
  }
  return runs;
}

function toFigures(rounds: Round[], { absage, bare }: Round): Figure[] {
  const ratios = summarise(rounds.map(mediansOf).map((medians) => medians.absage / medians.bare));
  const events = summarise(absage.map(({ historyEvents }) => historyEvents));
  const atWork = (runs: Run[]) => summarise(runs.map(workOf));
  const rows = (name: string, { p50, p99, max }: Summary, atMost?: number): Figure[] => [
    { name: `${name} p50`, unit: 'ms', value: p50, target: atMost ? { atMost } : undefined },
    { name: `${name} p99`, unit: 'ms', value: p99 },
    { name: `${name} max`, unit: 'ms', value: max },
  ];
  return [
    ...rows('overhead beyond the waits', overheadOf(absage), 150),
    ...rows('overhead of the bare workflow', overheadOf(bare)),
    {
      ...medianFigure('overhead, ours to bare (spread: rounds)', '', ratios, { atMost: 1.25 }),
      value: overheadOf(absage).p50 / overheadOf(bare).p50,
    },
    medianFigure('of the overhead, work of the activities', 'ms', atWork(absage)),
    medianFigure('of the bare overhead, its empty activities', 'ms', atWork(bare)),
    { ...medianFigure('history events of a case', '', events, { atMost: 60 }), value: events.max },
  ];
}

function mediansOf(round: Round): Record<Contender['name'], number> {
  return { absage: overheadOf(round.absage).p50, bare: overheadOf(round.bare).p50 };
}

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
