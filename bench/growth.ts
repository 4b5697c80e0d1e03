/**
 * How far a real cluster reaches: cases a second by the number of workers, many sleepers over two workers, lists over many
 * years, and an evening on which many cases are due at once. Needs Linux, all of the machine, and an hour.
 *
 * Usage: npm run bench:growth -- [--only workers,sleepers,evening] [--burst 300]
 *   [--evening 2000] [--wait-minutes 15] [--ended 100000] [--sleepers 10000] [--sleep-minutes 60]
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { describeEnvironment } from './environment';
import { measureEvening } from './growth/evening';
import { measureSleepers } from './growth/sleepers';
import { measureWorkers } from './growth/workers';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: 'workers,evening,sleepers' },
      burst: { type: 'string', default: '300' },
      sleepers: { type: 'string', default: '10000' },
      ended: { type: 'string', default: '100000' },
      evening: { type: 'string', default: '2000' },
      'wait-minutes': { type: 'string', default: '15' },
      'sleep-minutes': { type: 'string', default: '60' },
    },
  });
  const parts: Record<string, () => Promise<unknown>> = {
    workers: () => measureWorkers(Number(values.burst)),
    evening: () =>
      measureEvening({
        count: Number(values.evening),
        ended: Number(values.ended),
        waitMs: Number(values['wait-minutes']) * 60_000,
      }),
    sleepers: () => measureSleepers(Number(values.sleepers), Number(values['sleep-minutes']) * 60_000),
  };
  console.log(JSON.stringify(describeEnvironment()));
  for (const name of values.only.split(',')) {
    const part = parts[name];
    if (!part) throw new Error(`--only knows ${Object.keys(parts).join(', ')}`);
    const loadBefore = loadavg()[0];
    const result = await part();
    console.log(JSON.stringify({ part: name, loadBefore, loadAfter: loadavg()[0], result }, null, 2));
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
