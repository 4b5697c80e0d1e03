import { edit, type Mutant } from './mutant';

/** Faults in the four eyes. */
export const APPROVAL_MUTANTS: readonly Mutant[] = [
  {
    name: 'whoever ordered a case may approve it',
    edits: [edit('domain/approval.ts', 'areProven && actorId !== ordered?.actorId', 'areProven')],
    seed: 535,
  },
  {
    name: 'what was approved is carried out, whatever stands in Jet now',
    edits: [
      edit(
        'activities/approval.ts',
        'if (decision && isGranted(decision) && request.after.planHash === planHash) {',
        'if (decision && isGranted(decision)) {',
      ),
    ],
    seed: 431,
  },
  {
    name: 'a request that nobody has decided in time counts as granted',
    edits: [
      edit(
        'domain/approval.ts',
        "return operation === 'approve' || operation === 'override';",
        "return operation !== 'reject';",
      ),
      edit(
        'domain/approval.ts',
        "return line?.operation === 'end-approval' ? line.after.refusal : null;",
        "return line?.outcome === 'refused' ? line.after.refusal : null;",
      ),
    ],
    seed: 35,
  },
  {
    name: 'a case begins before anybody has approved it',
    edits: [
      edit('workflows/cancel-performance.ts', 'await obtainApproval(run);', ''),
      // Each step asks the journal, too.
      edit(
        'activities/reading.ts',
        "requireWritten(isApproved(entries), 'that the plan was approved');",
        ';',
      ),
    ],
    seed: 6,
  },
  {
    name: 'nobody learns of a case that began without a second person',
    edits: [
      edit(
        'activities/house-alert.ts',
        'const overriding = overrideOf(entries);',
        'const overriding = overrideOf([]);',
      ),
    ],
    seed: 85,
  },
  {
    name: 'a rejected case is begun',
    edits: [
      edit('domain/approval.ts', "if (line?.operation === 'reject') return refusal('rejected');", ''),
      edit(
        'domain/approval.ts',
        "return operation === 'approve' || operation === 'override';",
        'return true;',
      ),
    ],
    seed: 6,
  },
  {
    name: 'an attempt that slept asks anew for what was approved meanwhile',
    edits: [
      edit(
        'activities/approval.ts',
        'const written = await journal.appendNext(ref, line, lastHead(entries));',
        'const written = await journal.append(ref, line);',
      ),
    ],
    seed: 19,
  },
  {
    name: 'what a person has decided counts as a step that has begun',
    edits: [
      edit(
        'domain/approval.ts',
        "(OF_STEPS.includes(kind) || operation === 'adopt-storno')",
        "operation !== 'abort' && kind !== 'end'",
      ),
      // An end is found first.
      edit(
        'activities/approval.ts',
        'if (refused)\n      return',
        'if (refused && !hasBegunWriting(entries))\n      return',
      ),
    ],
    seed: 53606,
  },
];
