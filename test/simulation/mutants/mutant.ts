/** A fault, mostly of one line: text that must occur in a file of src, and the text that replaces it. */
export interface Mutant {
  name: string;
  edits: readonly Edit[];
  /** A seed whose schedule found the fault. If it no longer does, the run searches for another one. */
  seed: number;
  /** Where it is looked for; absent: in a world of one case. */
  world?: 'series';
}

export interface Edit {
  file: string;
  find: string;
  replace: string;
}

export const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

/** An attempt decides on lines that are older than the event that it read. Three things go wrong because of that. */
export const LINES_BEFORE_EVENT = edit(
  'activities/reading.ts',
  'const event = await jet.readEvent(ref.eventNumber);\n  const entries = await journal.entries(ref.caseId);',
  'const entries = await journal.entries(ref.caseId);\n  const event = await jet.readEvent(ref.eventNumber);',
);
