import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const ROOT = join(__dirname, '../..');

/** Long enough for machines that are slower than the developers' own. */
export const PATIENCE_MS = 900_000;

/** Runs a TypeScript file in a process of its own, because the same takes twice as long in Jest's sandbox. */
export async function runInOwnProcess(file: string, args: readonly string[] = []) {
  const child = spawn(process.execPath, ['--require', './scripts/register-swc.js', file, ...args], {
    cwd: ROOT,
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** The number of schedules in each test run, and the first seed. `npm run simulate` runs any number. */
const { SIM_RUNS = '5000', SEED } = process.env;
const FIRST_SEED = 50_000;

const SHARDS = 2;

/** The number of schedules of series: everything that can happen in them has happened by then. */
const SERIES_RUNS = '600';
const FIRST_SERIES_SEED = '50000';

/** Schedules of whole series. */
export function simulateSeries() {
  return printed(
    runInOwnProcess('scripts/simulate.ts', ['--series', '--runs', SERIES_RUNS, '--seed', FIRST_SERIES_SEED]),
  );
}

/**
 * One shard of the schedules, because Jest runs several test files at once. With `SEED`, the first shard runs only that
 * schedule and prints it in full.
 */
export async function simulateShard(shard: 1 | 2) {
  const each = Math.ceil(Number(SIM_RUNS) / SHARDS);
  const args =
    SEED === undefined
      ? ['--runs', String(each), '--seed', String(FIRST_SEED + (shard - 1) * each)]
      : ['--runs', shard === 1 ? '1' : '0', '--seed', SEED, '--story'];
  return printed(runInOwnProcess('scripts/simulate.ts', args));
}

async function printed(running: ReturnType<typeof runInOwnProcess>) {
  const ended = await running;
  process.stdout.write(ended.stdout);
  return ended;
}
