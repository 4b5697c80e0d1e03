/**
 * What people and programs ask of a server once there are very many cases: lists, search, overview and to-do lists, over a journal
 * in a file and one in PostgreSQL. Temporal's development server holds the open cases; no worker runs, so nothing else works.
 *
 * Usage: npm run bench:lists -- [--ended 100000] [--open 5000] [--reads 60] [--only file,postgres]
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { sql, type Kysely } from 'kysely';
import pino from 'pino';
import { buildApp } from '../src/api/app';
import type { AppDependencies } from '../src/api/dependencies';
import { EventPages } from '../src/cases/event-pages';
import { logInByName } from '../src/cases/log-in';
import { createCancellationClient } from '../src/client';
import { consolePages } from '../src/console/console';
import type { NewEntry } from '../src/domain/journal';
import type { House } from '../src/domain/types';
import { openDatabase } from '../src/journal/open';
import type { JournalStore } from '../src/journal/port';
import { migratePostgres } from '../src/journal/postgres/migrate';
import { createSqlJournal } from '../src/journal/sql/sql-journal';
import { createComposer } from '../src/mail/composer';
import { draw } from '../src/protocol/pdf-worker';
import { loadConfig } from '../src/settings/environment';
import { caseStartOptions } from '../src/temporal/start';
import {
  CANCEL_PERFORMANCE,
  CANCELLATION_STEP,
  EVENT_NUMBER,
  HOUSE,
  NEEDS_ATTENTION,
  PERFORMANCE_AT,
} from '../src/workflows/messages';
import { consoleSession } from '../test/support/console-session';
import { aHouse, anEvent, anInput, anOrder } from '../test/support/examples';
import { anOpening } from '../test/support/openings';
import { PostgresServer } from '../test/support/postgres-server';
import { SIGNER } from '../test/support/signing';
import { startTemporal } from '../test/support/temporal-server';
import { describeEnvironment } from './environment';
import { ROOT } from './options';
import { progress } from './progress';

const HOUSES = 40;
const FIRST_NUMBER = 100_000;
/** One open case in so many needs a person, and one in so many others has not got beyond its check. */
const NEEDS_ONE_IN = 100;
const STARTS_AT_ONCE = 40;
const ROWS_AT_ONCE = 10_000;

const { values } = parseArgs({
  options: {
    ended: { type: 'string', default: '100000' },
    open: { type: 'string', default: '5000' },
    reads: { type: 'string', default: '60' },
    only: { type: 'string', default: 'file,postgres' },
  },
});
const [ended, open, reads] = [values.ended, values.open, values.reads].map(Number) as [
  number,
  number,
  number,
];

const houseOf = (number: number) => `H${String(number % HOUSES).padStart(2, '0')}`;
const caseIdOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

async function main(): Promise<void> {
  console.log(JSON.stringify(describeEnvironment()));
  const tools = JSON.parse(readFileSync(join(ROOT, '.cache', 'tools.json'), 'utf8')) as { temporal: string };
  const temporal = await startTemporal({ executable: tools.temporal });
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection });
  const runs = await startOpenCases(client);
  const folder = mkdtempSync(join(tmpdir(), 'absage-lists-'));
  const places: Record<string, () => Promise<void>> = {
    file: () => measure('file', pathToFileURL(join(folder, 'journal.sqlite')).href, client, runs),
    postgres: async () => {
      const postgres = await PostgresServer.start();
      try {
        const url = await postgres.createDatabase();
        await migratePostgres(url, url);
        await measure('postgres', url, client, runs);
      } finally {
        await postgres.stop();
      }
    },
  };
  try {
    for (const name of values.only.split(',')) await places[name]?.();
  } finally {
    rmSync(folder, { recursive: true });
    await connection.close();
    await temporal.stop();
  }
}

/** The runs of the open cases, as they are in their first wait. By their numbers, which follow on those of the ended ones. */
async function startOpenCases(client: Client): Promise<Map<number, string>> {
  const runs = new Map<number, string>();
  const numbers = Array.from({ length: open }, (_, index) => ended + index);
  while (numbers.length > 0)
    await Promise.all(
      numbers.splice(0, STARTS_AT_ONCE).map(async (number) => {
        const house = houseOf(number);
        const eventNumber = String(FIRST_NUMBER + number);
        const input = anInput({ caseId: caseIdOf(number), order: anOrder({ house, eventNumber }) });
        const handle = await client.workflow.start(CANCEL_PERFORMANCE, {
          ...caseStartOptions(input, 'digest'),
          typedSearchAttributes: new TypedSearchAttributes([
            { key: HOUSE, value: house },
            { key: EVENT_NUMBER, value: eventNumber },
            { key: CANCELLATION_STEP, value: 'wait-for-title-transfer' },
            { key: NEEDS_ATTENTION, value: number % NEEDS_ONE_IN === 0 },
            { key: PERFORMANCE_AT, value: new Date(input.order.expected.startsAt) },
          ]),
        });
        runs.set(number, handle.firstExecutionRunId);
      }),
    );
  progress(`${open} runs are open`);
  return runs;
}

async function measure(
  place: string,
  url: string,
  client: Client,
  runs: ReadonlyMap<number, string>,
): Promise<void> {
  const database = await openDatabase(url);
  const journal = createSqlJournal(database, SIGNER);
  await fill(journal, database.db as unknown as Kysely<unknown>, place === 'postgres', runs);
  progress(`${place}: ${ended} ended and ${open} open cases are there`);
  const app = await serve(client, journal);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const loadBefore = loadavg()[0];
  const figures = await readAll(address);
  console.log(
    JSON.stringify({ place, ended, open, reads, loadBefore, loadAfter: loadavg()[0], figures }, null, 2),
  );
  await app.close();
  await journal.close();
}

/** Two cases are written as they are, with their real lines; the others are copies of them, which nobody signs. */
async function fill(
  journal: JournalStore,
  db: Kysely<unknown>,
  isPostgres: boolean,
  runs: ReadonlyMap<number, string>,
): Promise<void> {
  for (const [name, isEnded] of [
    ['ended', true],
    ['open', false],
  ] as const) {
    const ref = { caseId: name, house: houseOf(0), eventNumber: '1' };
    const opening = anOpening();
    const input = { ...opening.input, caseId: name, order: { ...opening.input.order, house: 'HOUSE' } };
    const tasks = [{ id: 'door', text: 'Schild an die Tür hängen', contact: null }];
    const lines = [
      lineOf('opening', 'check', 'check', 'opening', { ...opening, tasks, input }),
      ...Array.from({ length: isEnded ? 10 : 3 }, (_, nth) =>
        lineOf('intent', 'mark-titles', 'save-announcement', `save/${nth}`, opening),
      ),
      ...(isEnded ? [{ ...lineOf('end', 'report', 'close', 'end', null), outcome: 'completed' }] : []),
    ];
    for (const line of lines) await journal.append(ref, line as unknown as NewEntry);
  }
  for (const [name, from, to] of [
    ['ended', 0, ended],
    ['open', ended, ended + open],
  ] as const)
    for (let first = from; first < to; first += ROWS_AT_ONCE)
      await copy(db, isPostgres, name, first, Math.min(first + ROWS_AT_ONCE, to) - 1);
  const named = [...runs].map(([number, runId]) => ({
    seal: `seal-${number}`,
    case_id: caseIdOf(number),
    first_run_id: runId,
  }));
  const notes = db as Kysely<{ named_run: (typeof named)[number] }>;
  while (named.length > 0) await notes.insertInto('named_run').values(named.splice(0, 500)).execute();
  await sql`analyze`.execute(db);
}

const lineOf = (kind: string, step: string, operation: string, effectKey: string, after: unknown) => ({
  ...{ actor: 'Maria Huber', actorId: null, kind, step, operation, effectKey, after, outcome: 'ok' },
});

/** Each case half an hour after the one before it. */
async function copy(
  db: Kysely<unknown>,
  isPostgres: boolean,
  template: string,
  from: number,
  to: number,
): Promise<void> {
  const numbers = isPostgres
    ? sql`generate_series(${sql.raw(String(from))}, ${sql.raw(String(to))}) as number(n)`
    : sql`(with recursive number(n) as (select ${sql.raw(String(from))} union all select n + 1 from number where n < ${sql.raw(String(to))}) select n from number)`;
  const pad = (width: number, value: string) =>
    isPostgres
      ? sql.raw(`lpad((${value})::text, ${width}, '0')`)
      : sql.raw(`printf('%0${width}d', ${value})`);
  const at = isPostgres
    ? sql`to_char(timestamp '2020-01-01' + n * interval '30 minutes' + seq * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')`
    : sql`strftime('%Y-%m-%dT%H:%M:%S.000Z', '2020-01-01', (n * 30) || ' minutes', seq || ' seconds')`;
  const house = sql`'H' || ${pad(2, `n % ${HOUSES}`)}`;
  await sql`
    insert into entry (case_id, seq, house, event_number, at, actor, actor_id, kind, step, operation, effect_key,
      before, after, outcome, previous_hash, hash, signature)
    select '00000000-0000-4000-8000-' || ${pad(12, 'n')}, seq, ${house}, cast(${sql.raw(String(FIRST_NUMBER))} + n as text),
      ${at}, actor, actor_id, kind, step, operation, effect_key,
      before, replace(after, 'HOUSE', ${house}), outcome, previous_hash, hash, signature
    from entry, ${numbers} where case_id = ${template}`.execute(db);
}

async function serve(temporal: Client, journal: JournalStore) {
  const client = createCancellationClient(temporal, () => 'seal' as never);
  const houses = new Map<string, House>(
    Array.from({ length: HOUSES }, (_, number) => {
      const key = houseOf(number);
      return [
        key,
        aHouse({ key, name: `Haus ${number}`, approval: { needed: 'always', expiresMs: 3_600_000, to: [] } }),
      ];
    }),
  );
  const deps: AppDependencies = {
    client: {
      ...client,
      read: (_activity: string, house: string) => Promise.resolve(programmeOf(house) as never),
    },
    journal,
    houses,
    eventPages: new EventPages(),
    composeNotice: createComposer({ isRehearsal: true, rehearsalTo: null }).composePartnerNotice,
    isRehearsal: true,
    isSimulator: () => true,
    isLogInMissing: () => false,
    isSealed: () => true,
    logIn: logInByName,
    payloads: null,
    drawPdf: draw,
    ownHosts: [],
    temporalUiUrl: 'http://127.0.0.1:8233',
    namespace: 'default',
    timing: {
      syncIntervalMs: 900_000,
      pollIntervalMs: 30_000,
      attentionAfterMs: 1_800_000,
      jetTimeoutMs: 8_000,
    },
    limits: loadConfig({}).limits,
    version: '0.0.0-bench',
    security: { contact: null, publicUrl: 'https://absage.example' },
    logger: pino({ level: 'error' }),
  } as unknown as AppDependencies;
  const session = consoleSession(deps, { sessionKey: randomBytes(32) });
  return buildApp(deps, consolePages({ ...deps, ...session }));
}

/** A page of Jet's programme: half of its events have an open case. */
function programmeOf(house: string) {
  const first = ended - (ended % HOUSES) + Number(house.slice(1));
  const events = Array.from({ length: 50 }, (_, index) =>
    anEvent({ house, eventNumber: String(FIRST_NUMBER + first + (index - 25) * HOUSES) }),
  );
  return { events, nextCursor: null };
}

async function readAll(address: string): Promise<Record<string, string>> {
  const ask = async (path: string) => {
    const answer = await fetch(`${address}${path}`, { redirect: 'manual' });
    const body = await answer.text();
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status} ${body.slice(0, 300)}`);
    return body;
  };
  const { nextCursor } = JSON.parse(await ask('/v1/cancellations')) as { nextCursor: string };
  const someHouse = () => houseOf(Math.floor(Math.random() * HOUSES));
  const someCase = () => Math.floor(Math.random() * ended);
  const paths: Record<string, () => string> = {
    '`/healthz`': () => '/healthz',
    'list, all houses': () => '/v1/cancellations',
    'list, one house': () => `/v1/cancellations?house=${someHouse()}`,
    'list, the next page': () => `/v1/cancellations?cursor=${nextCursor}`,
    'list, completed of one house': () => `/v1/cancellations?house=${someHouse()}&state=completed`,
    'list, aborted of all houses': () => '/v1/cancellations?state=aborted',
    'list, what waits': () => '/v1/cancellations?state=waiting',
    'list, what needs a person': () => '/v1/cancellations?needsAttention=true',
    'search, events of a house with their cases': () => `/v1/events?house=${someHouse()}&text=Besuch`,
    'one ended case': () => {
      const number = someCase();
      return `/v1/cancellations/${houseOf(number)}/${FIRST_NUMBER + number}`;
    },
    'to-do lists, all houses': () => '/v1/tasks',
    'overview, all houses': () => '/',
    'overview, one house': () => `/?haus=${someHouse()}`,
    'page of the to-do lists (`/aufgaben`)': () => '/aufgaben',
    'page of what waits for approval (`/freigaben`)': () => '/freigaben',
  };
  const figures: Record<string, string> = {};
  for (const [name, path] of Object.entries(paths)) {
    const times: number[] = [];
    for (let nth = 0; nth <= reads; nth += 1) {
      const begunAt = performance.now();
      await ask(path());
      // The first one warms up.
      if (nth > 0) times.push(performance.now() - begunAt);
      // A page that takes this long is measured well enough by few.
      if (nth >= 8 && times.reduce((sum, each) => sum + each, 0) > 40_000) break;
    }
    times.sort((one, other) => one - other);
    const quantile = (part: number) =>
      Math.round(times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? NaN);
    figures[name] = `${quantile(0.5)} / ${quantile(0.99)}`;
    progress(`${name}: ${figures[name]} ms`);
  }
  return figures;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
