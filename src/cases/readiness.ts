import { setTimeout as sleep } from 'node:timers/promises';
import type { CaseSources } from './sources';

/** What a monitor gets to know. */
export interface Readiness {
  ok: boolean;
  /** Temporal answers, and both queues are polled. */
  workers: boolean;
  /** The journal can be read. */
  journal: boolean;
  /** What the Temporal server lacks, in plain words; empty as well where it does not answer. */
  missing: string[];
  /** What a person should look at although cancellations can be started, in plain words. */
  warnings: string[];
}

/** A database that is away for a moment is waited for; a monitor wants to know it at once. */
const JOURNAL_PATIENCE_MS = 2_000;

async function isReadable(journal: CaseSources['journal']): Promise<boolean> {
  const asked = journal.cases({ limit: 1 }).then(
    () => true,
    () => false,
  );
  return Promise.race([asked, sleep(JOURNAL_PATIENCE_MS, false, { ref: false })]);
}

/**
 * Whether a cancellation can be started now. It is for monitors and reveals nothing about a house, so it needs no
 * caller.
 */
export async function readReadiness({
  client,
  journal,
  findWarnings = () => [],
}: Pick<CaseSources, 'client' | 'journal'> & { findWarnings?: () => string[] }): Promise<Readiness> {
  const [hasWorkers, missing, isJournalReadable] = await Promise.all([
    client.isReady().catch(() => false),
    client.findMissing().catch(() => []),
    isReadable(journal),
  ]);
  const ok = hasWorkers && isJournalReadable && missing.length === 0;
  return { ok, workers: hasWorkers, journal: isJournalReadable, missing, warnings: findWarnings() };
}
