/** A fault of one line (or what it takes to make one): what stands in files of src, and what stands there instead. */
export interface Mutant {
  name: string;
  edits: readonly Edit[];
  /** A schedule that has found it; another is searched for when it does not any more. */
  seed: number;
}

export interface Edit {
  file: string;
  find: string;
  replace: string;
}

export const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

/** An attempt decides on lines that are older than the event it has read: three things go wrong by that. */
export const LINES_BEFORE_EVENT = edit(
  'activities/reading.ts',
  'const event = await requireEvent(jet, ref);\n  const entries = await journal.entries(ref.caseId);',
  'const entries = await journal.entries(ref.caseId);\n  const event = await requireEvent(jet, ref);',
);
