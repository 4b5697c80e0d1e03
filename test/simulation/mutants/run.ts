import { edit, type Mutant } from './mutant';

/** Faults of the run as a whole: one run for each event, and what it shows of itself. */
export const RUN_MUTANTS: readonly Mutant[] = [
  {
    name: 'a random workflow id',
    edits: [
      edit(
        'domain/input.ts',
        `return \`cancel-performance/\${house}/\${eventNumber}\`;`,
        `return \`cancel-performance/\${house}/\${eventNumber}/\${Math.random()}\`;`,
      ),
    ],
    seed: 50000,
  },
  {
    name: 'a completed case is replaced though its event is not on sale again',
    edits: [edit('activities/put-back.ts', " || event.status !== 'ON_SALE'", '')],
    seed: 2080,
  },
  {
    name: 'a used-up patience hides what has failed',
    edits: [
      edit(
        'workflows/failure.ts',
        'if (cause || !failure?.cause) return cause;',
        'if (failure) return cause;',
      ),
    ],
    seed: 50026,
  },
  {
    name: 'each step is written into the lists',
    edits: [
      edit(
        'workflows/progress.ts',
        'if (LISTED_STEPS.includes(step)) this.showInLists();',
        'this.showInLists();',
      ),
    ],
    seed: 50002,
  },
  {
    name: 'a secret in a reason is handed on',
    edits: [
      edit(
        'activities/activity.ts',
        `message: failure.detail,`,
        `message: \`\${failure.detail}: \${String(failure.options.cause)}\`,`,
      ),
    ],
    seed: 50001,
  },
];
