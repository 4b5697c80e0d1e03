import { edit, type Mutant } from './mutant';

/** Faults in who is believed. */
export const TRUST_MUTANTS: readonly Mutant[] = [
  {
    name: 'the id of an update proves who has sent it',
    edits: [
      edit(
        'trust/trust.ts',
        'return unproven(request.actor);',
        "return asked.updateId.startsWith('api/') ? request.actor : unproven(request.actor);",
      ),
    ],
    seed: 50086,
  },
];
