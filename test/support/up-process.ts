import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually';
import { pickPorts } from './ports';

const ROOT = join(__dirname, '..', '..');
const CLI = join(ROOT, 'dist', 'cli.js');
const READY_DEADLINE_MS = 90_000;
const LOG_LINES = 40;

export interface UpPorts {
  api: number;
  simulator: number;
  mail: number;
  mailUi: number;
  temporal: number;
  temporalHttp: number;
  temporalUi: number;
}

export interface UpOptions {
  /** The data folder. A second `up` gets the folder of the first one, and its ports. */
  dataDir: string;
  ports: UpPorts;
  /** More settings, by their names. */
  settings?: Record<string, string>;
  /** The program of another build; by default of this one. */
  cli?: string;
  /** The options of the command. */
  options?: readonly string[];
}

/**
 * `absage up` as a user starts it: the built program, in a process group of its own, with only the given settings. The
 * test that starts it ends it, with `stop` or `killGroup`.
 *
 * @example
 * const up = UpProcess.start({ dataDir, ports: await freePorts(), settings: { ABSAGE_SYNC_INTERVAL: '2s' } });
 * await up.ready();
 */
export class UpProcess {
  private said = '';
  private readonly ended: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    readonly options: UpOptions,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => (this.said += String(chunk)));
    this.ended = once(child, 'close');
  }

  static start(options: UpOptions): UpProcess {
    const { dataDir, ports, settings, cli = CLI, options: given = [] } = options;
    const child = spawn(process.execPath, [cli, 'up', ...given], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        TEMPORAL_CLI_PATH: process.env.TEMPORAL_CLI_PATH,
        ABSAGE_DATA: dataDir,
        ABSAGE_PORT: String(ports.api),
        ABSAGE_SIMULATOR_PORT: String(ports.simulator),
        ABSAGE_MAIL_PORT: String(ports.mail),
        ABSAGE_MAIL_UI_PORT: String(ports.mailUi),
        ABSAGE_TEMPORAL_PORT: String(ports.temporal),
        ABSAGE_TEMPORAL_HTTP_PORT: String(ports.temporalHttp),
        ABSAGE_TEMPORAL_UI_PORT: String(ports.temporalUi),
        ...settings,
      },
    });
    return new UpProcess(child, options);
  }

  /** Its whole output on the terminal. */
  get output(): string {
    return this.said;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get temporalAddress(): string {
    return `127.0.0.1:${this.options.ports.temporal}`;
  }

  /** Resolves at the line `ready`, which is the last one. */
  async ready(): Promise<void> {
    await eventually(
      () => {
        if (this.hasEnded) throw new Error(`absage up has ended before it was ready:\n${this.evidence()}`);
        return this.said.endsWith('\nready\n');
      },
      (isReady) => isReady,
      READY_DEADLINE_MS,
    );
  }

  /** The parts that run now, by name. */
  parts(): Map<string, number> {
    const { children } = JSON.parse(readFileSync(join(this.options.dataDir, 'up.json'), 'utf8')) as {
      children: { name: string; pid: number }[];
    };
    return new Map(children.map(({ name, pid }) => [name, pid]));
  }

  pidOf(part: string): number {
    const pid = this.parts().get(part);
    if (pid === undefined) throw new Error(`${part} does not run`);
    return pid;
  }

  /** kill -9 of one part, as if it had crashed. */
  killPart(part: string): void {
    process.kill(this.pidOf(part), 'SIGKILL');
  }

  /** kill -9 of `absage up` alone: its children become orphans. */
  killAlone(): Promise<unknown> {
    process.kill(this.pid, 'SIGKILL');
    return once(this.child, 'exit');
  }

  /** Sends every process of the group the signal, as a terminal does. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** Whether any process of the group still runs. */
  isGroupAlive(): boolean {
    try {
      process.kill(-this.pid, 0);
      return true;
    } catch {
      return false;
    }
  }

  /** The exit code, once everything that could write to its output has ended. `null`: it was killed. */
  async exitCode(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }

  /** Ends every process that is left of it. */
  async stop(): Promise<void> {
    if (this.isGroupAlive()) this.signalGroup('SIGTERM');
    const gone = async () =>
      eventually(
        () => this.isGroupAlive(),
        (isAlive) => !isAlive,
        15_000,
      );
    await gone().catch(() => this.killGroup());
  }

  async killGroup(): Promise<void> {
    if (this.isGroupAlive()) this.signalGroup('SIGKILL');
    await eventually(
      () => this.isGroupAlive(),
      (isAlive) => !isAlive,
      5_000,
    );
  }

  /** The last output of the process and its parts, for a test that fails. */
  evidence(): string {
    const folder = join(this.options.dataDir, 'logs');
    const lastLines = (text: string) => text.trimEnd().split('\n').slice(-LOG_LINES).join('\n');
    const logs = readFolder(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
    return [['absage up', this.said] as const, ...logs]
      .map(([name, text]) => `--- ${name}\n${lastLines(text)}`)
      .join('\n');
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  // --- what a user can ask it ---------------------------------------------------------------------------------

  /** Calls the API; rejects when the answer is a problem. */
  api<T>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    return this.call<T>(this.options.ports.api, method, `/v1${path}`, body, headers);
  }

  /** Calls the simulator's controls. */
  simulator<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
    return this.call<T>(this.options.ports.simulator, method, `/simulator/v1${path}`, body);
  }

  /** Reads Jet itself, past Absage. */
  jet<T>(path: string): Promise<T> {
    return this.call<T>(this.options.ports.simulator, 'GET', `/jet/v1${path}`);
  }

  mails<T>(): Promise<T> {
    return this.call<T>(this.options.ports.mailUi, 'GET', '/messages');
  }

  /** Runs a command of `absage` to its end. */
  async command(...given: string[]): Promise<{ code: number | null; output: string }> {
    const child = spawn(process.execPath, [this.options.cli ?? CLI, ...given], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        ABSAGE_URL: `http://127.0.0.1:${this.options.ports.api}`,
        ABSAGE_ACTOR: 'Probe',
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += String(chunk)));
    await once(child, 'close');
    return { code: child.exitCode, output };
  }

  private async call<T>(
    port: number,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      signal: AbortSignal.timeout(15_000),
      headers: { authorization: 'Bearer simulator', 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

export async function freePorts(): Promise<UpPorts> {
  const [api, simulator, mail, mailUi, temporal, temporalHttp, temporalUi] = await pickPorts(7);
  return { api, simulator, mail, mailUi, temporal, temporalHttp, temporalUi } as UpPorts;
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
