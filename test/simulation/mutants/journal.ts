import { edit, type Mutant } from './mutant';

/** Faults in noticing a journal that was set back. */
export const JOURNAL_MUTANTS: readonly Mutant[] = [
  {
    name: 'the head of the journal is not compared',
    edits: [edit('activities/reading.ts', `if (head) await journal.requireHead(ref.caseId, head);`, ``)],
    seed: 50837,
  },
  {
    name: 'what a failed attempt has written down last is not remembered',
    edits: [
      edit(
        'workflows/cancellation-run.ts',
        '    this.see(head);\n    await this.learnClaim',
        '    await this.learnClaim',
      ),
    ],
    seed: 50312,
  },
];
