import type { JournalEntry, NewEntry } from '../../src/domain/journal';
import { NO_PREVIOUS_HASH } from '../../src/journal/chain';

/** The parts of a line that a test states. The rest of its frame is made up. */
export type Told = Omit<NewEntry, 'actor' | 'actorId' | 'effectKey' | 'after'> & {
  effectKey?: string;
  after?: unknown;
};

/** The lines of a case as a journal would hold them, numbered; `at` rises by a minute. */
export function linesOf(...told: readonly Told[]): JournalEntry[] {
  return told.map((line, index) => {
    const seq = index + 1;
    const entry = {
      caseId: 'case-1',
      house: 'FSP',
      eventNumber: '104233',
      seq,
      at: minute(seq),
      actor: 'Kasse',
      effectKey: `line/${seq}`,
      before: null,
      after: null,
      outcome: null,
      previousHash: NO_PREVIOUS_HASH,
      hash: `hash-${seq}`,
      ...line,
    };
    return entry as unknown as JournalEntry;
  });
}

/** `2027-01-05T18:00:00.000Z` plus this many minutes. */
export function minute(count: number): string {
  return new Date(Date.UTC(2027, 0, 5, 18, count)).toISOString();
}
