import { edit, type Mutant } from './mutant';

/** Faults in an abort: when it is taken, what it then knows, and how soon it is answered. */
export const ABORT_MUTANTS: readonly Mutant[] = [
  {
    name: 'an abort after an attempt to set Storno',
    edits: [
      edit('activities/operator-decisions.ts', 'return { winner, opened', "return { winner: 'abort', opened"),
    ],
    seed: 50427,
  },
  {
    name: 'an abort is answered after a minute',
    edits: [
      edit(
        'workflows/cancellation-run.ts',
        '    this.isAbortUnderWay = true;\n    try {',
        '    this.isAbortUnderWay = true;\n    await CancellationScope.nonCancellable(() => condition(() => false, 60_000));\n    try {',
      ),
    ],
    seed: 50025,
  },
];
