/**
 * Measures time, load and memory against their targets, with the real parts: Temporal's dev server with
 * a database file, simulator, mail catcher and worker as processes of their own. Needs Linux (`/proc`).
 *
 * Prints one table and writes one JSON file. Other programs on the machine distort the figures.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { StornoWrites } from './cases';
import { describeEnvironment } from './environment';
import { isMet, toTable, type Figure, type PartResult } from './figures';
import { readOptions, ROOT, USAGE, type Options, type PartName } from './options';
import { measureBundle } from './parts/bundle';
import { measureFlood } from './parts/flood';
import { measureHerd } from './parts/herd';
import { measureOverhead } from './parts/overhead';
import { measureReplay } from './parts/replay';
import { measureResume } from './parts/resume';
import { measureSleepers } from './parts/sleepers';
import { measureStart } from './parts/start';
import { measureThroughput } from './parts/throughput';
import { progress } from './progress';
import { killEverything } from './stack';

const PARTS: Record<PartName, (options: Options) => PartResult | Promise<PartResult>> = {
  overhead: measureOverhead,
  throughput: measureThroughput,
  sleepers: measureSleepers,
  start: measureStart,
  resume: measureResume,
  herd: measureHerd,
  flood: measureFlood,
  replay: measureReplay,
  bundle: measureBundle,
};

/** Resolves to whether no Storno was early, which is no question of speed. */
async function main(options: Options): Promise<boolean> {
  const environment = describeEnvironment();
  const startedAt = new Date();
  const results: Partial<Record<PartName, PartResult>> = {};
  for (const name of options.only) {
    progress(`${name} …`);
    results[name] = await PARTS[name](options);
  }
  const early = earlyWrites(results);
  const figures = [...Object.values(results).flatMap((result) => result.figures), ...early];
  // The file may be shown: no path of this machine belongs there.
  const { out: _out, ...chosen } = options;
  const report = {
    startedAt: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1_000),
    environment,
    options: { ...chosen, dist: relative(ROOT, options.dist) },
    figures: figures.map((figure) => ({ ...figure, isMet: isMet(figure) })),
    details: Object.fromEntries(Object.entries(results).map(([name, { details }]) => [name, details])),
  };
  mkdirSync(dirname(options.out), { recursive: true });
  writeFileSync(options.out, `${JSON.stringify(report, null, 2)}\n`);
  const { node, temporalSdk, temporalServer, cpus, commit, loadBefore = 0 } = environment;
  console.log(toTable(figures));
  console.log(`\n${commit}, Node ${node}, SDK ${temporalSdk}, ${temporalServer}, ${cpus} CPUs,`);
  console.log(
    `load before ${loadBefore.toFixed(2)}, took ${report.seconds} s, ${relative(ROOT, options.out)}`,
  );
  return early.every(isMet);
}

/** The early Stornos of all parts together: the one figure that must be zero. */
function earlyWrites(results: Partial<Record<PartName, PartResult>>): Figure[] {
  const writes = Object.values(results)
    .map(({ stornoWrites }) => stornoWrites)
    .filter((counted): counted is StornoWrites => counted !== undefined);
  if (writes.length === 0) return [];
  const sum = (field: keyof StornoWrites) => writes.reduce((total, counted) => total + counted[field], 0);
  return [
    {
      name: `early ones of ${sum('all')} Storno writes`,
      unit: '',
      value: sum('early'),
      target: { atMost: 0 },
    },
  ];
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
process.on('exit', killEverything);

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${(error as Error).message}\n${USAGE}`);
  process.exit(2);
}
main(options).then(
  (isSafe) => process.exit(isSafe ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
