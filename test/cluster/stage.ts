import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { bringUp, clusterParts, serverPort, untilReady } from '../../scripts/cluster/bring-up';
import { HOST, LISTENER_COUNT, planCluster, type ClusterPlan, type TWINS } from '../../scripts/cluster/plan';
import type { Proxy } from '../../scripts/cluster/proxy';
import { findTemporalPrograms, type TemporalPrograms } from '../../scripts/cluster/temporal-programs';
import type { JournalEntry } from '../../src/domain/journal';
import { openJournal } from '../../src/journal/open';
import type { JournalStore } from '../../src/journal/port';
import type { LogEntry } from '../../src/simulator/operation-log';
import type { Part } from '../../src/up/part';
import type { CaughtMail } from '../../src/up/mail-store';
import { Processes } from '../chaos/processes';
import { pickPortBlock } from '../support/up-process';

const CALL_DEADLINE_MS = 20_000;

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
    private readonly parts: ReadonlyMap<string, Part>,
    private readonly processes: Processes,
    private readonly proxy: Proxy,
    private readonly journal: JournalStore,
  ) {}

  static async start(options: { syncIntervalMs: number; programme: object[] }): Promise<ClusterStage> {
    const programs = await findTemporalPrograms({
      environment: process.env,
      say: (line) => process.stderr.write(`${line}\n`),
    });
    const folder = mkdtempSync(join(tmpdir(), 'absage-cluster-'));
    const plan = planCluster({
      folder,
      firstPort: await pickPortBlock(LISTENER_COUNT),
      settings: { ABSAGE_SYNC_INTERVAL: `${options.syncIntervalMs}ms` },
    });
    const processes = new Processes(join(folder, 'logs'));
    try {
      const proxy = await bringUp(plan, programs, (part) => launch(processes, part));
      const journal = await openJournal(plan.environment.ABSAGE_DATABASE_URL ?? '');
      const stage = new ClusterStage(plan, byName(plan, programs), processes, proxy, journal);
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

  untilServerIsReady(number: (typeof TWINS)[number]): Promise<void> {
    return untilReady(serverPort(this.plan, number));
  }

  // --- what people see ----------------------------------------------------------------------------------------

  /** Through the proxy, over HTTP/2. */
  async ask<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const session = connect(this.plan.address, { ca: readFileSync(this.proxy.certificateFile) });
    session.setTimeout(CALL_DEADLINE_MS, () => session.destroy(new Error(`${method} ${path}: no answer`)));
    try {
      const stream = session.request({ ':method': method, ':path': `/v1${path}`, ...headers(body) });
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

  // --- what the outside world has seen ------------------------------------------------------------------------

  async log(eventNumber: string): Promise<LogEntry[]> {
    return (await this.control<{ entries: LogEntry[] }>('GET', `/log?eventNumber=${eventNumber}`)).entries;
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

function headers(body: unknown): Record<string, string> {
  return {
    'x-absage-actor': 'Probe',
    authorization: 'Bearer simulator',
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
