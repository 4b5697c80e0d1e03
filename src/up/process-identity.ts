import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Identifies a process even after its number was given to another one. */
export interface ProcessIdentity {
  pid: number;
  /** Opaque. Two processes with the same number differ in it. */
  startedAt: string;
}

/** The identity of a living process, or `null`. A zombie, which ended and waits to be reaped, counts as dead. */
export function identify(pid: number): ProcessIdentity | null {
  const startedAt = readStart(pid);
  return startedAt === null ? null : { pid, startedAt };
}

/** Whether exactly this process still lives. */
export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  return identify(pid)?.startedAt === startedAt;
}

function readStart(pid: number): string | null {
  if (process.platform === 'linux') return startOnLinux(pid);
  if (process.platform === 'win32') {
    return ask('powershell', [
      '-NoProfile',
      '-Command',
      `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`,
    ]);
  }
  const line = ask('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
  return line?.startsWith('Z') ? null : (line?.replace(/^\S+\s+/, '') ?? null);
}

/** Field 22 of proc_pid_stat(5), in clock ticks since the boot, and which boot that was. */
function startOnLinux(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name, which may contain blanks and parentheses.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return state === 'Z' || state === 'X' ? null : `${boot}/${fields[18]}`;
  } catch {
    return null;
  }
}

function ask(command: string, args: string[]): string | null {
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    const answer = execFileSync(command, args, {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return answer.trim() || null;
  } catch {
    return null;
  }
}
