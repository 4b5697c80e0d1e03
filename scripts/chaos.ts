/**
 * Kills, freezes and sets back the parts of a real installation while cases run, for many seeds, and checks Jet's log,
 * the mail server and the journal afterwards. Prints a table, names each seed that shows a fault, and keeps its data
 * folder.
 *
 * Usage: npm run chaos -- [--seeds 20] [--only kill-after-save] [--seed 7] [--parallel 2]
 */
import { parseArgs } from 'node:util';
import { summarise } from '../bench/statistics';
import { isBad, runScenario, type Report } from '../test/chaos/driver';
import { SCENARIOS } from '../test/chaos/scenarios';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '20' },
      seed: { type: 'string' },
      only: { type: 'string' },
      parallel: { type: 'string', default: '2' },
    },
  });
  const names = Object.keys(SCENARIOS).filter((name) => values.only === undefined || name === values.only);
  if (names.length === 0) throw new Error(`--only is one of ${Object.keys(SCENARIOS).join(', ')}`);
  const [first, count] = values.seed === undefined ? [1, toCount(values.seeds)] : [toCount(values.seed), 1];

  // Seed by seed, so that a run that is broken off has tried every scenario.
  const jobs = Array.from({ length: count }, (_, index) =>
    names.map((name) => ({ name, seed: first + index })),
  ).flat();
  const reports: Report[] = [];
  const end = () => {
    console.log(table(names, reports));
    process.exit(reports.some(isBad) ? 1 : 0);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const report = await runScenario(job.name, job.seed);
      reports.push(report);
      console.log(line(report));
    }
  };
  await Promise.all(Array.from({ length: toCount(values.parallel) }, work));
  end();
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new Error('--seeds, --seed and --parallel are whole numbers from 1');
  return count;
}

function line(report: Report): string {
  const { scenario, seed, recoveryMs, ends, faults, evidence } = report;
  const how = Object.values(ends).join(', ');
  if (!isBad(report)) return `${scenario} --seed ${seed}: ${how}; next sign after ${recoveryMs} ms`;
  const counts = `lost ${report.lost}, second writes ${report.secondWrites}, second mails ${report.secondMails}, early ${report.earlyStornos}`;
  const again = `again: npm run chaos -- --only ${scenario} --seed ${seed}`;
  return [
    `WRONG ${scenario} --seed ${seed}: ${how}; ${counts}`,
    ...faults,
    `see ${evidence}/logs; ${again}`,
  ].join('\n  ');
}

function table(names: readonly string[], reports: readonly Report[]): string {
  const rows = names.map((name) => {
    const own = reports.filter(({ scenario }) => scenario === name);
    const sum = (count: (report: Report) => number) =>
      own.reduce((total, report) => total + count(report), 0);
    const recoveries = own.flatMap(({ recoveryMs }) => (recoveryMs === null ? [] : [recoveryMs / 1_000]));
    const { p50, max } = summarise(recoveries);
    const seconds = (value: number) => (Number.isFinite(value) ? value.toFixed(1) : '-');
    return [
      SCENARIOS[name]?.title,
      own.length,
      sum(({ lost }) => lost),
      sum(({ secondWrites }) => secondWrites),
      sum(({ secondMails }) => secondMails),
      sum(({ earlyStornos }) => earlyStornos),
      sum(({ faults }) => faults.length),
      `${seconds(p50)} / ${seconds(max)}`,
    ];
  });
  const head = [
    'scenario',
    'seeds',
    'lost',
    'second writes',
    'second mails',
    'early Stornos',
    'other faults',
  ];
  const heads = [...head, 'recovery median / max, s'];
  return ['', heads, heads.map(() => '---'), ...rows]
    .map((row) => (typeof row === 'string' ? row : `| ${row.join(' | ')} |`))
    .join('\n');
}

void main();
