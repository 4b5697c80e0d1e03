import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createCancellationClient, type CancellationClient } from '../src/client';
import { openJournal } from '../src/journal/open';
import { migratePostgres } from '../src/journal/postgres/migrate';
import type { JournalStore } from '../src/journal/port';
import { loadSealKeys } from '../src/settings/seal-keys';
import type { LogEntry } from '../src/simulator/operation-log';
import { makeSeal } from '../src/trust/seals';
import { openLog } from '../src/up/log-file';
import { launchRole, type Launched } from '../src/up/part';
import { planStack } from '../src/up/stack';
import { startTemporalDevServer } from '../src/up/temporal-dev-server';
import { setRetention } from '../src/up/temporal-namespace';
import { PostgresServer } from '../test/support/postgres-server';
import { ROOT, type JournalKind } from './options';

const START_DEADLINE_MS = 60_000;

/** So high that the limit never affects a measurement, but one of the limit itself. */
const JET_RATE = 10_000;

export interface StackOptions {
  dist: string;
  /** Without it, in a file. */
  journal?: JournalKind;
  jetConcurrency: number;
  jetRate?: number;
  syncIntervalMs: number;
  programme: object[];
  /** More settings of Temporal's server, each as `name=value`. */
  dynamicConfig?: readonly string[];
  /** More settings of all parts. */
  settings?: Record<string, string>;
}

/** All parts of `absage up`, the API only where it is asked for: each in its own process, together in one fresh data folder. */
export interface Stack {
  client: Client;
  cancellations: CancellationClient;
  temporal: ChildProcess;
  simulator: ChildProcess;
  mailCatcher: ChildProcess;
  /** The database of the journal, where it is not in a file. */
  postgres: Pick<ChildProcess, 'pid'> | null;
  /** Starts a worker, with further settings if given. Resolves when the worker reports that it polls. */
  startWorker(own?: Record<string, string>): Promise<ChildProcess>;
  launchWorker(): Launched;
  /** Starts the API. Resolves to its address when it answers. */
  startServer(): Promise<string>;
  /** For reading. Closed by `stop`. */
  openJournal(): Promise<JournalStore>;
  countMails(isIt: (subject: string) => boolean): Promise<number>;
  /** Starts the worker in this folder of the bench; `kind`: what it is told, where there are several. */
  startOtherWorker(folder: 'bare' | 'floor', kind?: string): Promise<ChildProcess>;
  armFaults(faults: object[]): Promise<void>;
  readLog(eventNumber?: string): Promise<LogEntry[]>;
  stop(): Promise<void>;
}

const children = new Set<ChildProcess>();
const folders = new Set<string>();

/** Ends all processes of the bench, however this process ends. */
export function killEverything(): void {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

export async function startStack(options: StackOptions): Promise<Stack> {
  const { dist, jetConcurrency, jetRate = JET_RATE, syncIntervalMs, programme, dynamicConfig } = options;
  const journals: JournalStore[] = [];
  const dataDir = makeDataFolder();
  const postgres = options.journal === 'postgres' ? await PostgresServer.start() : null;
  const databaseUrl = await postgres?.createDatabase();
  if (databaseUrl) await migratePostgres(databaseUrl, databaseUrl);
  const plan = await planStack({
    ...(await settings(dataDir)),
    ...(databaseUrl && { ABSAGE_DATABASE_URL: databaseUrl }),
    ...options.settings,
    ABSAGE_SYNC_INTERVAL: `${syncIntervalMs}ms`,
    ABSAGE_JET_RATE: String(jetRate),
    ABSAGE_JET_CONCURRENCY: String(jetConcurrency),
  });
  const { config, environment } = plan;
  // The worker of this data folder believes what is sealed with the key in it.
  const sealKeys = loadSealKeys(config);

  const launch = (
    name: string,
    start: (stdio: ReturnType<typeof openLog>['stdio']) => Launched,
  ): Launched => {
    const log = openLog(join(dataDir, 'logs', `${name}.log`));
    const launched = start(log.stdio);
    log.close();
    children.add(launched.child);
    launched.child.once('exit', () => children.delete(launched.child));
    return launched;
  };
  const role = (name: string, own: Record<string, string> = {}) =>
    launch(name, (stdio) => launchRole(name, join(dist, 'cli.js'), { ...environment, ...own }, stdio));
  const temporal = launch('temporal', (stdio) =>
    startTemporalDevServer({
      executable: plan.temporal?.executable ?? '',
      port: config.ports.temporal,
      uiPort: config.ports.temporalUi,
      databaseFile: plan.temporal?.databaseFile ?? null,
      dynamicConfig,
      stdio,
    }),
  );
  const launchOtherWorker = (folder: string, kind: string) =>
    launch(`${folder}-${kind}-worker`, (stdio) => launchOther(folder, kind, environment, stdio));

  const controls = `http://127.0.0.1:${config.ports.simulator}/simulator/v1`;
  const simulator = role('simulator');
  const mailCatcher = role('mail-catcher');
  await Promise.all([temporal, simulator, mailCatcher].map(untilReady));
  await post(`${controls}/reset`, { programme });
  const connection = await Connection.connect({ address: environment.TEMPORAL_ADDRESS });
  const client = new Client({ connection });
  await setRetention(environment.TEMPORAL_ADDRESS ?? '');

  return {
    client,
    cancellations: createCancellationClient(client, (request, by) => makeSeal(sealKeys, request, by)),
    temporal: temporal.child,
    simulator: simulator.child,
    mailCatcher: mailCatcher.child,
    postgres: postgres?.process ?? null,
    launchWorker: () => role('worker'),
    async startServer() {
      await untilReady(role('server'));
      return `http://127.0.0.1:${config.port}/v1`;
    },
    async openJournal() {
      const journal = await openJournal(config.databaseUrl);
      journals.push(journal);
      return journal;
    },
    async countMails(isIt) {
      const response = await fetch(`http://127.0.0.1:${config.ports.mailUi}/messages`);
      const { messages } = (await response.json()) as { messages: { subject: string }[] };
      return messages.filter(({ subject }) => isIt(subject)).length;
    },
    startWorker: (own) => untilReady(role('worker', own)),
    startOtherWorker: (folder, kind = '') => untilReady(launchOtherWorker(folder, kind)),
    armFaults: (faults) => post(`${controls}/faults`, faults),
    async readLog(eventNumber) {
      const query = eventNumber === undefined ? '' : `?eventNumber=${eventNumber}`;
      const response = await fetch(`${controls}/log${query}`);
      return ((await response.json()) as { entries: LogEntry[] }).entries;
    },
    async stop() {
      await Promise.all(journals.map((journal) => journal.close()));
      await connection.close();
      await Promise.all([...children].map((child) => endProcess(child, 'SIGKILL')));
      await postgres?.stop();
      rmSync(dataDir, { recursive: true, force: true });
      folders.delete(dataDir);
    },
  };
}

/** Signals a process and resolves when it has ended. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Makes the folder on the disk that `absage up` uses: a folder in memory would make every write look cheap. */
function makeDataFolder(): string {
  const cache = join(ROOT, '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'bench-'));
  folders.add(folder);
  return folder;
}

/** The settings of the bench. It takes none of the user's own settings, which belong to another installation. */
async function settings(dataDir: string): Promise<Record<string, string | undefined>> {
  const isForeign = (name: string) =>
    name.startsWith('ABSAGE_') || (name.startsWith('TEMPORAL_') && name !== 'TEMPORAL_CLI_PATH');
  const own = Object.entries(process.env).filter(([name]) => !isForeign(name));
  const [simulator, mail, mailUi, temporal, temporalUi, api] = await findFreePorts(6);
  return {
    ...Object.fromEntries(own),
    ABSAGE_DATA: dataDir,
    ABSAGE_PORT: api,
    ABSAGE_SIMULATOR_PORT: simulator,
    ABSAGE_MAIL_PORT: mail,
    ABSAGE_MAIL_UI_PORT: mailUi,
    ABSAGE_TEMPORAL_PORT: temporal,
    ABSAGE_TEMPORAL_UI_PORT: temporalUi,
  };
}

async function findFreePorts(count: number): Promise<string[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => String((server.address() as AddressInfo).port));
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

function launchOther(
  folder: string,
  kind: string,
  environment: NodeJS.ProcessEnv,
  stdio: ReturnType<typeof openLog>['stdio'],
): Launched {
  const [input, output, errors] = stdio as number[];
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, folder, 'worker.ts'), kind], {
    cwd: ROOT,
    env: environment,
    stdio: [input, output, errors, 'ipc'],
  });
  return { child, ready: once(child, 'message') };
}

async function untilReady({ child, ready }: Launched): Promise<ChildProcess> {
  const died = once(child, 'exit').then(() => {
    throw new Error(`a process ended before it was ready: ${child.spawnargs.join(' ')}`);
  });
  const deadline = once(AbortSignal.timeout(START_DEADLINE_MS), 'abort').then(() => {
    throw new Error(`a process was not ready in time: ${child.spawnargs.join(' ')}`);
  });
  died.catch(() => {});
  deadline.catch(() => {});
  await Promise.race([ready, died, deadline]);
  return child;
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.status !== 204) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}
