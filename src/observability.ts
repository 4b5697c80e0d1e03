import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino';
import { writeSync } from 'node:fs';
import { currentTraceId } from './tracing';

export type { Logger };

/** The log of one process: one JSON line per event on standard error, never a secret. */
export function createLogger(
  role: string,
  environment: Readonly<Record<string, string | undefined>>,
): Logger {
  return pino(
    {
      base: { role },
      mixin: () => {
        const traceId = currentTraceId();
        return traceId === null ? {} : { traceId };
      },
      level: environment.ABSAGE_LOG_LEVEL || 'info',
      // Temporal's library logs its errors under this name. Without a serializer only the name of the error would
      // appear.
      serializers: { error: stdSerializers.err },
      redact: ['*.authorization', '*.token', '*.password', 'headers.authorization'],
    },
    standardError(role),
  );
}

const STANDARD_ERROR = 2;
/** A reader that is slow for a moment loses nothing; one that has stopped must not stop the writer. */
const TRIES = 20;
const PAUSE_MS = 10;

/**
 * Writes at once, and drops what cannot be written: a full disk must never end the service. The library's own
 * destination raises an error there, or waits for ever when the process ends.
 */
function standardError(role: string): DestinationStream {
  let lost = 0;
  let isTorn = false;
  /** Whether all of it was written. Otherwise the part that was written is the end of a torn line. */
  const write = (text: string): boolean => {
    let rest = Buffer.from(text);
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      try {
        const written = writeSync(STANDARD_ERROR, rest);
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
      const gap = lost > 0 ? gapLine(role, lost) : '';
      const isWritten = write(`${isTorn ? '\n' : ''}${gap}${line}`);
      lost = isWritten ? 0 : lost + 1;
    },
  };
}

function gapLine(role: string, lost: number): string {
  const msg = `${lost} lines before this one could not be written`;
  return `${JSON.stringify({ level: 40, time: Date.now(), role, msg })}\n`;
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));
