import { setTimeout as sleep } from 'node:timers/promises';

/** How long a call waits for other processes that write. */
const CONFLICT_PATIENCE_MS = 5_000;
const CONFLICT_PAUSE_MS = 5;

/** Tries again while another process holds a lock. */
export async function retryOnConflict<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + CONFLICT_PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isConflict(error) || Date.now() > deadline) throw error;
      await sleep(CONFLICT_PAUSE_MS * (0.5 + Math.random()));
    }
  }
}

export function isConflict(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^SQLITE_(BUSY|LOCKED)/.test(code);
}
