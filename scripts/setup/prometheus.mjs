import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, delimiter, join, resolve } from 'node:path';
import { CACHE, hashFile, isExecutable, run, say, SetupError } from './support.mjs';

/** Prometheus itself, for the drill of the alerts, and its own judge of them, for the tests of `deploy/`. */
const PROGRAMS = { prometheus: 'PROMETHEUS_PATH', promtool: 'PROMTOOL_PATH' };
const FOLDER = join(CACHE, 'prometheus');
/** What the programs of this folder were when they were fetched. */
const SUMS = join(FOLDER, 'sums.json');

/**
 * Debian's package holds both, which needs no rights to be taken apart. Which version it is depends on the release of Debian, whose
 * signed index apt compares it with; the versions that are known here are compared once more.
 */
const KNOWN = {
  'prometheus_2.42.0+ds-5+deb12u1_amd64.deb':
    '81d59a24fce84f7fbe97a45a4f2914b6a5881b5cd1db2a6a0e129e515e1a5f55',
};

/** Where the programs are; `null` for one that is to be had nowhere: then only what needs it fails, and says so. */
export async function findPrometheus() {
  const here = Object.fromEntries(Object.keys(PROGRAMS).map((name) => [name, findOutside(name)]));
  if (Object.values(here).every(Boolean)) return here;
  const cached = await findCachedPrometheus();
  const own = Object.values(cached).every(Boolean) ? cached : await fetchPrograms();
  return Object.fromEntries(Object.keys(PROGRAMS).map((name) => [name, here[name] ?? own[name]]));
}

/** A program in the cache is run only while it is what was fetched. */
export async function findCachedPrometheus() {
  const sums = existsSync(SUMS) ? JSON.parse(readFileSync(SUMS, 'utf8')) : {};
  const found = Object.keys(PROGRAMS).map(async (name) => {
    const path = join(FOLDER, name);
    return [name, existsSync(path) && (await hashFile(path)) === sums[name] ? path : null];
  });
  return Object.fromEntries(await Promise.all(found));
}

/** One that the user names is used or refused, never ignored silently. */
function findOutside(name) {
  const variable = PROGRAMS[name];
  const given = process.env[variable];
  if (given && !isExecutable(resolve(given)))
    throw new SetupError(`${variable} zeigt auf ${resolve(given)}, das nicht ausgeführt werden kann.`);
  if (given) return resolve(given);
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => resolve(folder, name)).find(isExecutable) ?? null;
}

async function fetchPrograms() {
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(FOLDER, 'fetch-'));
  try {
    return await keepPrograms(await fetchPackage(folder));
  } catch (error) {
    const variables = Object.values(PROGRAMS).join(' und ');
    say(
      `Prometheus fehlt (${error.message}): die Tests der Alarme brauchen es, bitte ${variables} darauf setzen.`,
    );
    return { prometheus: null, promtool: null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The folder of its programs. */
async function fetchPackage(folder) {
  const options = { cwd: folder, timeoutMs: 60_000 };
  const fetched = await run('apt-get', ['download', 'prometheus'], options);
  const archive = readdirSync(folder).find((file) => file.endsWith('.deb'));
  if (fetched.code !== 0 || !archive) throw new Error('das Debian-Paket prometheus ist nicht zu holen');
  const expected = KNOWN[decodeURIComponent(basename(archive))];
  if (expected && (await hashFile(join(folder, archive))) !== expected)
    throw new Error(`das Debian-Paket ${archive} ist nicht, was hier bekannt ist`);
  const unpacked = await run('dpkg-deb', ['-x', archive, 'unpacked'], options);
  if (unpacked.code !== 0) throw new Error('das Debian-Paket prometheus lässt sich nicht entpacken');
  return join(folder, 'unpacked', 'usr', 'bin');
}

async function keepPrograms(folder) {
  const sums = {};
  for (const name of Object.keys(PROGRAMS)) {
    const draft = join(folder, `${name}.kept`);
    copyFileSync(join(folder, name), draft);
    chmodSync(draft, 0o755);
    sums[name] = await hashFile(draft);
    renameSync(draft, join(FOLDER, name));
  }
  writeFileSync(SUMS, `${JSON.stringify(sums, null, 2)}\n`);
  return findCachedPrometheus();
}
