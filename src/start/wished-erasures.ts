import { setTimeout } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { toInstant } from '../domain/clock';
import { ERASER_SCHEDULE } from '../domain/schedules';
import type { ContactStore } from '../journal/port';
import type { Logger } from '../observability';

export interface WishPorts {
  journal: Pick<ContactStore, 'keptContacts'>;
  /** Has the schedule run that erases. */
  erase(): Promise<void>;
  log: Pick<Logger, 'warn'>;
}

const LOOK_EVERY_MS = 20_000;
/** What could not be erased is tried again at intervals that double: the schedule itself comes once a day. */
const FIRST_PAUSE_MS = 20_000;
const LONGEST_PAUSE_MS = 3_600_000;

/**
 * Has a contact erased soon after the end of its case where somebody wished that while it was open. Every worker looks for it in
 * the journal, so that it needs nothing of the case's run, and that no end is missed by a worker that dies. Whoever asks the
 * schedule second changes nothing: it does not run twice at once. Resolves once it is stopped.
 */
export async function eraseWished(ports: WishPorts, stopping: AbortSignal): Promise<void> {
  const look = createLook(ports);
  while (!stopping.aborted) {
    await look().catch((err: unknown) =>
      ports.log.warn({ err }, 'contacts that were wished away stay until later'),
    );
    await setTimeout(LOOK_EVERY_MS, undefined, { signal: stopping, ref: false }).catch(() => undefined);
  }
}

/** Looks once, and has the schedule run where a wish is due. */
export function createLook({ journal, erase }: Pick<WishPorts, 'journal' | 'erase'>) {
  const asked = new Map<string, { nextAtMs: number; pauseMs: number }>();

  return async (nowMs = Date.now()): Promise<void> => {
    const now = toInstant(nowMs);
    const due = (await journal.keptContacts('wished')).filter(
      ({ endedAt }) => endedAt !== null && endedAt <= now,
    );
    for (const caseId of asked.keys()) if (!due.some((kept) => kept.caseId === caseId)) asked.delete(caseId);
    const toAsk = due.filter(({ caseId }) => (asked.get(caseId)?.nextAtMs ?? 0) <= nowMs);
    if (toAsk.length === 0) return;
    for (const { caseId } of toAsk) {
      const pauseMs = asked.get(caseId)?.pauseMs ?? FIRST_PAUSE_MS;
      asked.set(caseId, { nextAtMs: nowMs + pauseMs, pauseMs: Math.min(2 * pauseMs, LONGEST_PAUSE_MS) });
    }
    await erase();
  };
}

/** A schedule that an administrator has paused stays so. */
export function runEraser(client: Client): () => Promise<void> {
  return () =>
    client.withDeadline(Date.now() + 10_000, async () => {
      const schedule = client.schedule.getHandle(ERASER_SCHEDULE.scheduleId);
      const { state } = await schedule.describe();
      if (!state.paused) await schedule.trigger();
    });
}
