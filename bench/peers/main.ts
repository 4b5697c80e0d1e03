/**
 * The same cancellation on other engines, against the same simulator of Jet and the same mail catcher: how fast, and what happens when
 * it is killed, or Jet and the mail server answer wrongly. All figures of one run, one engine after the other.
 *
 * Usage: npm run bench:peers -- [--only restate,dbos] [--tables speed,killed,faults] [--rows "killed before|the mail"]
 *   [--alone 10] [--burst 100] [--sleepers 1000] [--herd 200] [--json FILE]
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Fate, Fates } from './fate.ts';
import { tryFaults } from './faults.ts';
import { tryTroubles } from './killed.ts';
import { PEERS } from './peers.ts';
import { killEverything } from './processes.ts';
import { measureSpeed, type Speed } from './speed.ts';

interface Outcome {
  title: string;
  note: string;
  speed?: Speed;
  killed?: Fates;
  faults?: Fates;
  /** Why it could not be tried. */
  failure?: string;
}

process.once('exit', killEverything);
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(1));

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(PEERS).join(',') },
    tables: { type: 'string', default: 'speed,killed,faults' },
    rows: { type: 'string', default: '' },
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
const rows = new RegExp(values.rows);
const loadBefore = loadavg()[0];
const outcomes: Record<string, Outcome> = {};

for (const name of values.only.split(',')) {
  const peer = PEERS[name];
  if (!peer) throw new Error(`--only knows ${Object.keys(PEERS).join(', ')}`);
  const outcome: Outcome = { title: peer.title, note: peer.note };
  outcomes[name] = outcome;
  console.error(`${peer.title} …`);
  // What was measured stays, whatever goes wrong after it.
  try {
    if (tables.includes('speed') && !peer.isForKillsOnly)
      outcome.speed = await measureSpeed(name, peer, sizes);
    if (tables.includes('killed')) await tryTroubles(name, peer, rows, (outcome.killed = {}));
    if (tables.includes('faults') && !peer.isForKillsOnly)
      await tryFaults(name, peer, rows, (outcome.faults = {}));
  } catch (error) {
    outcome.failure = (error as Error).message;
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
  const lines = all.flatMap(({ title, speed }) => (speed ? [[title, ...speedRow(speed)]] : []));
  console.log(`\n${table(SPEED_HEAD, lines)}`);
}
for (const which of ['killed', 'faults'] as const) {
  const tried = all.flatMap((outcome) =>
    outcome[which] ? [{ title: outcome.title, fates: outcome[which] }] : [],
  );
  if (tried.length === 0) continue;
  // One that could not be tried to the end has fewer rows.
  const titles = [...new Set(tried.flatMap(({ fates }) => Object.keys(fates)))];
  const lines = titles.map((title) => [title, ...tried.map(({ fates }) => fateOf(fates[title]))]);
  console.log(`\n${table(['', ...tried.map(({ title }) => title)], lines)}`);
}
for (const { title, note } of all) console.log(`- ${title}: ${note}`);
for (const { title, failure } of all) if (failure) console.log(`COULD NOT BE TRIED: ${title}: ${failure}`);
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

function fateOf(fate: Fate | undefined): string {
  if (!fate) return '';
  const ends = { done: 'done', asks: 'asks a person', stuck: 'STUCK' };
  const end = fate.says ? `${ends[fate.end]}: ${fate.says}` : ends[fate.end];
  const faults = [
    ...fate.twice.map((what) => `${what} TWICE`),
    ...(fate.isEarly ? ['EARLY'] : []),
    ...fate.lost.map((what) => `${what} LOST`),
  ];
  const seconds = fate.seconds === null ? '' : ` (${fate.seconds} s)`;
  return [end, ...faults].join(', ') + seconds;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
