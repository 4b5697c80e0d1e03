import type { CaseSources } from './sources';

/** What a monitor gets to know. */
export interface Readiness {
  ok: boolean;
  /** Temporal answers, and both queues are polled. */
  workers: boolean;
  /** The journal can be read. */
  journal: boolean;
}

/**
 * Whether a cancellation can be started now. It is for monitors and reveals nothing about a house, so it needs no
 * caller.
 */
export async function readReadiness({
  client,
  journal,
}: Pick<CaseSources, 'client' | 'journal'>): Promise<Readiness> {
  const [hasWorkers, isJournalReadable] = await Promise.all([
    client.isReady().catch(() => false),
    journal.cases({ limit: 1 }).then(
      () => true,
      () => false,
    ),
  ]);
  return { ok: hasWorkers && isJournalReadable, workers: hasWorkers, journal: isJournalReadable };
}
