import { edit, type Mutant } from './mutant';

/** Faults in the mails to the house, and in the look for interrupted cases. */
export const HOUSE_ALERT_MUTANTS: readonly Mutant[] = [
  {
    name: 'the house is told again at every attempt',
    edits: [
      edit(
        'activities/house-alert.ts',
        "if (attempts.length > 0 && last !== 'not-sent') return",
        "if (attempts.length > 9 && last !== 'not-sent') return",
      ),
    ],
    seed: 50064,
  },
  {
    name: 'the house is told of the beginning of a case that has ended',
    edits: [
      edit('activities/house-alert.ts', 'isAbortAccepted(entries) || endOf(entries)', 'false'),
      edit(
        'activities/house-alert.ts',
        'isVoidAtEnd\n    ? await journal.appendNewUnlessEnded(ref, begun)',
        'isVoidAtEnd && attempts.length > 9\n    ? await journal.appendNewUnlessEnded(ref, begun)',
      ),
    ],
    seed: 50174,
  },
  {
    name: 'who has gone is not missed',
    edits: [
      edit(
        'activities/closed-run.ts',
        `return !CLOSED.includes(run.status.name) && isIts(run) ? null : run.runId;`,
        `return isIts(run) ? null : run.runId;`,
      ),
    ],
    seed: 50337,
  },
];
