import { spawn, spawnSync, type ChildProcess, type StdioOptions } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Launched } from '../../src/up/part';
import { endWithUs } from './guard';

const HOST = '127.0.0.1';
const POLL_MS = 20;
const START_DEADLINE_MS = 60_000;
/** `nobody`, because PostgreSQL refuses to run as root. */
const NOBODY = 65_534;
const AS_NOBODY = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** Where one PostgreSQL keeps everything. */
export interface PostgresPlace {
  /** Holds `data`, and the programs where `nobody` could not reach them otherwise. */
  folder: string;
  port: number;
}

/** Without a password everybody on this machine may log in; with one only by it (SCRAM). */
export interface PostgresPassword {
  password?: string;
}

/** Makes an empty database server in the folder, if none is there. */
export function initialisePostgres({ folder, password }: PostgresPlace & PostgresPassword): void {
  mkdirSync(folder, { recursive: true });
  own(folder);
  if (existsSync(join(dataOf(folder), 'PG_VERSION'))) return;
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${password ?? ''}\n`, { mode: 0o600 });
  own(passwordFile);
  runProgram(folder, 'initdb', [
    ...['-D', dataOf(folder), '-U', 'postgres', '--encoding=UTF8', '--locale=C.UTF-8', '--data-checksums'],
    ...(password === undefined ? ['--auth=trust'] : ['--auth=scram-sha-256', `--pwfile=${passwordFile}`]),
  ]);
}

/** Starts the server over its folder. `settings` are PostgreSQL's own, by their names. */
export function launchPostgres(
  { folder, port }: PostgresPlace,
  stdio: StdioOptions,
  settings: Record<string, string> = {},
): Launched {
  const all = {
    listen_addresses: HOST,
    // The path of a socket may be too long for the system.
    unix_socket_directories: '',
    max_connections: '200',
    ...settings,
  };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(
    join(binOf(folder), 'postgres'),
    ['-D', dataOf(folder), '-p', String(port), ...options],
    {
      cwd: folder,
      env: { LC_ALL: 'C.UTF-8' },
      stdio,
      detached: true, // Ctrl-C goes to the whole group, and a database ends last
      ...AS_NOBODY,
    },
  );
  endWithUs(child, 'QUIT');
  return { child, ready: untilReady(folder, child) };
}

/** Runs one of PostgreSQL's programs to its end, and returns what it printed. */
export function runProgram(
  folder: string,
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(join(binOf(folder), program), args, {
    cwd: folder,
    encoding: 'utf8',
    env: { LC_ALL: 'C.UTF-8', ...env },
    ...AS_NOBODY,
  });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`);
  return stdout;
}

export const dataOf = (folder: string) => join(folder, 'data');

export function own(path: string): void {
  if (AS_NOBODY.uid !== undefined) chownSync(path, AS_NOBODY.uid, AS_NOBODY.gid);
}

/** PostgreSQL's programs. A clone that only root can enter is not open to `nobody`, who then gets a copy of them. */
function binOf(folder: string): string {
  const bin = process.env.POSTGRES_BIN_PATH ?? readNotedBin();
  if (!bin) throw new Error('PostgreSQL is not there: node scripts/setup.mjs tools finds or fetches it');
  const copy = join(folder, 'programs');
  const copiedBin = join(copy, 'embedded_postgres', 'pginstall', 'bin');
  if (existsSync(copiedBin)) return copiedBin;
  if (spawnSync(join(bin, 'postgres'), ['--version'], AS_NOBODY).status === 0) return bin;
  cpSync(resolve(bin, '..', '..', '..'), copy, { recursive: true });
  spawnSync('chown', ['-R', `${AS_NOBODY.uid}:${AS_NOBODY.gid}`, copy]);
  return copiedBin;
}

/** Where the set-up found it, for programs that are not tests. */
function readNotedBin(): string | undefined {
  const file = join(__dirname, '..', '..', '.cache', 'tools.json');
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, 'utf8')) as { postgres?: string }).postgres;
}

/** What the server notes when it takes connections; a standby takes those that only read. */
const TAKES_CONNECTIONS = ['ready', 'standby'];

/** The server writes into its own note when it takes connections. An older note is of a server that has crashed. */
async function untilReady(folder: string, child: ChildProcess): Promise<void> {
  const failure = { message: '' };
  child.once('error', (error) => (failure.message = error.message));
  child.once('exit', (code, signal) => (failure.message = `it ended with ${code ?? signal}`));
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    const note = readNote(folder);
    if (note[0] === String(child.pid) && TAKES_CONNECTIONS.includes(note[7]?.trim() ?? '')) return;
    if (failure.message) throw new Error(`PostgreSQL did not start: ${failure.message}`);
    if (Date.now() > deadline) throw new Error('PostgreSQL did not start in time');
    await sleep(POLL_MS);
  }
}

function readNote(folder: string): string[] {
  try {
    return readFileSync(join(dataOf(folder), 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}
