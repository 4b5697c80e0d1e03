import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UpError } from '../../src/up/up-error';

/** The server of the CLI that `npm start` uses is of the same series. */
const VERSION = '1.32.2';
/** Go fetches this one itself where the installed one is another: what is built is then the same everywhere. */
const GO = 'go1.27.3';
const CACHE = join(
  __dirname,
  '..',
  '..',
  '.cache',
  'temporal-server',
  `${VERSION}-${process.platform}-${process.arch}`,
);

const PROGRAMS = {
  server: {
    variable: 'TEMPORAL_SERVER_PATH',
    title: 'temporal-server',
    source: 'cmd/server',
    builtAs: 'server',
  },
  sqlTool: {
    variable: 'TEMPORAL_SQL_TOOL_PATH',
    title: 'temporal-sql-tool',
    source: 'cmd/tools/sql',
    builtAs: 'sql',
  },
} as const;

export interface TemporalPrograms {
  server: string;
  sqlTool: string;
}

type Program = (typeof PROGRAMS)[keyof typeof PROGRAMS];

/** Why the programs are not there without a build; `null`: they are. */
export function findMissingPrograms(environment = process.env): string | null {
  const missing = Object.values(PROGRAMS).filter(
    (program) => !environment[program.variable] && !existsSync(cached(program)),
  );
  if (missing.length === 0) return null;
  return `${missing.map(({ title }) => title).join(' and ')} ${VERSION} not built yet`;
}

/**
 * Temporal's real server and the tool for its schema: those that settings name, else those of the cache, else built from
 * their source. Rejects with an `UpError` that says what to do.
 */
export async function findTemporalPrograms(say: (line: string) => void): Promise<TemporalPrograms> {
  return {
    server: await findProgram(PROGRAMS.server, say),
    sqlTool: await findProgram(PROGRAMS.sqlTool, say),
  };
}

async function findProgram(program: Program, say: (line: string) => void): Promise<string> {
  const given = process.env[program.variable];
  if (given) return checkGiven(program, resolve(given));
  if (!existsSync(cached(program))) await build(program, say);
  return cached(program);
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
  say: (line: string) => void,
): Promise<void> {
  say(
    `${title} ${VERSION} wird gebaut. Das ist nur beim ersten Mal nötig und dauert auf zwei Kernen etwa sieben Minuten …`,
  );
  const folder = join(CACHE, 'building');
  mkdirSync(folder, { recursive: true });
  const child = spawn('go', ['install', `go.temporal.io/server/${source}@v${VERSION}`], {
    env: { GOTOOLCHAIN: GO, ...process.env, GOBIN: folder },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'close').catch((error: unknown) => {
    throw new UpError(
      `${title} kann nicht gebaut werden (${(error as Error).message}): bitte Go installieren, oder ${variable} auf ein vorhandenes Programm setzen.`,
    );
  })) as [number | null];
  if (code !== 0)
    throw new UpError(
      `${title} kann nicht gebaut werden: was Go dazu sagt, steht oben. Ein vorhandenes Programm nennt ${variable}.`,
    );
  renameSync(join(folder, builtAs), join(CACHE, builtAs));
}

function cached({ builtAs }: Program): string {
  return join(CACHE, builtAs);
}
