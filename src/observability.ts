import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino';
import { writeSync } from 'node:fs';
import { currentTraceId } from './tracing';

export type { Logger };

/**
 * The log of one process, on standard output: one line of JSON per event, for a person at a terminal in a form of its own.
 * Never a secret, a title or how somebody is reached: `docs/logs.md` has the members of a line.
 */
export function createLogger(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal = process.stdout.isTTY,
): Logger {
  return pino(
    {
      base: { process: name },
      mixin: () => {
        const traceId = currentTraceId();
        return traceId === null ? {} : { traceId };
      },
      level: environment.ABSAGE_LOG_LEVEL || 'info',
      // Temporal's library logs its errors under the second name.
      serializers: { err: shownError, error: shownError },
      redact: ['*.authorization', '*.token', '*.password', 'headers.authorization'],
    },
    standardOutput(name, isTerminal ? forTerminal : (line) => line),
  );
}

/** What is said of an error. What it carries besides stays out: a failure of a case carries the texts of its event. */
function shownError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message, stack };
}

const STANDARD_OUTPUT = 1;
/** A reader that is slow for a moment loses nothing; one that has stopped must not stop the writer. */
const TRIES = 20;
const PAUSE_MS = 10;

/**
 * Writes at once, and drops what cannot be written: a full disk must never end the service. The library's own
 * destination raises an error there, or waits for ever when the process ends.
 */
function standardOutput(name: string, toText: (line: string) => string): DestinationStream {
  let lost = 0;
  let isTorn = false;
  /** Whether all of it was written. Otherwise the part that was written is the end of a torn line. */
  const write = (text: string): boolean => {
    let rest = Buffer.from(text);
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      try {
        const written = writeSync(STANDARD_OUTPUT, rest);
        if (written > 0) isTorn = written < rest.length;
        rest = rest.subarray(written);
        if (rest.length === 0) return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return false;
        Atomics.wait(PAUSE, 0, 0, PAUSE_MS);
      }
    }
    return false;
  };
  return {
    write(line) {
      const gap = lost > 0 ? toText(gapLine(name, lost)) : '';
      const isWritten = write(`${isTorn ? '\n' : ''}${gap}${toText(line)}`);
      lost = isWritten ? 0 : lost + 1;
    },
  };
}

function gapLine(name: string, lost: number): string {
  const msg = `${lost} lines before this one could not be written`;
  return `${JSON.stringify({ level: pino.levels.values.warn, time: Date.now(), process: name, msg })}\n`;
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));

/** `14:03:07 WARN  worker  Activity failed  code=jet-unavailable attempt=2`, and below it where an error comes from. */
function forTerminal(line: string): string {
  const { time, level, process: name, msg, err, error, ...members } = JSON.parse(line) as Line;
  const clock = new Date(time).toTimeString().slice(0, 8);
  const said = Object.entries(members).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const word = (pino.levels.labels[level] ?? String(level)).toUpperCase().padEnd(5);
  const stack = (err ?? error)?.stack?.replaceAll(/^/gm, '    ');
  const head = [`${clock} ${word} ${name}`, msg ?? '', ...(said.length > 0 ? [said.join(' ')] : [])].join(
    '  ',
  );
  return `${[head, ...(stack ? [stack] : [])].join('\n')}\n`;
}

interface Line {
  time: number;
  level: number;
  process: string;
  msg?: string;
  err?: { stack?: string };
  error?: { stack?: string };
}
