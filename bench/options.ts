import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const ROOT = resolve(__dirname, '..');

export const PART_NAMES = [
  'overhead',
  'throughput',
  'sleepers',
  'start',
  'resume',
  'herd',
  'flood',
  'replay',
  'bundle',
] as const;

export type PartName = (typeof PART_NAMES)[number];

export const JOURNALS = ['file', 'postgres'] as const;

export type JournalKind = (typeof JOURNALS)[number];

export interface Options {
  only: readonly PartName[];
  out: string;
  /** The folder of the build that is measured. */
  dist: string;
  /** Where our cases keep their journal. The other contenders write their lines into a file. */
  journal: JournalKind;
  /** The number of cases in a row, of each kind. */
  cases: number;
  /** The length of each of the two waits of such a case. */
  waitMs: number;
  /** The number of cases started at once, of each kind and round. */
  burst: number;
  burstRounds: number;
  burstWaitMs: number;
  /** The numbers of sleeping cases; one measurement for each. */
  sleepers: readonly number[];
  /** The number of cases that are due at once, and their wait until then. */
  herd: number;
  herdWaitMs: number;
  /** The number of orders, and of searches, of one house beside one order of another. */
  flood: number;
  /** How often the worker is started or killed. */
  repeats: number;
  /** The number of concurrent activities on Jet's queue, whose rate is not limited. */
  jetConcurrency: number;
}

export const USAGE = `Usage: npm run bench -- [--only ${PART_NAMES.join(',')}] [--out FILE] [--dist DIRECTORY]
  [--journal ${JOURNALS.join('|')}]
  [--cases 50] [--wait-ms 400] [--burst 300] [--burst-rounds 2] [--burst-wait-ms 1000] [--sleepers 1000,5000]
  [--repeats 5] [--herd 1000] [--herd-wait-ms 120000] [--flood 60]
  [--jet-concurrency 100]`;

const text = (value: string) => ({ type: 'string', default: value }) as const;

/** Reads the options. Throws an error with a sentence for the reader. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: text(PART_NAMES.join(',')),
      out: text('bench/results/latest.json'),
      dist: text('dist'),
      journal: text('file'),
      cases: text('50'),
      'wait-ms': text('400'),
      burst: text('300'),
      'burst-rounds': text('2'),
      'burst-wait-ms': text('1000'),
      sleepers: text('1000,5000'),
      herd: text('1000'),
      'herd-wait-ms': text('120000'),
      flood: text('60'),
      repeats: text('5'),
      'jet-concurrency': text('100'),
    },
  });
  const names = values.only.split(',');
  const only = PART_NAMES.filter((name) => names.includes(name));
  if (only.length !== names.length) throw new Error(`--only knows ${PART_NAMES.join(', ')}`);
  const journal = JOURNALS.find((kind) => kind === values.journal);
  if (!journal) throw new Error(`--journal knows ${JOURNALS.join(', ')}`);
  return {
    only,
    out: resolve(ROOT, values.out),
    dist: resolve(ROOT, values.dist),
    journal,
    cases: wholeNumber('--cases', values.cases),
    waitMs: wholeNumber('--wait-ms', values['wait-ms']),
    burst: wholeNumber('--burst', values.burst),
    burstRounds: wholeNumber('--burst-rounds', values['burst-rounds']),
    burstWaitMs: wholeNumber('--burst-wait-ms', values['burst-wait-ms']),
    sleepers: values.sleepers.split(',').map((value) => wholeNumber('--sleepers', value)),
    herd: wholeNumber('--herd', values.herd),
    herdWaitMs: wholeNumber('--herd-wait-ms', values['herd-wait-ms']),
    flood: wholeNumber('--flood', values.flood),
    repeats: wholeNumber('--repeats', values.repeats),
    jetConcurrency: wholeNumber('--jet-concurrency', values['jet-concurrency']),
  };
}

function wholeNumber(name: string, value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`${name} needs a whole number greater than zero`);
}
