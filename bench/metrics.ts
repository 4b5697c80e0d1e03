/**
 * What metrics and traces cost a worker: its CPU time a case without them, with metrics that are asked for every five seconds, and with
 * traces as well. The three take turns over one installation, so only their ratio says something. Needs Linux.
 *
 * Usage: npm run bench:metrics -- [--cases 30] [--rounds 3]
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ChaosStack } from '../test/chaos/stack';
import { eventually } from '../test/support/eventually';
import { OtlpCollector } from '../test/support/otlp-collector';
import { pickPort } from '../test/support/ports';
import { BY } from '../test/support/trust';
import { makeCases } from './cases';
import { describeEnvironment } from './environment';
import { cpuMs } from './process-usage';

const SYNC_INTERVAL_MS = 1_000;
const SCRAPE_EVERY_MS = 5_000;
const PATIENCE_MS = 300_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { cases: { type: 'string', default: '30' }, rounds: { type: 'string', default: '3' } },
  });
  const [count, rounds] = [Number(values.cases), Number(values.rounds)];
  const collector = await OtlpCollector.start();
  const port = await pickPort();
  const metrics = { ABSAGE_METRICS_PORT: String(port) };
  const kinds = {
    off: {},
    metrics,
    'metrics and traces': { ...metrics, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  };
  const cases = makeCases(count * rounds * Object.keys(kinds).length, SYNC_INTERVAL_MS);
  const stack = await ChaosStack.start({ syncIntervalMs: SYNC_INTERVAL_MS, programme: cases.programme });
  const perCase: Record<string, number[]> = {};
  try {
    for (let round = 0; round < rounds; round += 1)
      for (const [name, settings] of Object.entries(kinds)) {
        await stack.end('worker');
        await stack.launch('worker', { settings });
        (perCase[name] ??= []).push(await measure(stack, cases, count, name === 'off' ? null : port));
      }
  } finally {
    await stack.stop(false);
    await collector.stop();
  }
  const means = Object.entries(perCase).map(
    ([name, all]) => [name, all.reduce((sum, each) => sum + each, 0) / all.length] as const,
  );
  const [, without] = means[0]!;
  const ratios = Object.fromEntries(means.map(([name, mean]) => [name, Number((mean / without).toFixed(2))]));
  console.log(JSON.stringify({ ...describeEnvironment(), cases: count, perCase, ratios }, null, 2));
}

/** CPU time of the worker a case, in milliseconds. */
async function measure(
  stack: ChaosStack,
  cases: ReturnType<typeof makeCases>,
  count: number,
  port: number | null,
): Promise<number> {
  const worker = stack.processOf('worker');
  const before = cpuMs(worker);
  const over = new AbortController();
  const asking = port === null ? null : askAgainAndAgain(port, over.signal);
  const begun = Array.from({ length: count }, () => cases.next());
  for (const input of begun) await stack.cancellations.start(input, input.caseId, { by: BY });
  for (const { caseId } of begun)
    await eventually(
      () => stack.lines(caseId),
      (lines) => lines.some(({ kind }) => kind === 'end'),
      PATIENCE_MS,
    );
  over.abort();
  await asking;
  return (cpuMs(worker) - before) / count;
}

async function askAgainAndAgain(port: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await pause(SCRAPE_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
