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

/** A part whose log cannot be opened, on a full disk for example, runs without one. */
export function openLog(file: string): Log {
  try {
    return append(file);
  } catch {
    return { file, stdio: ['ignore', 'ignore', 'ignore'], close: () => {}, lastLines: () => [] };
  }
}

function append(file: string): Log {
  mkdirSync(dirname(file), { recursive: true });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LONGEST_LOG_BYTES)
    renameSync(file, `${file}.1`);
  const handle = openSync(file, 'a');
  const startsAt = fstatSync(handle).size;
  return {
    file,
    stdio: ['ignore', handle, handle],
    close: () => closeSync(handle),
    lastLines: (count = 8) => readFrom(file, startsAt).trimEnd().split('\n').filter(Boolean).slice(-count),
  };
}

/** Empty when the file cannot be read: the death of a part is reported also without its last words. */
function readFrom(file: string, startsAt: number): string {
  try {
    return readFileSync(file).subarray(startsAt).toString('utf8');
  } catch {
    return '';
  }
}
