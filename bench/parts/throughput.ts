import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
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
import { cpuMs, familyCpuMs } from '../process-usage';
import { progress } from '../progress';
import { startStack, type Stack } from '../stack';
import { summarise } from '../statistics';

const WARM_UPS = 10;
const POLL_MS = 200;
const DEADLINE_MS = 10 * 60_000;

interface Burst {
  casesPerSecond: number;
  workerCpuMs: number;
  serverCpuMs: number;
  /** The CPU time of simulator and mail catcher, which share the machine in a rehearsal. */
  otherSideCpuMs: number;
  /** Of PostgreSQL, where the journal is there. */
  journalCpuMs: number;
}

type Round = Record<ContenderName, Burst>;

/** Measures many cases at once: how many the machine completes per second, and what each one costs. */
export async function measureThroughput(options: Options): Promise<PartResult> {
  const { dist, journal, jetConcurrency, burst: count, burstRounds, burstWaitMs: waitMs } = options;
  const cases = makeCases(eventsFor(count * burstRounds + WARM_UPS), waitMs);
  const stack = await startStack({
    dist,
    journal,
    jetConcurrency,
    syncIntervalMs: waitMs,
    programme: cases.programme,
  });
  const contenders = await startContenders(stack, cases, waitMs);
  for (const contender of contenders) await runAtOnce(stack, contender, WARM_UPS);

  const rounds: Round[] = [];
  while (rounds.length < burstRounds) {
    const turn = inTurn(contenders, rounds.length);
    const round = await ofEach(turn, async (contender) => {
      const burst = await runAtOnce(stack, contender, count);
      progress(`throughput: ${count} × ${contender.name}, ${burst.casesPerSecond.toFixed(1)} cases/s`);
      return burst;
    });
    rounds.push(round);
  }
  const stornoWrites = countStornoWrites(await stack.readLog(), waitMs);
  await stack.stop();
  return { figures: toFigures(rounds, journal), details: { count, waitMs, rounds }, stornoWrites };
}

async function runAtOnce(stack: Stack, contender: Contender, count: number): Promise<Burst> {
  const { query, worker } = contender;
  const { workflow } = stack.client;
  const { count: before } = await workflow.count(query);
  const cpuBefore = readCpu(stack, worker);

  const ids = new Set(await Promise.all(Array.from({ length: count }, () => contender.start())));
  await untilCompleted(stack, query, before + count);
  const cpu = readCpu(stack, worker);

  const startsMs: number[] = [];
  const endsMs: number[] = [];
  for await (const run of workflow.list({ query, pageSize: 1_000 })) {
    if (!ids.has(run.workflowId)) continue;
    startsMs.push(run.startTime.getTime());
    endsMs.push(run.closeTime?.getTime() ?? NaN);
  }
  const seconds = (Math.max(...endsMs) - Math.min(...startsMs)) / 1_000;
  return {
    casesPerSecond: count / seconds,
    workerCpuMs: (cpu.worker - cpuBefore.worker) / count,
    serverCpuMs: (cpu.server - cpuBefore.server) / count,
    otherSideCpuMs: (cpu.otherSide - cpuBefore.otherSide) / count,
    journalCpuMs: (cpu.journal - cpuBefore.journal) / count,
  };
}

function readCpu({ temporal, simulator, mailCatcher, postgres }: Stack, worker: ChildProcess) {
  return {
    worker: cpuMs(worker),
    server: cpuMs(temporal),
    otherSide: cpuMs(simulator) + cpuMs(mailCatcher),
    journal: postgres ? familyCpuMs(postgres) : 0,
  };
}

/** Polls the number of completed cases: waiting for each result would load the server that is measured. */
async function untilCompleted({ client }: Stack, query: string, count: number): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const completed = await client.workflow.count(`${query} AND ExecutionStatus = 'Completed'`);
    if (completed.count >= count) return;
    if (Date.now() > deadline) throw new Error(`only ${completed.count} of ${count} runs have completed`);
    await sleep(POLL_MS);
  }
}

const NAMES: Readonly<Record<ContenderName, string>> = {
  absage: 'a case',
  'own-queue': 'the same effects, own queue',
  eager: 'the same effects, eager',
  bare: 'a bare workflow',
};

function toFigures(rounds: readonly Round[], journal: Options['journal']): Figure[] {
  const summaryOf = (name: ContenderName, field: keyof Burst) =>
    summarise(rounds.map((round) => round[name][field]));
  const toOther = (other: ContenderName, field: keyof Burst) =>
    summarise(rounds.map((round) => round.absage[field] / round[other][field]));
  const each = (name: string, unit: string, field: keyof Burst) =>
    CONTENDERS.map((contender) =>
      medianFigure(`${name}: ${NAMES[contender]}`, unit, summaryOf(contender, field)),
    );
  return [
    ...each('at once', 'cases/s', 'casesPerSecond'),
    medianFigure('cases at once, ours to the same effects', '', toOther('own-queue', 'casesPerSecond'), {
      atLeast: 0.85,
    }),
    medianFigure('cases at once, ours to bare', '', toOther('bare', 'casesPerSecond')),
    ...each('CPU of the worker', 'ms', 'workerCpuMs'),
    medianFigure('CPU of the worker, ours to the same effects', '', toOther('own-queue', 'workerCpuMs'), {
      atMost: 1.2,
    }),
    ...each('CPU of the server', 'ms', 'serverCpuMs'),
    medianFigure('CPU a case: simulator and mail catcher', 'ms', summaryOf('absage', 'otherSideCpuMs')),
    ...(journal === 'postgres'
      ? [medianFigure('CPU a case: PostgreSQL', 'ms', summaryOf('absage', 'journalCpuMs'))]
      : []),
  ];
}
