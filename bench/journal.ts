import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'kysely';
import type { NewEntry } from '../src/domain/journal';
import { openDatabase } from '../src/journal/open';
import { migratePostgres } from '../src/journal/postgres/migrate';
import type { JournalStore } from '../src/journal/port';
import { createSqlJournal } from '../src/journal/sql/sql-journal';
import { PostgresServer } from '../test/support/postgres-server';
import { SIGNER } from '../test/support/signing';
import { progress } from './progress';

/*
 * What the journal itself takes, in a file and in PostgreSQL on this machine: lines by several writers, and lists over many
 * years. `npm run bench:journal -- --ended 100000 --open 5000`.
 */

const options = readOptions(process.argv.slice(2));

interface Figures {
  database: string;
  /** Lines a second, by how many are written at once by how many processes' worth of connections. */
  linesPerSecond: Record<string, number>;
  /** Milliseconds, p50 and p99, of each read. */
  reads: Record<string, [p50: number, p99: number]>;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'absage-bench-'));
  const postgres = await PostgresServer.start();
  try {
    const database = await postgres.createDatabase();
    await migratePostgres(database, database);
    const figures = [
      await measure('file', pathToFileURL(join(folder, 'journal.sqlite')).href),
      await measure('PostgreSQL', database),
    ];
    console.log(JSON.stringify({ options, figures }, null, 2));
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

async function measure(name: string, url: string): Promise<Figures> {
  const linesPerSecond: Record<string, number> = {};
  for (const [writers, atOnce] of [
    [1, 1],
    [1, 40],
    [2, 40],
    [4, 40],
  ] as const)
    linesPerSecond[`${writers} × ${atOnce}`] = await writeLines(url, writers, atOnce);
  progress(`${name}: lines are written`);
  await fill(url);
  progress(`${name}: ${options.ended} ended and ${options.open} open cases are there`);
  return { database: name, linesPerSecond, reads: await readLists(url) };
}

const open = async (url: string): Promise<JournalStore> => createSqlJournal(await openDatabase(url), SIGNER);

const line = (effectKey: string): NewEntry =>
  ({
    actor: 'bench',
    actorId: null,
    kind: 'intent',
    step: 'mark-titles',
    operation: 'save-announcement',
    effectKey,
    before: { title: 'Der Besuch der alten Dame', customerTitle: null, externalMemo: null },
    after: { title: 'Der Besuch der alten Dame – ENTFÄLLT' },
  }) as unknown as NewEntry;

/** Each writer has connections of its own, as a process has. */
async function writeLines(url: string, writers: number, atOnce: number): Promise<number> {
  const journals = await Promise.all(Array.from({ length: writers }, () => open(url)));
  const begunAt = performance.now();
  let written = 0;
  const isOver = () => performance.now() - begunAt > options.seconds * 1_000;
  const one = async (writer: number, worker: number) => {
    const caseId = `bench-${writers}-${atOnce}-${writer}-${worker}`;
    const ref = { caseId, house: 'FSP', eventNumber: `${writer}${worker}` };
    for (let nth = 0; !isOver(); nth += 1) {
      await journals[writer]?.append(ref, line(`line/${nth}`));
      written += 1;
    }
  };
  await Promise.all(
    journals.flatMap((_journal, writer) =>
      Array.from({ length: Math.max(1, atOnce / writers) }, (_, worker) => one(writer, worker)),
    ),
  );
  const seconds = (performance.now() - begunAt) / 1_000;
  for (const journal of journals) await journal.close();
  return Math.round(written / seconds);
}

const AT_ONCE = 400;

/** Cases as the journal keeps them, without going through it: signing half a million lines would take an hour. */
async function fill(url: string): Promise<void> {
  const { db } = await openDatabase(url);
  const total = options.ended + options.open;
  const row = (number: number, kind: 'opening' | 'end', seq: number) => ({
    case_id: `case-${String(number).padStart(7, '0')}`,
    seq,
    house: `H${number % 40}`,
    event_number: `${100_000 + number}`,
    at: new Date(Date.UTC(2027, 0, 1) + number * 60_000 + seq).toISOString(),
    actor: 'bench',
    actor_id: null,
    kind,
    step: kind === 'end' ? 'report' : 'check',
    operation: kind === 'end' ? 'close' : 'check',
    effect_key: kind === 'end' ? 'end' : 'opening',
    before: 'null',
    after: '{}',
    outcome: kind === 'end' ? 'completed' : 'ok',
    previous_hash: '0',
    hash: '0',
    signature: null,
  });
  for (let from = 0; from < total; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, total - from) }, (_, index) => from + index);
    const rows = numbers.flatMap((number) => [
      row(number, 'opening', 1),
      // The open ones are spread over all the years: the last of each hundred or so.
      ...(number % Math.ceil(total / options.open) === 0 ? [] : [row(number, 'end', 2)]),
    ]);
    await db.insertInto('entry').values(rows).execute();
  }
  await sql`analyze`.execute(db);
  await db.destroy();
}

async function readLists(url: string): Promise<Figures['reads']> {
  const journal = await open(url);
  const somewhere = () => Math.floor(Math.random() * (options.ended + options.open));
  const reads: Record<string, () => Promise<unknown>> = {
    'newest 50 of all houses': () => journal.cases({ limit: 50 }),
    'newest 50 of one house': () => journal.cases({ houses: ['H7'], limit: 50 }),
    'newest 50 completed of one house': () =>
      journal.cases({ houses: ['H7'], ends: ['completed'], limit: 50 }),
    'a page in the middle': () =>
      journal.cases({
        limit: 50,
        before: { at: new Date(Date.UTC(2027, 0, 20)).toISOString(), caseId: 'x' },
      }),
    'all open cases': () => journal.openCases(),
    'the case that holds an event': () => {
      const number = somewhere();
      return journal.holdingCase(`H${number % 40}`, `${100_000 + number}`);
    },
    'the lines of a case': () => journal.entries(`case-${String(somewhere()).padStart(7, '0')}`),
  };
  const figures: Figures['reads'] = {};
  for (const [name, read] of Object.entries(reads)) {
    await read();
    const times: number[] = [];
    for (let nth = 0; nth < options.reads; nth += 1) {
      const begunAt = performance.now();
      await read();
      times.push(performance.now() - begunAt);
    }
    times.sort((one, other) => one - other);
    figures[name] = [quantile(times, 0.5), quantile(times, 0.99)];
  }
  await journal.close();
  return figures;
}

const quantile = (sorted: readonly number[], part: number) =>
  Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1));

function readOptions(args: readonly string[]) {
  const valueOf = (name: string, otherwise: number) => {
    const index = args.indexOf(`--${name}`);
    return index < 0 ? otherwise : Number(args[index + 1]);
  };
  return {
    ended: valueOf('ended', 100_000),
    open: valueOf('open', 5_000),
    seconds: valueOf('seconds', 4),
    reads: valueOf('reads', 100),
  };
}

void main();
