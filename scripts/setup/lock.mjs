import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { CACHE, say } from './support.mjs';

const LOCK = join(CACHE, 'setup.lock');
/** Longer than any set-up: a lock this old was left behind, even if another program has its process number by now. */
const STALE_AFTER_MS = 20 * 60_000;

/** Allows one set-up at a time: two `npm ci` in one folder would destroy each other's work. */
export async function withLock(work) {
  mkdirSync(CACHE, { recursive: true });
  let hasSaidSo = false;
  while (!tryLock()) {
    if (!hasSaidSo) say('Eine andere Einrichtung läuft noch in diesem Ordner, ich warte auf sie.');
    hasSaidSo = true;
    await sleep(100);
  }
  const unlock = () => rmSync(LOCK, { force: true });
  process.once('exit', unlock);
  try {
    return await work();
  } finally {
    process.off('exit', unlock);
    unlock();
  }
}

function tryLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  removeIfLeftBehind();
  return false;
}

function removeIfLeftBehind() {
  try {
    const owner = readFileSync(LOCK, 'utf8');
    const ageMs = Date.now() - statSync(LOCK).mtimeMs;
    // A lock that was just created and is not written yet is in use.
    if (ageMs < STALE_AFTER_MS && (ageMs < 1_000 || isAlive(Number(owner)))) return;
    // Renamed before it is judged for good, because another run may have taken it over in between.
    const aside = `${LOCK}.${process.pid}`;
    renameSync(LOCK, aside);
    const taken = readFileSync(aside, 'utf8');
    rmSync(aside);
    // Not by a hard link: not every file system has them.
    if (taken !== owner) writeFileSync(LOCK, taken, { flag: 'wx' });
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(error.code)) throw error;
  }
}

function isAlive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
