import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashFile, lastLines, ROOT, run, say, SetupError } from './support.mjs';

const LOCKFILE = join(ROOT, 'package-lock.json');
const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.absage-lockfile');

/** Runs `npm ci`, unless the installed packages are those of the lockfile. */
export async function installDependencies() {
  const hash = await hashFile(LOCKFILE);
  if (readStamp() === hash) return;
  if (!isInstalled()) await npmCi();
  writeFileSync(STAMP, hash);
}

function readStamp() {
  return existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : null;
}

/** Reads npm's own note of what is installed, because a person may have run `npm ci` or `npm install` by hand. */
function isInstalled() {
  const notes = join(MODULES, '.package-lock.json');
  if (!existsSync(notes)) return false;
  const installed = JSON.parse(readFileSync(notes, 'utf8')).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(LOCKFILE, 'utf8')).packages).filter(
    ([path]) => path !== '',
  );
  const isSame = ([path, { version, optional, peer }]) =>
    path in installed ? installed[path].version === version : Boolean(optional || peer);
  return (
    wanted.every(isSame) && Object.keys(installed).every((path) => wanted.some(([name]) => name === path))
  );
}

async function npmCi() {
  say('Die Abhängigkeiten werden installiert (npm ci) …');
  // No dependency needs an install script, so none is run.
  const args = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath?.endsWith('.js')
    ? { command: process.execPath, args: [process.env.npm_execpath, ...args], options: {} }
    : { command: 'npm', args, options: { shell: process.platform === 'win32' } };
  const { code, output } = await run(npm.command, npm.args, npm.options);
  if (code === 0) return;
  throw new SetupError(
    `npm ci ist gescheitert; bitte die Verbindung zur npm-Registry prüfen (npm ping) und es noch einmal versuchen. npm sagt:\n${lastLines(output)}`,
  );
}
