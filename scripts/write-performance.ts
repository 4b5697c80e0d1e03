import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { ContenderName } from '../bench/contenders';
import { aimOf, digits, spreadOf, table, type Figure } from '../bench/figures';

/**
 * Writes the tables and pictures of `docs/performance.md` from the files of the runs that they show, `docs/figures/*.json`:
 * each between its two comments. With `--check` it fails when the page is not up to date.
 */
const DOCS = join(__dirname, '../docs');
const PAGE = join(DOCS, 'performance.md');

interface Bench {
  startedAt: string;
  environment: { node: string; temporalServer: string; cpus: number; commit: string; loadBefore: number };
  options: { cases: number; burst: number; burstRounds: number };
  figures: Figure[];
  details: {
    overhead: { rounds: Record<ContenderName, { overheadMs: number }[]>[] };
    throughput: { rounds: Record<ContenderName, { casesPerSecond: number; workerCpuMs: number }>[] };
  };
}

interface Peers {
  environment: { node: string; cores: number; loadBefore: number; sizes: Record<string, number> };
  outcomes: Record<string, { title: string; failure?: string; speed?: Speed }>;
}

interface Speed {
  overheadMs: { median: number; longest: number };
  burst: { casesPerSecond: number; workerCpuMs: number; engineCpuMs: number };
  sleepers: { workerMb: number; engineMb: number };
  herdSeconds: number;
}

/** By the name in the comment before it. */
const BLOCKS: Readonly<Record<string, () => string>> = {
  aims: () => {
    const { environment, options, startedAt, figures } = bench('case');
    const day = new Date(startedAt).toLocaleDateString('en-GB', {
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      timeZone: 'Europe/Vienna',
    });
    const row = (title: string, ratio: string, ours: string, theirs: string, unit: string) => {
      const figure = figureOf(figures, ratio);
      const each = [ours, theirs].map((name) => `${digits(figureOf(figures, name).value)}${unit}`);
      return [title, figure.target ? aimOf(figure.target) : '', measured(figure), ...each];
    };
    const { cases, burst, burstRounds } = options;
    return [
      `\`npm run bench -- --only overhead,throughput --cases ${cases} --burst ${burst} --burst-rounds ${burstRounds}\` on ` +
        `${environment.cpus} cores, load before ${digits(environment.loadBefore)}, Node ${environment.node}, ${day}:`,
      table(
        ['ours to the same effects on their own queue', 'aim', 'measured', 'a case', 'the same effects'],
        [
          row(
            'overhead, median',
            'overhead, ours to the same effects',
            'overhead beyond the waits p50',
            'overhead of the same effects, own queue p50',
            ' ms',
          ),
          row(
            'cases at once, a second',
            'cases at once, ours to the same effects',
            'at once: a case',
            'at once: the same effects, own queue',
            '',
          ),
          row(
            'CPU of the worker, a case',
            'CPU of the worker, ours to the same effects',
            'CPU of the worker: a case',
            'CPU of the worker: the same effects, own queue',
            ' ms',
          ),
          row(
            'promises of a case',
            'promises of a case',
            'promises of a case',
            'promises of the same effects',
            '',
          ),
        ],
      ),
    ].join('\n\n');
  },

  overhead: () => {
    const { rounds } = bench('case').details.overhead;
    const sorted = (name: ContenderName) =>
      rounds.flatMap((round) => round[name].map(({ overheadMs }) => overheadMs)).sort((a, b) => a - b);
    const percents = Array.from({ length: 11 }, (_, index) => index * 10);
    const lineOf = (name: ContenderName) => {
      const all = sorted(name);
      return percents.map((percent) => all[Math.round((percent / 100) * (all.length - 1))] ?? 0);
    };
    return chart('Overhead of a case, ms', 'so many of 100 cases took no longer', percents, [
      lineOf('absage'),
      lineOf('own-queue'),
      lineOf('bare'),
    ]);
  },

  bursts: () => {
    const { rounds } = bench('case').details.throughput;
    const lineOf = (name: ContenderName) => rounds.map((round) => Math.round(round[name].workerCpuMs));
    return chart(
      'CPU of the worker, ms a case',
      'burst',
      rounds.map((_, index) => index + 1),
      [lineOf('absage'), lineOf('own-queue'), lineOf('bare')],
    );
  },

  journals: () => {
    const rows = (['case', 'case-postgres'] as const).map((name) => {
      const { figures } = bench(name);
      const of = (figure: string) => digits(figureOf(figures, figure).value);
      const database = figures.find((figure) => figure.name === 'CPU a case: PostgreSQL');
      return [
        name === 'case' ? 'in a file' : 'in PostgreSQL',
        `${of('overhead beyond the waits p50')} ms`,
        of('overhead, ours to the same effects'),
        of('at once: a case'),
        of('cases at once, ours to the same effects'),
        `${of('CPU of the worker: a case')} ms`,
        database ? `${digits(database.value)} ms` : '',
      ];
    });
    return table(
      [
        'journal',
        'overhead, median',
        'to the same effects',
        'cases at once, a second',
        'to the same effects',
        'CPU of the worker',
        'CPU of PostgreSQL',
      ],
      rows,
    );
  },

  growth: () => {
    const { figures } = bench('growth');
    return table(
      ['what', 'measured'],
      figures.map((figure) => [figure.name, measured(figure)]),
    );
  },

  peers: () => {
    const { environment, outcomes } = read<Peers>('peers');
    const tried = Object.values(outcomes).filter(({ speed }) => speed);
    const row = ({ title, speed }: { title: string; speed?: Speed }) => [
      title,
      `${speed?.overheadMs.median} / ${speed?.overheadMs.longest}`,
      String(speed?.burst.casesPerSecond),
      `${speed?.burst.workerCpuMs} / ${speed?.burst.engineCpuMs}`,
      `${speed?.sleepers.workerMb} / ${speed?.sleepers.engineMb}`,
      String(speed?.herdSeconds),
    ];
    const { alone, burst, sleepers, herd } = environment.sizes;
    return [
      `${alone} cases one after the other, ${burst} at once, ${sleepers} sleepers, a herd of ${herd}; ${environment.cores} cores, load before ` +
        `${digits(environment.loadBefore)}:`,
      table(
        [
          '',
          'beside the waits, ms: median / longest',
          'cases a second, at once',
          'CPU a case, ms: worker / engine',
          'memory of the sleepers, MB: worker / engine',
          'until the herd is Storno, s',
        ],
        tried.map(row),
      ),
    ].join('\n\n');
  },
};

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(DOCS, 'figures', `${name}.json`), 'utf8')) as T;
}

const bench = (name: string) => read<Bench>(name);

function figureOf(figures: readonly Figure[], name: string): Figure {
  const figure = figures.find((each) => each.name === name);
  if (!figure) throw new Error(`the run has no figure „${name}“`);
  return figure;
}

/** What was measured, and between what it lay. */
function measured(figure: Figure): string {
  const spread = spreadOf(figure);
  return `${digits(figure.value)} ${figure.unit}`.trim() + (spread && ` (${spread})`);
}

function chart(title: string, axis: string, xs: readonly number[], lines: readonly number[][]): string {
  const most = Math.ceil(Math.max(...lines.flat()) / 50) * 50;
  return [
    '```mermaid',
    'xychart-beta',
    `  title "${title}"`,
    `  x-axis "${axis}" [${xs.join(', ')}]`,
    `  y-axis "ms" 0 --> ${most}`,
    ...lines.map((line) => `  line [${line.map(Math.round).join(', ')}]`),
    '```',
  ].join('\n');
}

/** The page with each block made anew. */
function renewed(page: string): string {
  return Object.entries(BLOCKS).reduce((text, [name, make]) => {
    const [from, until] = [`<!-- figures: ${name} -->`, '<!-- end of the figures -->'];
    const start = text.indexOf(from);
    const end = text.indexOf(until, start);
    if (start < 0 || end < 0) throw new Error(`docs/performance.md has no place for the figures „${name}“`);
    return `${text.slice(0, start + from.length)}\n\n${make()}\n\n${text.slice(end)}`;
  }, page);
}

async function main(): Promise<void> {
  const present = readFileSync(PAGE, 'utf8');
  const written = await format(renewed(present), { ...(await resolveConfig(PAGE)), parser: 'markdown' });
  if (!process.argv.includes('--check')) return writeFileSync(PAGE, written);
  if (present === written) return;
  process.stderr.write('docs/performance.md is not up to date: npm run performance\n');
  process.exitCode = 1;
}

void main();
