import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UpError } from '../../src/up/up-error';

/** The server of the CLI that `npm start` uses is of the same series. */
const VERSION = '1.32.2';
/** Go fetches this one itself where the installed one is another: what is built is then the same everywhere. */
const GO = 'go1.27.3';
const CACHE = join(__dirname, '..', '..', '.cache', 'temporal-server');

const PROGRAMS = {
  server: {
    title: 'temporal-server',
    variable: 'TEMPORAL_SERVER_PATH',
    source: 'cmd/server',
    builtAs: 'server',
  },
  sqlTool: {
    title: 'temporal-sql-tool',
    variable: 'TEMPORAL_SQL_TOOL_PATH',
    source: 'cmd/tools/sql',
    builtAs: 'sql',
  },
} as const;

export interface TemporalPrograms {
  server: string;
  /** Makes and updates the tables of the server. */
  sqlTool: string;
}

type Program = (typeof PROGRAMS)[keyof typeof PROGRAMS];
type Environment = Readonly<Record<string, string | undefined>>;

/** Where to look, and whom to tell. */
export interface Search {
  environment: Environment;
  say(line: string): void;
  /** Breaks a build off. */
  signal?: AbortSignal;
  cache?: string;
}

/** Whether the programs are there without a build. */
export function hasTemporalPrograms(environment: Environment, cache = CACHE): boolean {
  return Object.values(PROGRAMS).every(
    (program) => environment[program.variable] || existsSync(cached(program, cache)),
  );
}

/**
 * Temporal's real server and the tool for its schema: those that settings name, else those of the cache, else built from
 * their source. Rejects with an `UpError` that says what to do.
 */
export async function findTemporalPrograms(search: Search): Promise<TemporalPrograms> {
  return {
    server: await findProgram(PROGRAMS.server, search),
    sqlTool: await findProgram(PROGRAMS.sqlTool, search),
  };
}

async function findProgram(program: Program, search: Search): Promise<string> {
  const given = search.environment[program.variable];
  if (given) return checkGiven(program, resolve(given));
  const path = cached(program, search.cache ?? CACHE);
  if (!existsSync(path)) await build(program, path, search);
  return path;
}

function checkGiven({ variable }: Program, path: string): string {
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    throw new UpError(`${variable} zeigt auf ${path}, das nicht ausgeführt werden kann.`);
  }
}

/** Nobody offers these programs ready-made where the other tools come from, so they are built once. */
async function build(
  { title, source, builtAs, variable }: Program,
  path: string,
  { environment, say, signal }: Search,
): Promise<void> {
  say(
    `${title} ${VERSION} wird gebaut. Das geschieht nur beim ersten Mal und dauert auf zwei Kernen etwa sieben Minuten …`,
  );
  // Renamed when it is whole: a build that was broken off leaves nothing that looks like a program.
  const folder = join(path, '..', 'building');
  mkdirSync(folder, { recursive: true });
  const child = spawn('go', ['install', `go.temporal.io/server/${source}@v${VERSION}`], {
    env: { GOTOOLCHAIN: GO, ...environment, GOBIN: folder },
    stdio: ['ignore', 'inherit', 'inherit'],
    signal,
  });
  const advice = `Bitte Go installieren, oder ${variable} auf ein vorhandenes ${title} setzen.`;
  const [code] = (await once(child, 'close').catch(() => {
    if (signal?.aborted) throw new UpError(`${title} ist nicht fertig gebaut.`);
    throw new UpError(`${title} kann nicht gebaut werden, weil go fehlt. ${advice}`);
  })) as [number | null];
  if (code !== 0) throw new UpError(`${title} kann nicht gebaut werden, siehe oben. ${advice}`);
  renameSync(join(folder, builtAs), path);
}

function cached({ builtAs }: Program, cache: string): string {
  return join(cache, `${VERSION}-${process.platform}-${process.arch}`, builtAs);
}
