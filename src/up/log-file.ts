import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StdioOptions } from 'node:child_process';

/** A log beyond this size is put aside at the next start of its part. */
const LONGEST_LOG_BYTES = 10_000_000;

/** The log of one process. That process appends to it itself, so the log goes on when this process is gone. */
export interface Log {
  file: string;
  stdio: StdioOptions;
  /** Closes this process's handle, once the logged process has its own. */
  close(): void;
  /** The last lines written since this log was opened. */
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
