import { edit, type Mutant } from './mutant';

/** Faults in the look at Connect Online, and in the right that is granted there. */
export const CHANNEL_MUTANTS: readonly Mutant[] = [
  {
    name: 'an old row of Connect Online is accepted',
    edits: [
      edit(
        'domain/evidence.ts',
        'toMs(row.transferredAt) >= earliestTransferMs(row.transferredAt, known)',
        'toMs(row.transferredAt) >= 0',
      ),
    ],
    seed: 50238,
  },
  {
    name: 'a right without an intent in the journal',
    edits: [
      edit(
        'activities/right.ts',
        '!(await journal.appendUnlessEnded(ref, intent, attempt))',
        'attempt === null',
      ),
    ],
    seed: 50002,
  },
];
