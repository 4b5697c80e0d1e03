import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const ROOT = join(__dirname, '../..');

/** Slower machines than ours are not to fail. */
export const PATIENCE_MS = 900_000;

/** Runs a file of TypeScript in a process of its own: in Jest's sandbox the same takes twice as long. */
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

/** How many schedules are simulated in each test run, and from which seed on; `npm run simulate` does any number. */
const { SIM_RUNS = '5000', SEED } = process.env;
const FIRST_SEED = 50_000;

const SHARDS = 2;

/**
 * One shard of the schedules: Jest runs two test files at once. With `SEED` only that one schedule is run, in the first
 * shard, and printed in full.
 */
export async function simulateShard(shard: 1 | 2) {
  const each = Math.ceil(Number(SIM_RUNS) / SHARDS);
  const args =
    SEED === undefined
      ? ['--runs', String(each), '--seed', String(FIRST_SEED + (shard - 1) * each)]
      : ['--runs', shard === 1 ? '1' : '0', '--seed', SEED, '--story'];
  const ended = await runInOwnProcess('scripts/simulate.ts', args);
  process.stdout.write(ended.stdout);
  return ended;
}
