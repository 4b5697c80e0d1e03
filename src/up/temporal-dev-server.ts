import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { partEnvironment } from '../settings/parts';
import { createClient } from '../temporal/connect';
import { SEARCH_ATTRIBUTES } from '../temporal/search-attributes';
import { canConnect } from './ports';

const HOST = '127.0.0.1';
const POLL_MS = 20;
const START_DEADLINE_MS = 30_000;
const ANSWER_DEADLINE_MS = 2_000;
const ADD_DEADLINE_MS = 10_000;
/** The one that the server makes by itself. */
const NAMESPACE = 'default';
const STOP_DEADLINE_MS = 2_000;

/**
 * The server's defaults are made for many tenants: a timer fires up to 0.9 s late, and each task waits for a grid of
 * 50 ms. Together that cost 2 s a case; with these values it costs 0.15 s. One partition keeps the rate limit of the
 * Jet queue exact, which the server otherwise divides over four. With fairness no house keeps the others waiting there.
 */
export const DYNAMIC_CONFIG: readonly string[] = [
  'frontend.enableServerVersionCheck=false',
  'history.timerProcessorMaxTimeShift="1ms"',
  'history.transferProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxPollRPS=2000',
  'history.visibilityProcessorMaxPollRPS=2000',
  'matching.enableFairness=true',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
];

export interface TemporalDevServerOptions {
  /** The Temporal CLI. */
  executable: string;
  port: number;
  /** Where the server also speaks HTTP, which cannot be turned off. Without it, on any free port. */
  httpPort?: number;
  /** `null`: without a Web UI. */
  uiPort: number | null;
  /** Where the Web UI has what is encrypted decrypted; without it, nowhere. */
  codecEndpoint?: string;
  /** `null`: in memory only. */
  databaseFile: string | null;
  /** More of the server's settings, each as `name=value`. */
  dynamicConfig?: readonly string[];
  /** Where the server's own output goes; by default it is dropped. */
  stdio?: StdioOptions;
}

export interface TemporalDevServer {
  address: string;
  child: ChildProcess;
  /** Resolves when the server answers; rejects when it ends before that, or takes too long. */
  ready: Promise<void>;
  /** Ends the server. Harmless when it has ended already. */
  stop(): Promise<void>;
}

/**
 * Starts Temporal's development server with everything that Absage needs, on this machine only.
 *
 * @example
 * const temporal = startTemporalDevServer({ executable, port: 7233, uiPort: null, databaseFile: null });
 * await temporal.ready;
 */
export function startTemporalDevServer(options: TemporalDevServerOptions): TemporalDevServer {
  const { executable, databaseFile } = options;
  // A path is searched from the folder that the server works in, a bare name along PATH.
  const program = basename(executable) === executable ? executable : resolve(executable);
  const child = spawn(program, temporalDevServerArguments(options), {
    // Somebody else's program: it gets none of our settings.
    env: partEnvironment('temporal', process.env),
    stdio: options.stdio ?? 'ignore',
    // The server puts the name of its database into a URI: the name alone holds nothing that would change it.
    ...(databaseFile !== null && { cwd: dirname(databaseFile) }),
  });
  const ready = waitUntilReady(child, options.port).then(() => addMissingAttributes(options.port));
  ready.catch(() => {}); // a caller that awaits `ready` gets the rejection; no caller has to
  return { address: `${HOST}:${options.port}`, child, ready, stop: () => stopServer(child) };
}

function temporalDevServerArguments({
  port,
  httpPort,
  uiPort,
  codecEndpoint,
  databaseFile,
  dynamicConfig = [],
}: TemporalDevServerOptions): string[] {
  const onDisk = ['--db-filename', basename(databaseFile ?? ''), ...each('--sqlite-pragma', SQLITE_PRAGMAS)];
  return [
    ...['server', 'start-dev', '--ip', HOST, '--port', String(port), '--log-level', 'warn'],
    ...(httpPort === undefined ? [] : ['--http-port', String(httpPort)]),
    // The Web UI would ask its makers for news, with a number that names this installation.
    ...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
    ...(codecEndpoint === undefined ? [] : ['--ui-codec-endpoint', codecEndpoint]),
    ...(databaseFile === null ? [] : onDisk),
    ...each(
      '--search-attribute',
      SEARCH_ATTRIBUTES.map(({ name, typeName }) => `${name}=${typeName}`),
    ),
    ...each('--dynamic-config-value', [...DYNAMIC_CONFIG, ...dynamicConfig]),
  ];
}

/** The first two double the throughput of the defaults, and a kill -9 loses nothing. What is deleted is overwritten. */
const SQLITE_PRAGMAS = ['journal_mode=WAL', 'synchronous=normal', 'secure_delete=on'];

function each(option: string, values: readonly string[]): string[] {
  return values.flatMap((value) => [option, value]);
}

/**
 * Waits for the TCP port first, because a first gRPC connection that fails would back off for a second. Then asks the
 * server itself, because on a busy machine its port is open a moment before its parts are healthy.
 */
async function waitUntilReady(child: ChildProcess, port: number): Promise<void> {
  const failure = { message: '' };
  child.once('error', (error) => (failure.message = error.message));
  child.once('exit', (code, signal) => (failure.message = `it ended with ${code ?? signal}`));
  const deadline = Date.now() + START_DEADLINE_MS;
  while (!((await canConnect(HOST, port)) && (await answers(port)))) {
    if (failure.message) throw new Error(`the Temporal dev server did not start: ${failure.message}`);
    if (Date.now() > deadline) throw new Error('the Temporal dev server did not start in time');
    await sleep(POLL_MS);
  }
}

async function answers(port: number): Promise<boolean> {
  const connectionOptions = { address: `${HOST}:${port}` };
  const { connection } = createClient({ connectionOptions, namespace: NAMESPACE });
  try {
    const ask = () => connection.workflowService.getSystemInfo({});
    await connection.withDeadline(Date.now() + ANSWER_DEADLINE_MS, ask);
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}

/** On a database of before the server registers only what that version had asked for. */
async function addMissingAttributes(port: number): Promise<void> {
  const connectionOptions = { address: `${HOST}:${port}` };
  const { connection } = createClient({ connectionOptions, namespace: NAMESPACE });
  const { operatorService } = connection;
  try {
    await connection.withDeadline(Date.now() + ADD_DEADLINE_MS, async () => {
      const { customAttributes } = await operatorService.listSearchAttributes({ namespace: NAMESPACE });
      const missing = SEARCH_ATTRIBUTES.filter(({ name }) => customAttributes?.[name] === undefined);
      if (missing.length === 0) return;
      const searchAttributes = Object.fromEntries(missing.map(({ name, typeNumber }) => [name, typeNumber]));
      await operatorService.addSearchAttributes({ namespace: NAMESPACE, searchAttributes });
    });
  } finally {
    await connection.close();
  }
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  await ended;
  clearTimeout(timer);
}
