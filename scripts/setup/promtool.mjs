import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { CACHE, isExecutable, run, say, SetupError } from './support.mjs';

const VARIABLE = 'PROMTOOL_PATH';
const FOLDER = join(CACHE, 'prometheus');
const KEPT = join(FOLDER, 'promtool');

/**
 * Prometheus' own judge of alerts, for the tests of `deploy/`. Debian's package holds it, which needs no rights to be taken
 * apart. `null` where it is to be had nowhere: then only those tests fail, and say so.
 */
export async function findPromtool() {
  const given = process.env[VARIABLE];
  if (given && !isExecutable(resolve(given)))
    throw new SetupError(`${VARIABLE} zeigt auf ${resolve(given)}, das nicht ausgeführt werden kann.`);
  if (given) return resolve(given);
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const onPath = folders.map((folder) => resolve(folder, 'promtool')).find(isExecutable);
  return onPath ?? findCachedPromtool() ?? (await fetchPromtool());
}

export function findCachedPromtool() {
  return existsSync(KEPT) ? KEPT : null;
}

async function fetchPromtool() {
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(FOLDER, 'fetch-'));
  try {
    const options = { cwd: folder, timeoutMs: 60_000 };
    const fetched = await run('apt-get', ['download', 'prometheus'], options);
    const [archive] = readdirSync(folder).filter((file) => file.endsWith('.deb'));
    if (fetched.code !== 0 || !archive) throw new Error('das Debian-Paket prometheus ist nicht zu holen');
    const unpacked = await run('dpkg-deb', ['-x', archive, 'unpacked'], options);
    if (unpacked.code !== 0) throw new Error('das Debian-Paket prometheus lässt sich nicht entpacken');
    const draft = join(folder, 'promtool');
    copyFileSync(join(folder, 'unpacked', 'usr', 'bin', 'promtool'), draft);
    chmodSync(draft, 0o755);
    renameSync(draft, KEPT);
    return KEPT;
  } catch (error) {
    say(
      `promtool fehlt (${error.message}): die Tests der Alarme brauchen es, bitte ${VARIABLE} darauf setzen.`,
    );
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
