import { spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Orders, Peer } from './peer.ts';
import { freePorts, killTree, start, usageOf } from './processes.ts';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '..', '..');
const CLI = join(ROOT, 'dist', 'cli.js');
/** Absage runs on the Node that it is made for, which started this one. */
const ABSAGE_NODE = process.env.npm_node_execpath ?? 'node';
const NOBODY = 65_534;
const PATIENCE_MS = 120_000;
/** The simulator's; the others do not look at it. */
const JET_KEY = { authorization: 'Bearer simulator' };
const PARTNER = 'absagen@oeticket.example';

/** A peer cannot be tried on this machine. */
export class CannotStart extends Error {}

export interface JetEntry {
  at: string;
  actor: string;
  operation: string;
  eventNumber: string | null;
  outcome: string;
}

export interface Mail {
  receivedAt: string;
  to: string[];
  subject: string;
}

/**
 * One peer with all that it needs, each part a process of its own over a fresh folder; the simulator of Jet and the mail catcher are
 * those of Absage.
 */
export class Stage {
  orders!: Orders;
  private readonly engines: (() => ChildProcess)[] = [];
  private running: ChildProcess[] = [];
  private worker: ChildProcess | null = null;
  private env: NodeJS.ProcessEnv = {};
  private readonly folder: string;
  private readonly name: string;
  readonly peer: Peer;
  private readonly waitMs: number;
  private ports: Record<string, number> = {};

  private constructor(name: string, peer: Peer, waitMs: number) {
    this.name = name;
    this.peer = peer;
    this.waitMs = waitMs;
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    this.folder = mkdtempSync(join(ROOT, '.cache', `peer-${name}-`));
    chmodSync(this.folder, 0o755);
  }

  /** `waitMs`: the procedure's wait; Ö-Ticket gets what changed twice as often. */
  static async start(
    name: string,
    peer: Peer,
    options: { waitMs: number; programme: object[] },
  ): Promise<Stage> {
    const stage = new Stage(name, peer, options.waitMs);
    try {
      await stage.bringUp(options.programme);
      return stage;
    } catch (error) {
      await stage.stop();
      throw error;
    }
  }

  private async bringUp(programme: object[]): Promise<void> {
    const names = [
      'simulator',
      'mail',
      'mailUi',
      'engine',
      'admin',
      'worker',
      'api',
      'temporal',
      'ui',
      'http',
      'node',
      'metrics',
    ];
    const free = await freePorts(names.length);
    this.ports = Object.fromEntries(names.map((each, index) => [each, free[index] ?? 0]));
    const { ports } = this;
    const own = Object.entries(process.env).filter(([key]) => !/^(ABSAGE|PEER|npm)_/.test(key));
    this.env = {
      ...Object.fromEntries(own),
      ABSAGE_DATA: this.folder,
      ABSAGE_PORT: String(ports.api),
      ABSAGE_SIMULATOR_PORT: String(ports.simulator),
      ABSAGE_MAIL_PORT: String(ports.mail),
      ABSAGE_MAIL_UI_PORT: String(ports.mailUi),
      ABSAGE_TEMPORAL_PORT: String(ports.temporal),
      ABSAGE_TEMPORAL_UI_PORT: String(ports.ui),
      ABSAGE_TEMPORAL_HTTP_PORT: String(ports.http),
      ABSAGE_SYNC_INTERVAL: `${this.waitMs}ms`,
      ABSAGE_POLL_INTERVAL: '1s',
      ABSAGE_JET_RATE: '10000',
      ABSAGE_JET_CONCURRENCY: '40',
      PEER_FOLDER: this.folder,
      PEER_JET_URL: `http://127.0.0.1:${ports.simulator}/jet/v1`,
      PEER_SMTP_URL: `smtp://127.0.0.1:${ports.mail}`,
      PEER_POSTGRES_URL: `postgres://postgres@127.0.0.1:${ports.engine}/postgres`,
      PEER_REDIS_PORT: String(ports.engine),
      PEER_RESTATE_PORT: String(ports.engine),
      PEER_RESTATE_ADMIN_PORT: String(ports.admin),
      PEER_RESTATE_WORKER_PORT: String(ports.worker),
      PEER_ABSAGE_PORT: String(ports.api),
    };
    Object.assign(
      process.env,
      Object.fromEntries(Object.entries(this.env).filter(([key]) => key.startsWith('PEER_'))),
    );
    if (this.peer.engine === 'absage') {
      this.engines.push(() => this.launch('up', ABSAGE_NODE, [CLI, 'up']));
      this.launchEngines();
      await this.until(() => answers(`http://127.0.0.1:${ports.api}/readyz`));
    } else {
      for (const part of ['simulator', 'mail-catcher'])
        this.running.push(this.launch(part, ABSAGE_NODE, [CLI, part]));
      await this.until(() => answers(`http://127.0.0.1:${ports.simulator}/jet/v1/health`));
      await this.until(() => answers(`http://127.0.0.1:${ports.mailUi}/messages`));
      this.prepareEngine();
      this.launchEngines();
      await this.untilEngineIsUp();
    }
    await this.control('POST', '/reset', { programme });
    await this.control('PUT', '/sync', { interval: `${this.waitMs / 2}ms` });
    this.orders = await this.peer.orders();
    await this.startWorker();
  }

  // --- the parts ---

  private prepareEngine(): void {
    const { engine, admin, node } = this.ports;
    if (this.peer.engine === 'postgres') {
      const programs = copyPrograms(this.folder);
      const data = join(this.folder, 'postgres-data');
      mkdirSync(data);
      if (process.getuid?.() === 0) chownSync(data, NOBODY, NOBODY);
      const user = process.getuid?.() === 0 ? NOBODY : undefined;
      const initial = ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8'];
      const made = spawnSync(join(programs, 'initdb'), initial, {
        uid: user,
        gid: user,
        cwd: '/',
        encoding: 'utf8',
      });
      if (made.status !== 0) throw new CannotStart(`initdb: ${made.stderr}`);
      const settings = [
        '-c',
        'unix_socket_directories=',
        '-c',
        'max_connections=300',
        '-c',
        'listen_addresses=127.0.0.1',
      ];
      this.engines.push(() =>
        this.launch(
          'postgres',
          join(programs, 'postgres'),
          ['-D', data, '-p', String(engine), ...settings],
          user,
        ),
      );
    } else if (this.peer.engine === 'redis') {
      if (spawnSync('redis-server', ['--version']).status !== 0)
        throw new CannotStart('redis-server is missing (Debian: redis-server)');
      const folder = join(this.folder, 'redis');
      mkdirSync(folder);
      // As durable as the others: what it has acknowledged is on the disk.
      const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'];
      this.engines.push(() =>
        this.launch('redis', 'redis-server', [
          '--port',
          String(engine),
          '--bind',
          '127.0.0.1',
          '--dir',
          folder,
          ...durable,
        ]),
      );
    } else {
      const program = join(HERE, 'node_modules/@restatedev/restate-server-linux-x64/bin/restate-server');
      if (!existsSync(program)) throw new CannotStart('there is no restate-server for this machine');
      Object.assign(this.env, {
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${engine}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
        RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
        RESTATE_BASE_DIR: join(this.folder, 'restate'),
        RESTATE_NODE_NAME: 'bench',
        RESTATE_TELEMETRY__ENABLED: 'false',
        DO_NOT_TRACK: '1',
      });
      this.engines.push(() => this.launch('restate', program, []));
    }
  }

  private launch(name: string, command: string, args: readonly string[], user?: number): ChildProcess {
    return start(command, args, { env: this.env, log: join(this.folder, `${name}.log`), user });
  }

  private launchEngines(): void {
    this.running.push(...this.engines.map((launch) => launch()));
  }

  private async untilEngineIsUp(): Promise<void> {
    if (this.peer.engine === 'restate')
      return this.until(() => answers(`http://127.0.0.1:${this.ports.admin}/health`));
    await this.until(async () => {
      const orders = await this.peer.orders();
      await orders.close();
      return true;
    });
  }

  async startWorker(): Promise<void> {
    if (this.peer.engine === 'absage') {
      this.running[0]?.kill('SIGCONT');
      return this.until(() => answers(`http://127.0.0.1:${this.ports.api}/readyz`));
    }
    const log = join(this.folder, `worker-${Date.now()}.log`);
    const worker = start(process.execPath, [join(HERE, 'worker.ts'), this.name], { env: this.env, log });
    this.worker = worker;
    await this.until(() => {
      const said = readFileSync(log, 'utf8');
      if (worker.exitCode !== null) throw new CannotStart(said.trim().slice(-1_000));
      return said.includes('ready\n');
    });
  }

  /** kill -9. That of Absage is started again at once by what started it. */
  async killWorker(): Promise<void> {
    if (this.worker) return killTree(this.worker);
    process.kill(this.absagePart('worker') ?? NaN, 'SIGKILL');
  }

  /** kill -9, and none until one is started. */
  async endWorker(): Promise<void> {
    // What would start that of Absage again stands still. A frozen worker would be no measure: it still takes tasks.
    if (this.peer.engine === 'absage') this.running[0]?.kill('SIGSTOP');
    await this.killWorker();
  }

  /** A power cut for all but Jet and the mail server, and everything started again. */
  async cutPower(): Promise<void> {
    if (this.worker) await killTree(this.worker);
    if (this.peer.engine === 'absage') {
      for (const part of ['temporal', 'worker', 'server'])
        process.kill(this.absagePart(part) ?? NaN, 'SIGKILL');
      return this.startWorker();
    }
    const engines = this.running.splice(2);
    for (const engine of engines) await killTree(engine);
    this.launchEngines();
    await this.untilEngineIsUp();
    await this.startWorker();
  }

  private absagePart(name: string): number | undefined {
    const { children } = JSON.parse(readFileSync(join(this.folder, 'up.json'), 'utf8')) as {
      children: { name: string; pid: number }[];
    };
    return children.find((child) => child.name === name)?.pid;
  }

  /** Of the worker, and of the engine. Absage's API counts as neither, as the peers have none. */
  usage() {
    if (this.peer.engine === 'absage')
      return { worker: usageOf([this.absagePart('worker')]), engine: usageOf([this.absagePart('temporal')]) };
    return { worker: usageOf([this.worker ?? undefined]), engine: usageOf(this.running.slice(2)) };
  }

  // --- the world ---

  async log(): Promise<JetEntry[]> {
    return (await this.control<{ entries: JetEntry[] }>('GET', '/log')).entries;
  }

  /** Those to Ö-Ticket. */
  async mails(eventNumber?: string): Promise<Mail[]> {
    const response = await fetch(`http://127.0.0.1:${this.ports.mailUi}/messages`);
    const { messages } = (await response.json()) as { messages: Mail[] };
    return messages.filter(
      ({ to, subject }) =>
        to.includes(PARTNER) && (eventNumber === undefined || subject.includes(eventNumber)),
    );
  }

  arm(faults: object[]): Promise<unknown> {
    return this.control('POST', '/faults', faults);
  }

  disarm(): Promise<unknown> {
    return this.control('DELETE', '/faults');
  }

  /** The connection is cut without an answer to the next mail about it, which is kept, or dropped. */
  async loseMail(kind: 'keep-after-data' | 'drop-after-data', eventNumber: string): Promise<void> {
    await send('POST', `http://127.0.0.1:${this.ports.mailUi}/faults`, {
      kind,
      subjectIncludes: ['Absage: ', eventNumber],
    });
  }

  /** What of a cancellation Jet does not have. */
  async lacks(eventNumber: string): Promise<string[]> {
    const jet = `http://127.0.0.1:${this.ports.simulator}/jet/v1`;
    const event = await send<{ title: string; status: string }>('GET', `${jet}/events/${eventNumber}`);
    const rights = `${jet}/extended-cancellation-rights/CONNECTONLINE/events/${eventNumber}`;
    const right = await send('GET', rights).catch(() => null);
    return [
      ...(event.title.endsWith(' – ENTFÄLLT') ? [] : ['titles']),
      ...(event.status === 'Storno' ? [] : ['Storno']),
      ...(right ? [] : ['right']),
    ];
  }

  private control<T>(method: string, path: string, body?: object): Promise<T> {
    return send<T>(method, `http://127.0.0.1:${this.ports.simulator}/simulator/v1${path}`, body);
  }

  /** Until it is so. A call that fails says no, but for one that says that it never will be. */
  async until(isSo: () => boolean | Promise<boolean>, patienceMs = PATIENCE_MS, everyMs = 50): Promise<void> {
    const endsAt = Date.now() + patienceMs;
    let last: unknown = 'it was not so';
    while (Date.now() < endsAt) {
      try {
        if (await isSo()) return;
      } catch (error) {
        if (error instanceof CannotStart) throw error;
        last = error;
      }
      await pause(everyMs);
    }
    throw new Error(`${this.name}: ${isSo.toString().slice(0, 120)}: ${String(last)} (${this.folder})`);
  }

  async stop(): Promise<void> {
    await this.orders?.close().catch(() => {});
    for (const child of [this.worker, ...this.running.reverse()]) if (child) await killTree(child);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** PostgreSQL's own account has to reach the programs. */
function copyPrograms(folder: string): string {
  const { postgres } = JSON.parse(readFileSync(join(ROOT, '.cache', 'tools.json'), 'utf8')) as {
    postgres: string;
  };
  if (!postgres) throw new CannotStart('there is no PostgreSQL here');
  const copy = join(folder, 'postgres');
  // With the libraries, which lie beside the package.
  cpSync(join(postgres, '..', '..', '..'), copy, { recursive: true });
  return join(copy, 'embedded_postgres', 'pginstall', 'bin');
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(2_000),
    headers: JET_KEY,
  });
  await response.body?.cancel();
  return response.ok;
}

async function send<T>(method: string, url: string, body?: object): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: { ...JET_KEY, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
