import { setTimeout as sleep } from 'node:timers/promises';
import { abandonedBuildsText } from '../domain/wording';
import { isOff, writesOffPublicText } from '../domain/writes';
import type { CaseSources } from './sources';
import { readWrites } from './writes';

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

async function inTime<T>(asked: Promise<T>): Promise<T | null> {
  return Promise.race([asked.catch(() => null), sleep(JOURNAL_PATIENCE_MS, null, { ref: false })]);
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
  const [hasWorkers, missing, abandoned, read, writes] = await Promise.all([
    client.isReady().catch(() => false),
    client.findMissing().catch(() => []),
    client.findAbandonedBuilds().catch(() => []),
    inTime(journal.cases({ limit: 1 })),
    inTime(readWrites({ journal })),
  ]);
  const isJournalReadable = read !== null;
  return {
    ok: hasWorkers && isJournalReadable && missing.length === 0,
    workers: hasWorkers,
    journal: isJournalReadable,
    missing,
    warnings: [
      ...findWarnings(),
      ...(abandoned.length > 0 ? [abandonedBuildsText(abandoned)] : []),
      ...(writes && isOff(writes) ? [writesOffPublicText(writes)] : []),
    ],
  };
}
