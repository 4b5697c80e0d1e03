import { readFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';

/** Linux reports CPU time to programs in hundredths of a second, whatever the kernel's own tick is. */
const TICK_MS = 10;
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** CPU time of a process and all of its threads so far, in milliseconds. */
export function cpuMs(process: ChildProcess): number {
  const stat = readFileSync(`/proc/${process.pid}/stat`, 'utf8');
  // The program's name stands in brackets and may contain anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) * TICK_MS;
}

/** The resident memory of a process now and at its peak, in MB (10⁶ bytes). */
export function memoryMb(process: ChildProcess): { now: number; peak: number } {
  const status = readFileSync(`/proc/${process.pid}/status`, 'utf8');
  const read = (name: string) =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1_024) / 1e6;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}
