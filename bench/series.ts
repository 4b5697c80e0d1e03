/**
 * What a series of many performances costs, at Jet's rate: how long until its last Storno, against what that rate allows; the
 * histories in Temporal, the worker's memory, the mails. And whether several of them leave room: for a single case that is
 * ordered meanwhile, and for each other's houses. Needs Linux.
 *
 * Usage: npm run bench:series -- [--only whole,fairness] [--items 500] [--houses FSP,LTN,GRAF] [--seasons FSP,FSP,FSP,LTN]
 *   [--singles 6] [--rate 10] [--concurrency 4] [--interval-seconds 60] [--poll-seconds 5] [--dist DIRECTORY]
 */
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeEnvironment } from './environment';
import { ROOT } from './options';
import { measureFairness } from './series/fairness';
import type { SeriesOptions } from './series/options';
import { measureWhole } from './series/whole';
import { killEverything } from './stack';

const text = (value: string) => ({ type: 'string', default: value }) as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: text('whole,fairness'),
      items: text('500'),
      houses: text('FSP,LTN,GRAF'),
      seasons: text('FSP,FSP,FSP,LTN'),
      singles: text('6'),
      rate: text('10'),
      concurrency: text('4'),
      'interval-seconds': text('60'),
      'poll-seconds': text('5'),
      dist: text('dist'),
    },
  });
  const options: SeriesOptions = {
    dist: resolve(ROOT, values.dist),
    items: Number(values.items),
    houses: values.houses.split(','),
    seasons: values.seasons.split(','),
    singles: Number(values.singles),
    rate: Number(values.rate),
    concurrency: Number(values.concurrency),
    syncIntervalMs: Number(values['interval-seconds']) * 1_000,
    pollMs: Number(values['poll-seconds']) * 1_000,
  };
  const parts: Record<string, (options: SeriesOptions) => Promise<object>> = {
    whole: measureWhole,
    fairness: measureFairness,
  };
  console.log(JSON.stringify(describeEnvironment()));
  for (const name of values.only.split(',')) {
    const part = parts[name];
    if (!part) throw new Error(`--only knows ${Object.keys(parts).join(', ')}`);
    const loadBefore = loadavg()[0];
    const result = await part(options);
    console.log(
      JSON.stringify({ part: name, options, loadBefore, loadAfter: loadavg()[0], result }, null, 2),
    );
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
process.on('exit', killEverything);

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
