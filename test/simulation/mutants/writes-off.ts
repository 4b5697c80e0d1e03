import { edit, type Mutant } from './mutant';

/** Faults in the switch that stops every write. */
export const WRITES_OFF_MUTANTS: readonly Mutant[] = [
  {
    name: 'writes off: nobody asks before the Storno',
    edits: [
      edit('activities/storno.ts', "kind: 'intent', effectKey }, attempt);", "kind: 'intent', effectKey });"),
    ],
    seed: 51149,
  },
  {
    name: 'writes off: a worker asks once and remembers it',
    edits: [
      edit(
        'activities/writes.ts',
        'return await work({ id, ...about, end });',
        'const known = attempting as { isOn?: true };\n    const isKnown = known.isOn === true;\n    known.isOn = true;\n    return await work(isKnown ? (undefined as never) : { id, ...about, end });',
      ),
    ],
    seed: 50249,
  },
  {
    name: 'writes off: an attempt asks when its intent is written already',
    edits: [
      edit(
        'activities/titles.ts',
        ": await journal.appendUnlessOver(ref, { ...line, kind: 'intent', effectKey }, attempt);",
        ": await journal.appendUnlessOver(ref, { ...line, kind: 'intent', effectKey });\n  await journal.append(ref, { ...line, kind: 'intent', effectKey }, attempt);",
      ),
    ],
    seed: 50024,
  },
  {
    name: 'writes off: the mail to Ö-Ticket goes out all the same',
    edits: [edit('activities/partner-notice.ts', '(ref, sending, attempt)', '(ref, sending)')],
    seed: 50674,
  },
  {
    name: 'writes off: an abort restores all the same',
    edits: [
      edit(
        'activities/titles.ts',
        "? await journal.appendUnlessEnded(ref, { ...line, kind: 'intent', effectKey }, attempt)",
        "? await journal.appendUnlessEnded(ref, { ...line, kind: 'intent', effectKey })",
      ),
    ],
    seed: 50249,
  },
  {
    name: 'writes off: a person is asked in each case',
    edits: [edit('workflows/cancellation-run.ts', 'if (isHeld) continue;', '')],
    seed: 50024,
  },
];
