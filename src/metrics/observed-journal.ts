import { overheadMs, verificationMs } from '../domain/case-times';
import type { JournalEntry } from '../domain/journal';
import { isEvidence } from '../domain/storno-lines';
import type { Journal, JournalStore, SeriesStore } from '../journal/port';
import type { Metrics } from './metrics';

/** What adds to the chains of cases and series. */
const WRITES = [
  'openCase',
  'append',
  'appendLast',
  'appendNew',
  'appendUnlessOver',
  'appendUnlessEnded',
  'appendNewUnlessEnded',
  'appendAfterLook',
  'appendNext',
  'claim',
  'claimFound',
  'openSeries',
  'appendToSeries',
  'appendNewToSeries',
  'decideOnSeries',
] as const satisfies readonly (keyof Journal | keyof SeriesStore)[];

type Write = (...given: unknown[]) => Promise<unknown>;

/** The same journal, with each write measured, and what the lines of a case say of its times. */
export function observeJournal<J extends JournalStore>(journal: J, metrics: Metrics): J {
  metrics.show('absage_journal_write_seconds', 'absage_case_overhead_seconds', 'absage_verification_seconds');
  const observed = WRITES.map((name) => {
    const write = journal[name] as Write;
    const measured: Write = async (...given) => {
      const written = await metrics.time(
        'absage_journal_write_seconds',
        () => write(...given),
        () => ({}),
      );
      noteTimes(journal, metrics, written);
      return written;
    };
    return [name, measured] as const;
  });
  return { ...journal, ...Object.fromEntries(observed) };
}

/** Nobody waits for this, and a journal that cannot be read now costs a number and nothing else. */
function noteTimes(journal: Journal, metrics: Metrics, written: unknown): void {
  const line = written as Partial<JournalEntry> | null;
  if (!line?.caseId) return;
  if (line.kind !== 'end' && !isEvidence(line as JournalEntry)) return;
  const note = (entries: readonly JournalEntry[]) => {
    const took = line.kind === 'end' ? overheadMs(entries) : verificationMs(entries);
    const name = line.kind === 'end' ? 'absage_case_overhead_seconds' : 'absage_verification_seconds';
    if (took !== null) metrics.observe(name, took / 1_000, {});
  };
  journal.entries(line.caseId).then(note, () => {});
}
