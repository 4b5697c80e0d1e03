import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';

const children = new Set<ChildProcess>();
const TICKS_A_SECOND = 100;

/** Ends whatever this process started, and all that those started, however this process ends. */
export function killEverything(): void {
  for (const { pid } of children) if (pid) for (const each of treeOf(pid).reverse()) signal(each, 'SIGKILL');
}

/** Starts a program whose output goes to a file. */
export function start(
  command: string,
  args: readonly string[],
  { env, log, user }: { env: NodeJS.ProcessEnv; log: string; user?: number },
): ChildProcess {
  const out = openSync(log, 'a');
  const as = user === undefined ? {} : { uid: user, gid: user };
  const child = spawn(command, args, { env, stdio: ['ignore', out, out], ...as });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** kill -9 of a process and of all that it started. */
export async function killTree(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || !child.pid) return;
  const ended = once(child, 'exit');
  for (const pid of treeOf(child.pid)) signal(pid, 'SIGKILL');
  await ended;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

interface Stat {
  pid: number;
  parent: number;
  cpuMs: number;
}

function readStat(pid: number): Stat | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const of = (index: number) => Number(fields[index]);
    // With the children that have ended: PostgreSQL has a process for each connection.
    const ticks = of(11) + of(12) + of(13) + of(14);
    return { pid, parent: of(1), cpuMs: (ticks * 1_000) / TICKS_A_SECOND };
  } catch {
    return null;
  }
}

function treeOf(root: number): number[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat !== null);
  const tree = [root];
  for (const pid of tree) tree.push(...all.filter(({ parent }) => parent === pid).map((stat) => stat.pid));
  return tree;
}

/** In MB; what processes share is counted once, as PostgreSQL's do most of theirs. */
function memoryOf(pid: number): number {
  try {
    const [, kilobytes] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    return (Number(kilobytes) * 1_024) / 1e6;
  } catch {
    return 0;
  }
}

/** CPU so far and memory now, of processes and all that they started. */
export function usageOf(roots: readonly (ChildProcess | number | undefined)[]): {
  cpuMs: number;
  memoryMb: number;
} {
  const pids = roots
    .map((root) => (typeof root === 'number' ? root : root?.pid))
    .filter((pid) => pid !== undefined);
  const stats = pids
    .flatMap(treeOf)
    .map(readStat)
    .filter((stat) => stat !== null);
  const sum = (of: (stat: Stat) => number) => Math.round(stats.reduce((all, stat) => all + of(stat), 0));
  return { cpuMs: sum(({ cpuMs }) => cpuMs), memoryMb: sum(({ pid }) => memoryOf(pid)) };
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
