import { edit, type Mutant } from './mutant';

/** Faults in who is believed. */
export const TRUST_MUTANTS: readonly Mutant[] = [
  {
    name: 'the id of an update proves who has sent it',
    edits: [
      edit(
        'trust/trust.ts',
        'return unprovenActor(request.actor);',
        "if (asked.updateId.startsWith('api/')) return { actor: request.actor, actorId: 'token:test' };\nreturn unprovenActor(request.actor);",
      ),
    ],
    seed: 50086,
  },
  {
    name: 'an update without a seal has the identity that others have proven',
    edits: [
      edit(
        'trust/trust.ts',
        'return unprovenActor(request.actor);',
        "return { ...unprovenActor(request.actor), actorId: 'token:test' };",
      ),
    ],
    seed: 50086,
  },
  {
    name: 'a case that was resumed goes on with the identity of whoever has resumed it',
    edits: [
      edit(
        'activities/check.ts',
        'return openedCase(entries, opening, await journal.readClaim(caseId));',
        'return { ...openedCase(entries, opening, await journal.readClaim(caseId)), actorId: proof.actorId };',
      ),
      // Each step learns whom the opening names, too.
      edit(
        'activities/reading.ts',
        'if (input.isForOrderer && line) Object.assign(input, actorOf(line));',
        '',
      ),
    ],
    seed: 50136,
  },
];
