/**
 * The same cancellation on other engines, against the same simulator of Jet and the same mail catcher: how fast, and what happens when
 * it is killed. All figures of one run, one engine after the other.
 *
 * Usage: npm run bench:peers -- [--only restate,dbos] [--tables speed,killed] [--alone 10] [--burst 100]
 *   [--sleepers 1000] [--herd 200] [--json FILE]
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { tryTroubles, type Fates } from './killed.ts';
import { PEERS } from './peers.ts';
import { killEverything } from './processes.ts';
import { measureSpeed, type Speed } from './speed.ts';

interface Outcome {
  title: string;
  note: string;
  speed?: Speed;
  fates?: Fates;
  /** Why it could not be tried. */
  fault?: string;
}

process.once('exit', killEverything);
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(1));

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(PEERS).join(',') },
    tables: { type: 'string', default: 'speed,killed' },
    alone: { type: 'string', default: '10' },
    burst: { type: 'string', default: '100' },
    sleepers: { type: 'string', default: '1000' },
    herd: { type: 'string', default: '200' },
    json: { type: 'string' },
  },
});
const [alone, burst, sleepers, herd] = [values.alone, values.burst, values.sleepers, values.herd].map(Number);
const sizes = { alone: alone ?? 0, burst: burst ?? 0, sleepers: sleepers ?? 0, herd: herd ?? 0 };
const tables = values.tables.split(',');
const loadBefore = loadavg()[0];
const outcomes: Record<string, Outcome> = {};

for (const name of values.only.split(',')) {
  const peer = PEERS[name];
  if (!peer) throw new Error(`--only knows ${Object.keys(PEERS).join(', ')}`);
  const outcome: Outcome = { title: peer.title, note: peer.note };
  outcomes[name] = outcome;
  try {
    console.error(`${peer.title} …`);
    if (tables.includes('speed')) outcome.speed = await measureSpeed(name, peer, sizes);
    if (tables.includes('killed')) outcome.fates = await tryTroubles(name, peer);
  } catch (error) {
    outcome.fault = (error as Error).message;
  }
  console.error(JSON.stringify(outcome));
}

const SPEED_HEAD = [
  '',
  'overhead, ms: median / longest',
  'cases a second, at once',
  'CPU a case, ms: worker / engine',
  'memory of the sleepers, MB: worker / engine',
  'herd, s',
];

const all = Object.values(outcomes);
if (tables.includes('speed')) {
  const rows = all.flatMap(({ title, speed }) => (speed ? [[title, ...speedRow(speed)]] : []));
  console.log(`\n${table(SPEED_HEAD, rows)}`);
}
if (tables.includes('killed')) {
  const tried = all.filter(({ fates }) => fates);
  const troubles = Object.keys(tried[0]?.fates ?? {});
  const rows = troubles.map((trouble) => [trouble, ...tried.map(({ fates }) => fateOf(fates, trouble))]);
  console.log(`\n${table(['', ...tried.map(({ title }) => title)], rows)}`);
}
for (const { title, note } of all) console.log(`- ${title}: ${note}`);
for (const { title, fault } of all) if (fault) console.log(`COULD NOT BE TRIED: ${title}: ${fault}`);
const environment = {
  node: process.version,
  cores: cpus().length,
  loadBefore,
  loadAfter: loadavg()[0],
  sizes,
};
console.log(`\n${JSON.stringify(environment)}`);
if (values.json) writeFileSync(values.json, JSON.stringify({ environment, outcomes }, null, 2));
process.exit(0);

function speedRow({ overheadMs, burst: crowd, sleepers: asleep, herdSeconds }: Speed): string[] {
  return [
    `${overheadMs.median} / ${overheadMs.longest}`,
    String(crowd.casesPerSecond),
    `${crowd.workerCpuMs} / ${crowd.engineCpuMs}`,
    `${asleep.workerMb} / ${asleep.engineMb}`,
    String(herdSeconds),
  ];
}

function fateOf(fates: Fates | undefined, trouble: string): string {
  const fate = fates?.[trouble];
  if (!fate) return '';
  const ends = { done: 'done', asks: 'asks a person', stuck: 'STUCK' };
  const faults = [...fate.twice.map((what) => `${what} TWICE`), ...(fate.isEarly ? ['EARLY'] : [])];
  return `${[ends[fate.end], ...faults].join(', ')} (${fate.seconds} s)`;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
