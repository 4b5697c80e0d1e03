import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { countStornoWrites, makeCases } from '../cases';
import { inTurn, startContenders, type Contender } from '../contenders';
import { medianFigure, type Figure, type PartResult } from '../figures';
import type { Options } from '../options';
import { cpuMs } from '../process-usage';
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
}

type Bursts = Record<Contender['name'], Burst[]>;

/** Measures many cases at once: how many the machine completes per second, and what each one costs. */
export async function measureThroughput(options: Options): Promise<PartResult> {
  const { dist, jetConcurrency, burst: count, burstRounds, burstWaitMs: waitMs } = options;
  const cases = makeCases(count * burstRounds + WARM_UPS, waitMs);
  const stack = await startStack({
    dist,
    jetConcurrency,
    syncIntervalMs: waitMs,
    programme: cases.programme,
  });
  const contenders = await startContenders(stack, cases, waitMs);
  for (const contender of contenders) await runAtOnce(stack, contender, WARM_UPS);

  const bursts: Bursts = { absage: [], bare: [] };
  for (let round = 0; round < burstRounds; round += 1) {
    for (const contender of inTurn(contenders, round)) {
      const burst = await runAtOnce(stack, contender, count);
      bursts[contender.name].push(burst);
      progress(`throughput: ${count} × ${contender.name}, ${burst.casesPerSecond.toFixed(1)} cases/s`);
    }
  }
  const stornoWrites = countStornoWrites(await stack.readLog(), waitMs);
  await stack.stop();
  return { figures: toFigures(bursts), details: { count, waitMs, bursts }, stornoWrites };
}

async function runAtOnce(stack: Stack, contender: Contender, count: number): Promise<Burst> {
  const { workflowType, worker } = contender;
  const { workflow } = stack.client;
  const query = `WorkflowType = '${workflowType}'`;
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
  };
}

function readCpu({ temporal, simulator, mailCatcher }: Stack, worker: ChildProcess) {
  return {
    worker: cpuMs(worker),
    server: cpuMs(temporal),
    otherSide: cpuMs(simulator) + cpuMs(mailCatcher),
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

function toFigures(bursts: Bursts): Figure[] {
  const summaryOf = (name: Contender['name'], field: keyof Burst) =>
    summarise(bursts[name].map((burst) => burst[field]));
  const speed = summaryOf('absage', 'casesPerSecond');
  const bareSpeed = summaryOf('bare', 'casesPerSecond');
  const ratios = summarise(
    bursts.absage.map(({ casesPerSecond }, round) => {
      return casesPerSecond / (bursts.bare[round]?.casesPerSecond ?? NaN);
    }),
  );
  return [
    medianFigure('cases at once', 'cases/s', speed),
    medianFigure('bare workflows at once', 'cases/s', bareSpeed),
    medianFigure('cases at once, ours to bare', '', ratios, { atLeast: 0.75 }),
    medianFigure('CPU a case: worker', 'ms', summaryOf('absage', 'workerCpuMs')),
    medianFigure('CPU a case: server', 'ms', summaryOf('absage', 'serverCpuMs')),
    medianFigure('CPU a case: simulator and mail catcher', 'ms', summaryOf('absage', 'otherSideCpuMs')),
    medianFigure('CPU a bare workflow: worker', 'ms', summaryOf('bare', 'workerCpuMs')),
    medianFigure('CPU a bare workflow: server', 'ms', summaryOf('bare', 'serverCpuMs')),
  ];
}
