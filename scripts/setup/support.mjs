import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const CACHE = join(ROOT, '.cache');
export const PLATFORM = `${process.platform}-${process.arch}`;

const OLDEST_NODE = [20, 19, 0];

/** A fault that the reader can mend. The message is one German sentence that says how. */
export class SetupError extends Error {}

/** Writes to standard error: standard output belongs to the program that set-up starts. */
export function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}

export function checkNode(version) {
  if (isAtLeast(version.split('.').map(Number), OLDEST_NODE)) return;
  throw new SetupError(
    `Absage braucht Node ${OLDEST_NODE.join('.')} oder neuer, gefunden wurde ${version}: bitte ein neueres Node installieren.`,
  );
}

export function isAtLeast(version, minimum) {
  const index = minimum.findIndex((part, position) => part !== (version[position] ?? 0));
  return index === -1 || (version[index] ?? 0) > minimum[index];
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function hashFile(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const running = new Set();

/** On a signal during set-up, ends what set-up has started. Once the started program listens, it handles the signal. */
export function endOnSignal(exitCode) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (process.listenerCount(signal) > 1) return;
      // By force: npm ignores a gentle signal and would still be at work when the next set-up begins.
      for (const child of running) child.kill('SIGKILL');
      process.exit(exitCode);
    });
  }
}

/** Runs a program to its end and keeps its output. `code` is `null` when it could not start or took too long. */
export function run(command, args, { timeoutMs = 0, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    running.add(child);
    let output = '';
    const timer = timeoutMs > 0 ? setTimeout(() => child.kill('SIGKILL'), timeoutMs) : undefined;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => {
      running.delete(child);
      clearTimeout(timer);
      resolve({ code: null, output: error.message });
    });
    child.on('close', (code) => {
      running.delete(child);
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}

/** Runs a program in place of this one: same terminal, same exit code, signals passed on. */
export function runThrough(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit' });
    const forward = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

/** The last lines of a program's output, without the addresses that it connected to. */
export function lastLines(output, count = 12) {
  return output
    .trim()
    .split('\n')
    .slice(-count)
    .join('\n')
    .replace(/[a-z+]+:\/\/[^\s'"]+/gi, '…')
    .replace(/host='[^']*'/g, "host='…'");
}
