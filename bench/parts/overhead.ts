import { countStornoWrites, makeCases } from '../cases';
import { inTurn, startContenders, type Contender } from '../contenders';
import { medianFigure, type Figure, type PartResult } from '../figures';
import type { Options } from '../options';
import { progress } from '../progress';
import { startStack, type Stack } from '../stack';
import { summarise, type Summary } from '../statistics';

const WARM_UPS = 5;
const ROUND = 10;

interface Run {
  overheadMs: number;
  historyEvents: number;
}

/** One case after the other, ours and bare in turn: what a case takes beyond its two waits. */
export async function measureOverhead({ dist, cases: count, waitMs }: Options): Promise<PartResult> {
  const cases = makeCases(count + WARM_UPS, waitMs);
  const stack = await startStack({ dist, syncIntervalMs: waitMs, programme: cases.programme });
  const contenders = await startContenders(stack, cases, waitMs);
  for (const contender of contenders) await runInARow(stack, contender, WARM_UPS, waitMs);

  const rounds: Record<Contender['name'], Run[]>[] = [];
  for (let done = 0; done < count; done += ROUND) {
    const round: Record<Contender['name'], Run[]> = { absage: [], bare: [] };
    for (const contender of inTurn(contenders, rounds.length)) {
      round[contender.name] = await runInARow(stack, contender, Math.min(ROUND, count - done), waitMs);
    }
    rounds.push(round);
    const { absage, bare } = mediansOf(round);
    progress(`overhead: round ${rounds.length}, ${absage} ms, bare ${bare} ms`);
  }
  const stornoWrites = countStornoWrites(await stack.readLog(), waitMs);
  await stack.stop();
  return { figures: toFigures(rounds), details: { waitMs, rounds }, stornoWrites };
}

async function runInARow(stack: Stack, contender: Contender, count: number, waitMs: number): Promise<Run[]> {
  const runs: Run[] = [];
  while (runs.length < count) {
    const handle = stack.client.workflow.getHandle(await contender.start());
    await handle.result();
    // By the server's clock, which alone knows when a run began and ended.
    const { startTime, closeTime, historyLength } = await handle.describe();
    const durationMs = (closeTime?.getTime() ?? NaN) - startTime.getTime();
    runs.push({ overheadMs: durationMs - 2 * waitMs, historyEvents: historyLength });
  }
  return runs;
}

function mediansOf(round: Record<Contender['name'], Run[]>): Record<Contender['name'], number> {
  return { absage: overheadOf(round.absage).p50, bare: overheadOf(round.bare).p50 };
}

function toFigures(rounds: Record<Contender['name'], Run[]>[]): Figure[] {
  const runs = rounds.flatMap(({ absage }) => absage);
  const absage = overheadOf(runs);
  const bare = overheadOf(rounds.flatMap((round) => round.bare));
  const ratios = summarise(rounds.map(mediansOf).map((medians) => medians.absage / medians.bare));
  const events = summarise(runs.map(({ historyEvents }) => historyEvents));
  const rows = (name: string, { p50, p99, max }: Summary, atMost?: number): Figure[] => [
    { name: `${name} p50`, unit: 'ms', value: p50, target: atMost ? { atMost } : undefined },
    { name: `${name} p99`, unit: 'ms', value: p99 },
    { name: `${name} max`, unit: 'ms', value: max },
  ];
  return [
    ...rows('overhead beyond the waits', absage, 150),
    ...rows('overhead of the bare workflow', bare),
    {
      ...medianFigure('overhead, ours to bare (spread: rounds)', '', ratios, { atMost: 1.25 }),
      value: absage.p50 / bare.p50,
    },
    { ...medianFigure('history events of a case', '', events, { atMost: 60 }), value: events.max },
  ];
}

function overheadOf(runs: readonly Run[]): Summary {
  return summarise(runs.map(({ overheadMs }) => overheadMs));
}
