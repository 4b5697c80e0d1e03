import { setTimeout as sleep } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { DatabaseError } from 'pg';

/** How long a call waits for a database that is away, or for other processes that write: a restart takes about a second. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 50;

/** Serialization failure, deadlock, lock not available, and a row that another process was faster to write. */
const CONFLICTS = ['40001', '40P01', '55P03', '23505'];

/** The transaction was undone by the database, and may do better when it runs again. */
export function isConflict(error: unknown): boolean {
  return error instanceof DatabaseError && CONFLICTS.includes(error.code ?? '');
}

/**
 * The connection is gone, or there was none. What was asked for on it may or may not have happened. The driver gives some of
 * these errors no code at all, so that everything that the database itself has not answered counts.
 */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return isOfDriver(error);
  // The database says goodbye: it shuts down, starts, or ends this session.
  return error.severity === 'FATAL' || error.severity === 'PANIC' || /^(08|57P0)/.test(error.code ?? '');
}

const SYSTEM_ERROR = /^E[A-Z]+$/;
const DRIVER_ERROR = /connection|timeout exceeded|not queryable/i;

function isOfDriver(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  const { code, message } = error as NodeJS.ErrnoException;
  return SYSTEM_ERROR.test(code ?? '') || DRIVER_ERROR.test(message);
}

/** Whether the server did not prove its name: Node's codes for a certificate that does not verify, or for another name. */
export function isCertificateRefused(error: unknown): boolean {
  return isNativeError(error) && /CERT|_VERIFY_|UNABLE_TO_/.test((error as NodeJS.ErrnoException).code ?? '');
}

/** The role lacks a right, or owns not what only its owner may change. */
export function isRightMissing(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && error.code === '42501';
}

/** Does the work again while it meets other processes, or no database. */
export async function withPatience<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(isConflict(error) || isConnectionLost(error)) || Date.now() > deadline) throw error;
      await sleep(PAUSE_MS * (0.5 + Math.random()));
    }
  }
}
