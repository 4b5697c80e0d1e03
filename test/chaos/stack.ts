import { seal } from '../support/trust';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { createCancellationClient, type CancellationClient } from '../../src/client';
import { openJournal } from '../../src/journal/open';
import type { JournalStore } from '../../src/journal/port';
import type { JournalEntry } from '../../src/domain/journal';
import type { SeriesLine } from '../../src/domain/series-lines';
import type { LogEntry } from '../../src/simulator/operation-log';
import type { CaughtMail } from '../../src/up/mail-store';
import { launchRole } from '../../src/up/part';
import { planStack, type Stack as Plan } from '../../src/up/stack';
import { startTemporalDevServer } from '../../src/up/temporal-dev-server';
import { setRetention } from '../../src/up/temporal-namespace';
import { freePorts } from '../support/up-process';
import type { Outage } from './oracle';
import { Processes } from './processes';

const ROOT = join(__dirname, '..', '..');
const DIST = join(ROOT, 'dist');
const CALL_DEADLINE_MS = 15_000;

export type Part =
  'temporal' | 'simulator' | 'mail-catcher' | 'worker' | 'second-worker' | 'api' | 'second-api';

/** Differences from the usual start of a worker or the API. */
export interface Build {
  dist?: string;
  settings?: Record<string, string>;
}

/** A worker of this version of the worker deployment. */
export function versioned(buildId: string, dist?: string): Build {
  return { dist, settings: { ABSAGE_WORKER_VERSIONING: 'on', ABSAGE_BUILD_ID: buildId } };
}

/**
 * The parts of `absage up` over one data folder. Each is a process of its own that the test can kill, freeze and start
 * again. Only the test restarts a dead part.
 *
 * @example
 * const stack = await ChaosStack.start({ syncIntervalMs: 3_000, programme });
 * await stack.kill('worker');
 * await stack.launch('worker');
 */
export class ChaosStack {
  private constructor(
    private readonly plan: Plan,
    private readonly processes: Processes,
    private readonly connection: Connection,
    readonly client: Client,
    private journal: JournalStore,
  ) {
    this.cancellations = createCancellationClient(client, seal);
  }

  readonly cancellations: CancellationClient;
  /** Of the parts that a mail needs. */
  readonly outages: (Outage & { part: Part })[] = [];

  /**
   * `worker`: the build of the first worker. `dynamicConfig`: settings of the Temporal server, each as `name=value`. `databaseUrl`:
   * of a prepared journal; a file in the data folder by default. `settings`: more of them, for each part. `folder`: for the data folder.
   */
  static async start(options: {
    syncIntervalMs: number;
    programme: object[];
    worker?: Build;
    dynamicConfig?: readonly string[];
    databaseUrl?: string;
    settings?: Record<string, string>;
    folder?: string;
  }): Promise<ChaosStack> {
    const { folder = join(ROOT, '.cache') } = options;
    mkdirSync(folder, { recursive: true });
    const dataDir = mkdtempSync(join(folder, 'chaos-'));
    const plan = await planStack({
      ...(await settings(dataDir, options.syncIntervalMs)),
      ...options.settings,
      ABSAGE_DATABASE_URL: options.databaseUrl,
    });
    const processes = new Processes(join(dataDir, 'logs'));
    try {
      await Promise.all(
        (['temporal', 'simulator', 'mail-catcher'] as const).map((part) =>
          launchPart(processes, plan, part, { dynamicConfig: options.dynamicConfig }),
        ),
      );
      const address = plan.environment.TEMPORAL_ADDRESS ?? '';
      const connection = await Connection.connect({ address });
      await setRetention(address);
      const journal = await openJournal(plan.config.databaseUrl);
      const stack = new ChaosStack(plan, processes, connection, new Client({ connection }), journal);
      await stack.simulator('POST', '/reset', { programme: options.programme });
      await stack.launch('worker', options.worker);
      return stack;
    } catch (error) {
      await processes.killEverything();
      throw error;
    }
  }

  /** Ends all parts. `isKept`: the data folder stays, with its logs, for an examination. */
  async stop(isKept: boolean): Promise<void> {
    await this.journal.close();
    await this.connection.close();
    await this.processes.killEverything();
    if (!isKept) rmSync(this.dataDir, { recursive: true, force: true });
  }

  // --- what happens to the parts ------------------------------------------------------------------------------

  launch(part: Part, build: Build = {}): Promise<void> {
    return launchPart(this.processes, this.plan, part, build);
  }

  async kill(part: Part): Promise<void> {
    const fromMs = Date.now();
    await this.processes.end(part, 'SIGKILL');
    if (SENDERS.includes(part)) this.outages.push({ part, fromMs, untilMs: Date.now() });
  }

  /** The process of a part that runs. */
  processOf(part: Part): ChildProcess {
    return this.processes.child(part);
  }

  /** Ends a part as an operator of the machine would. */
  end(part: Part): Promise<void> {
    return this.processes.end(part, 'SIGTERM');
  }

  freeze(part: Part): void {
    const fromMs = Date.now();
    this.processes.freeze(part);
    if (SENDERS.includes(part)) this.outages.push({ part, fromMs, untilMs: Infinity });
  }

  thaw(part: Part): void {
    this.processes.thaw(part);
    const outage = this.outages.find((each) => each.part === part && each.untilMs === Infinity);
    if (outage) outage.untilMs = Date.now();
  }

  /** kill -9 of every part at once, and a new start of all on the same data folder. */
  async killEverything(pauseMs: () => Promise<void>): Promise<void> {
    const parts = this.processes.names as Part[];
    await Promise.all(parts.map((part) => this.kill(part)));
    await pauseMs();
    const servers = parts.filter((part) => !part.includes('worker'));
    await Promise.all(servers.map((part) => this.launch(part)));
    await this.launch('worker');
  }

  /** The file of Temporal's database. SQLite may keep further files beside it. */
  get temporalFile(): string {
    return this.plan.temporal?.databaseFile ?? '';
  }

  get journalFile(): string {
    return fileURLToPath(this.plan.config.databaseUrl);
  }

  get simulatorPort(): number {
    return this.plan.config.ports.simulator;
  }

  get mailPort(): number {
    return this.plan.config.ports.mail;
  }

  get apiPort(): number {
    return this.plan.config.port;
  }

  /** The settings of each part; without what a build adds. */
  get environment(): Readonly<Record<string, string | undefined>> {
    return this.plan.environment;
  }

  get dataDir(): string {
    return this.plan.config.dataDir;
  }

  /** Closes the test's own handle on the journal, so that its file can be copied or exchanged meanwhile. */
  async withJournalClosed<T>(work: () => T | Promise<T>): Promise<T> {
    await this.journal.close();
    const result = await work();
    this.journal = await openJournal(this.plan.config.databaseUrl);
    return result;
  }

  /** The next mail whose subject has all of these is taken, and never acknowledged. */
  async dropMail(subjectIncludes: readonly string[]): Promise<void> {
    const { mailUi } = this.plan.config.ports;
    await call('POST', `http://127.0.0.1:${mailUi}/faults`, { kind: 'drop-after-data', subjectIncludes });
  }

  // --- what the outside world has seen ------------------------------------------------------------------------

  async log(eventNumber: string): Promise<LogEntry[]> {
    const path = `/log?eventNumber=${eventNumber}`;
    return (await this.simulator<{ entries: LogEntry[] }>('GET', path)).entries;
  }

  async mails(): Promise<CaughtMail[]> {
    const { mailUi } = this.plan.config.ports;
    return (await call<{ messages: CaughtMail[] }>('GET', `http://127.0.0.1:${mailUi}/messages`)).messages;
  }

  lines(caseId: string): Promise<JournalEntry[]> {
    return this.journal.entries(caseId);
  }

  seriesLines(seriesId: string): Promise<SeriesLine[]> {
    return this.journal.seriesLines(seriesId);
  }

  /** Calls the simulator's controls. */
  simulator<T>(method: string, path: string, body?: unknown): Promise<T> {
    return call<T>(method, `http://127.0.0.1:${this.simulatorPort}/simulator/v1${path}`, body);
  }

  /** Reads Jet directly, not through Absage. */
  jet<T>(path: string): Promise<T> {
    return call<T>('GET', `http://127.0.0.1:${this.simulatorPort}/jet/v1${path}`);
  }

  /** Calls the API, in scenarios that start it. */
  api<T>(method: string, path: string, body?: unknown, port = this.apiPort): Promise<T> {
    return call<T>(method, `http://127.0.0.1:${port}/v1${path}`, body);
  }
}

/** Without one of them a mail that is being sent may be left in doubt. */
const SENDERS: readonly Part[] = ['worker', 'second-worker', 'mail-catcher'];

const ROLES = {
  simulator: 'simulator',
  'mail-catcher': 'mail-catcher',
  worker: 'worker',
  'second-worker': 'worker',
  api: 'server',
  // On a port that its build names.
  'second-api': 'server',
} as const;

async function launchPart(
  processes: Processes,
  plan: Plan,
  part: Part,
  build: Build & { dynamicConfig?: readonly string[] } = {},
): Promise<void> {
  const { dist = DIST, settings: more = {}, dynamicConfig } = build;
  if (part === 'temporal') {
    const { executable = '', databaseFile = null } = plan.temporal ?? {};
    const { temporal: port } = plan.config.ports;
    return processes.launch(part, (stdio) =>
      startTemporalDevServer({ executable, port, uiPort: null, databaseFile, dynamicConfig, stdio }),
    );
  }
  const role = ROLES[part];
  const environment = { ...plan.environment, ...more };
  return processes.launch(part, (stdio) => launchRole(role, join(dist, 'cli.js'), environment, stdio));
}

/** The environment of the stack. It leaves out the developer's own settings, because they are for another Absage. */
async function settings(
  dataDir: string,
  syncIntervalMs: number,
): Promise<Record<string, string | undefined>> {
  const isForeign = (name: string) =>
    name.startsWith('ABSAGE_') || (name.startsWith('TEMPORAL_') && name !== 'TEMPORAL_CLI_PATH');
  const own = Object.entries(process.env).filter(([name]) => !isForeign(name));
  const ports = await freePorts();
  return {
    ...Object.fromEntries(own),
    ABSAGE_DATA: dataDir,
    // A copy of the build has no sample houses beside it.
    ABSAGE_HOUSES: join(ROOT, 'houses.sample.json'),
    ABSAGE_PORT: String(ports.api),
    ABSAGE_SIMULATOR_PORT: String(ports.simulator),
    ABSAGE_MAIL_PORT: String(ports.mail),
    ABSAGE_MAIL_UI_PORT: String(ports.mailUi),
    ABSAGE_TEMPORAL_PORT: String(ports.temporal),
    ABSAGE_TEMPORAL_UI_PORT: String(ports.temporalUi),
    ABSAGE_SYNC_INTERVAL: `${syncIntervalMs}ms`,
  };
}

async function call<T>(method: string, url: string, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(CALL_DEADLINE_MS),
    headers: { authorization: 'Bearer simulator', 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
