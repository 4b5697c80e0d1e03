import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { bringUp, clusterParts, rolePart, serverPort, untilReady } from '../../scripts/cluster/bring-up';
import {
  clusterAddress,
  HOST,
  LISTENER_COUNT,
  planCluster,
  type ClusterPlan,
  type TWINS,
} from '../../scripts/cluster/plan';
import type { Proxy } from '../../scripts/cluster/proxy';
import { findTemporalPrograms, type TemporalPrograms } from '../../scripts/cluster/temporal-programs';
import type { JournalEntry } from '../../src/domain/journal';
import { openJournal } from '../../src/journal/open';
import type { JournalStore } from '../../src/journal/port';
import type { FaultRequest } from '../../src/simulator/faults';
import type { LogEntry } from '../../src/simulator/operation-log';
import type { Part } from '../../src/up/part';
import type { CaughtMail } from '../../src/up/mail-store';
import { Processes } from '../chaos/processes';
import { runProgram } from '../support/postgres-process';
import { copyToStandby, type Standby } from './standby';
import { pickPortBlock } from '../support/ports';

const CALL_DEADLINE_MS = 20_000;
const PAGE_DEADLINE_MS = 120_000;

export interface Answer<T> {
  status: number;
  body: T;
}

/**
 * The cluster of `npm run cluster` over a folder of its own. Each part is a process that the test can kill and start
 * again; only the test restarts a dead one.
 *
 * @example
 * const cluster = await ClusterStage.start({ syncIntervalMs: 3_000, programme });
 * await cluster.kill('temporal-history');
 * await cluster.launch('temporal-history');
 */
export class ClusterStage {
  private constructor(
    private readonly plan: ClusterPlan,
    private readonly parts: Map<string, Part>,
    private readonly processes: Processes,
    private readonly proxy: Proxy,
    private readonly journal: JournalStore,
    private readonly token: string,
  ) {}

  private standby: Standby | null = null;

  /**
   * `settings`: our own, for all processes, by the address at which people find the cluster. `token`: what the stage shows as a
   * caller; where there is no log-in, anything will do.
   */
  static async start(options: {
    syncIntervalMs: number;
    programme: object[];
    settings?: (address: string) => Promise<Record<string, string>>;
    token?: string;
  }): Promise<ClusterStage> {
    const programs = await findTemporalPrograms({
      environment: process.env,
      say: (line) => process.stderr.write(`${line}\n`),
    });
    const folder = mkdtempSync(join(tmpdir(), 'absage-cluster-'));
    const firstPort = await pickPortBlock(LISTENER_COUNT);
    const own = await options.settings?.(clusterAddress(firstPort));
    const settings = { ...own, ABSAGE_SYNC_INTERVAL: `${options.syncIntervalMs}ms` };
    const plan = planCluster({ folder, firstPort, settings });
    const processes = new Processes(join(folder, 'logs'));
    try {
      const proxy = await bringUp(plan, programs, (part) => launch(processes, part));
      const journal = await openJournal(plan.environment.ABSAGE_DATABASE_URL ?? '');
      const stage = new ClusterStage(
        plan,
        byName(plan, programs),
        processes,
        proxy,
        journal,
        options.token ?? 'simulator',
      );
      await stage.control('POST', '/reset', { programme: options.programme });
      return stage;
    } catch (error) {
      await processes.killEverything();
      throw new Error(`the cluster did not start; see ${folder}/logs`, { cause: error });
    }
  }

  /** Ends all parts. `isKept`: the folder stays, with its logs, for an examination. */
  async stop(isKept: boolean): Promise<void> {
    await this.journal.close();
    await this.proxy.close();
    await this.processes.killEverything();
    if (isKept) process.stderr.write(`see ${this.plan.folder}/logs\n`);
    else rmSync(this.plan.folder, { recursive: true, force: true });
  }

  // --- what happens to the parts ------------------------------------------------------------------------------

  /** kill -9, and for PostgreSQL its own end without a checkpoint. */
  async kill(name: string): Promise<void> {
    await this.processes.end(name, name === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
  }

  async launch(name: string): Promise<void> {
    const part = this.parts.get(name);
    if (!part) throw new Error(`no such part: ${name}`);
    await launch(this.processes, part);
  }

  /**
   * A worker beside the two, or in the place of one that was killed; with settings of its own. `dist`: the folder of another
   * build than this one.
   */
  async launchWorker(name: string, own: Record<string, string> = {}, dist?: string): Promise<void> {
    const cliFile = dist && join(dist, 'cli.js');
    await launch(
      this.processes,
      rolePart(this.plan, { name, title: 'Worker', part: 'worker', own, cliFile }),
    );
  }

  runs(name: string): boolean {
    return this.processes.has(name);
  }

  child(name: string): ChildProcess {
    return this.processes.child(name);
  }

  /** At which people find it. */
  get address(): string {
    return this.plan.address;
  }

  /** Of the proxy: browsers have to be told of it. */
  get certificate(): Buffer {
    return readFileSync(this.proxy.certificateFile);
  }

  /** The settings of all processes of ours. */
  get environment(): ClusterPlan['environment'] {
    return this.plan.environment;
  }

  /** Runs SQL on the database of the journal as the role that owns its tables. Returns the rows as text. */
  queryJournal(sql: string): string {
    const { folder, ownJournal } = this.plan;
    const options = ['-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-c', sql, ownJournal?.ownerUrl ?? ''];
    return runProgram(join(folder, 'postgres'), 'psql', options).trim();
  }

  freeze(name: string): void {
    this.processes.freeze(name);
  }

  thaw(name: string): void {
    this.processes.thaw(name);
  }

  /** Copies PostgreSQL to a second one. From now on each commit waits until it is there, too. */
  async addStandby(): Promise<void> {
    this.standby = await copyToStandby(this.plan);
    await launch(this.processes, this.standby.beside);
    await this.standby.untilFollowed();
  }

  /** PostgreSQL ends without warning and for good; after the pause the standby is at its address, and takes writes. */
  async failOver(pauseMs: number): Promise<void> {
    const { standby } = this;
    if (!standby) throw new Error('there is no standby');
    await this.kill('postgres');
    await pause(pauseMs);
    await this.processes.end(standby.beside.name, 'SIGQUIT');
    this.parts.set('postgres', standby.inPlace);
    await this.launch('postgres');
    standby.promote();
  }

  untilServerIsReady(number: (typeof TWINS)[number]): Promise<void> {
    return untilReady(serverPort(this.plan, number));
  }

  // --- what people see ----------------------------------------------------------------------------------------

  /** Through the proxy, over HTTP/2. */
  async ask<T>(method: string, path: string, body?: unknown, key?: string): Promise<Answer<T>> {
    const session = connect(this.plan.address, { ca: this.certificate });
    // The request rejects with it as well, and is the one that is awaited.
    session.on('error', () => {});
    session.setTimeout(CALL_DEADLINE_MS, () => session.destroy(new Error(`${method} ${path}: no answer`)));
    try {
      const stream = session.request({
        ...{ ':method': method, ':path': `/v1${path}`, ...headers(body, this.token) },
        ...(key !== undefined && { 'idempotency-key': key }),
      });
      stream.end(body === undefined ? undefined : JSON.stringify(body));
      const [answer] = (await once(stream, 'response')) as [{ ':status': number }];
      return { status: answer[':status'], body: JSON.parse(await text(stream)) as T };
    } finally {
      session.destroy();
    }
  }

  /** One of the servers, without the proxy. */
  askServer<T>(number: (typeof TWINS)[number], path: string): Promise<T> {
    return call<T>('GET', `http://${HOST}:${serverPort(this.plan, number)}/v1${path}`);
  }

  /** Any page of one of the servers, as text. */
  async readServer(number: (typeof TWINS)[number], path: string): Promise<string> {
    const response = await fetch(`http://${HOST}:${serverPort(this.plan, number)}${path}`, {
      headers: headers(undefined),
      signal: AbortSignal.timeout(PAGE_DEADLINE_MS),
    });
    const page = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${page}`);
    return page;
  }

  // --- what else goes wrong -----------------------------------------------------------------------------------

  async armFaults(faults: readonly FaultRequest[]): Promise<void> {
    await this.control('POST', '/faults', faults);
  }

  /** What is armed and has not gone wrong does not any more. */
  async disarmFaults(): Promise<void> {
    await this.control('DELETE', '/faults');
  }

  /** The next mail whose subject has all of these is taken, and never acknowledged. */
  async dropMail(subjectIncludes: readonly string[]): Promise<void> {
    const url = `http://${HOST}:${this.plan.ports['mail-page']}/faults`;
    await call('POST', url, { kind: 'drop-after-data', subjectIncludes });
  }

  // --- what the outside world has seen ------------------------------------------------------------------------

  async log(eventNumber: string): Promise<LogEntry[]> {
    return (await this.control<{ entries: LogEntry[] }>('GET', `/log?eventNumber=${eventNumber}`)).entries;
  }

  async wholeLog(): Promise<LogEntry[]> {
    return (await this.control<{ entries: LogEntry[] }>('GET', '/log')).entries;
  }

  async mails(): Promise<CaughtMail[]> {
    const url = `http://${HOST}:${this.plan.ports['mail-page']}/messages`;
    return (await call<{ messages: CaughtMail[] }>('GET', url)).messages;
  }

  lines(caseId: string): Promise<JournalEntry[]> {
    return this.journal.entries(caseId);
  }

  /** Reads Jet directly, not through Absage. */
  jet<T>(path: string): Promise<T> {
    return call<T>('GET', `http://${HOST}:${this.plan.ports.simulator}/jet/v1${path}`);
  }

  private control<T>(method: string, path: string, body?: unknown): Promise<T> {
    return call<T>(method, `http://${HOST}:${this.plan.ports.simulator}/simulator/v1${path}`, body);
  }
}

function launch(processes: Processes, part: Part): Promise<void> {
  return processes.launch(part.name, (stdio) => part.launch(stdio));
}

function byName(plan: ClusterPlan, programs: TemporalPrograms): Map<string, Part> {
  const { postgres, temporal, outside, workers, servers } = clusterParts(plan, programs);
  const all: Part[] = [postgres, ...temporal, ...outside, ...workers, ...servers];
  return new Map(all.map((part) => [part.name, part]));
}

function headers(body: unknown, token = 'simulator'): Record<string, string> {
  return {
    'x-absage-actor': 'Probe',
    authorization: `Bearer ${token}`,
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
}

async function call<T>(method: string, url: string, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(CALL_DEADLINE_MS),
    headers: headers(body),
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${answer}`);
  return (answer === '' ? undefined : JSON.parse(answer)) as T;
}
