import { readFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';

/** Linux reports CPU time to programs in hundredths of a second, whatever the kernel's own tick is. */
const TICK_MS = 10;
const USER_TIME = 11;
const SYSTEM_TIME = 12;
/** Of children that have ended and that the process has waited for. */
const ENDED_USER_TIME = 13;
const ENDED_SYSTEM_TIME = 14;

/** CPU time of a process and all of its threads so far, in milliseconds. */
export function cpuMs({ pid }: Pick<ChildProcess, 'pid'>): number {
  const fields = readStat(pid);
  return (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) * TICK_MS;
}

/** The same of a process with its children, those that have ended included. */
export function familyCpuMs({ pid }: Pick<ChildProcess, 'pid'>): number {
  const own = readStat(pid);
  const ended = (Number(own[ENDED_USER_TIME]) + Number(own[ENDED_SYSTEM_TIME])) * TICK_MS;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean);
  return children.reduce((sum, child) => sum + cpuOfAny(Number(child)), ended + cpuMs({ pid }));
}

/** 0 for one that has just ended: its parent counts it. */
function cpuOfAny(pid: number): number {
  try {
    return cpuMs({ pid });
  } catch {
    return 0;
  }
}

function readStat(pid: number | undefined): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name stands in brackets and may contain anything.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** The resident memory of a process now and at its peak, in MB (10⁶ bytes). */
export function memoryMb(process: ChildProcess): { now: number; peak: number } {
  const status = readFileSync(`/proc/${process.pid}/status`, 'utf8');
  const read = (name: string) =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1_024) / 1e6;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}
