import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StdioOptions } from 'node:child_process';

/** A log that has grown over this is put aside when its part next starts. */
const LONGEST_LOG_BYTES = 10_000_000;

/** The log of one process, appended to by that process itself: it goes on when we are gone. */
export interface Log {
  file: string;
  stdio: StdioOptions;
  /** Lets go of our own handle, once the process has its own. */
  close(): void;
  /** The last lines that were written since this log was opened. */
  lastLines(count?: number): string[];
}

export function openLog(file: string): Log {
  mkdirSync(dirname(file), { recursive: true });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LONGEST_LOG_BYTES)
    renameSync(file, `${file}.1`);
  const handle = openSync(file, 'a');
  const startsAt = fstatSync(handle).size;
  return {
    file,
    stdio: ['ignore', handle, handle],
    close: () => closeSync(handle),
    lastLines: (count = 8) =>
      readFileSync(file)
        .subarray(startsAt)
        .toString('utf8')
        .trimEnd()
        .split('\n')
        .filter(Boolean)
        .slice(-count),
  };
}
