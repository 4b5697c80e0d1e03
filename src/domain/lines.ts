import type { CancellationInput, CodedText, EventSummary, Opening, RefusalLine } from './case';
import type { StepName } from './vocabulary';
import type { Instant } from './types';
import type { JournalEntry } from './journal';

/** The lines of one case with what is asked of them again and again. */
export interface CaseLines {
  entries: readonly JournalEntry[];
  first: JournalEntry;
  last: JournalEntry;
  opening: Opening | null;
  refusal: RefusalLine | null;
  input: CancellationInput;
  event: EventSummary | null;
  warnings: CodedText[];
}

/** `null`: these are not the lines of a case, because no line says what was ordered. */
export function readLines(entries: readonly JournalEntry[]): CaseLines | null {
  const first = entries.find(({ kind }) => kind === 'opening' || kind === 'refusal');
  const last = entries.at(-1);
  if (!first || !last) return null;
  const opening = first.kind === 'opening' ? (first.after as Opening) : null;
  const refusal = first.kind === 'refusal' ? (first.after as RefusalLine) : null;
  const { input, event, warnings } = first.after as Pick<RefusalLine, 'input' | 'event' | 'warnings'>;
  return { entries, first, last, opening, refusal, input, event, warnings };
}

/** Marker and reason were saved, by Absage or by a person in its place. */
export function isSaved({ kind, operation, outcome }: JournalEntry): boolean {
  return kind === 'outcome' && operation === 'save-announcement' && outcome !== 'differs';
}

/** The first of these lines is the point of no return: it is written together with the claim. */
export function isStornoTried({ step, operation }: JournalEntry): boolean {
  return step === 'set-storno' && ['set-storno', 'adopt-storno', 'confirm-step'].includes(operation);
}

/** The line that says since when the event is Storno. */
export function isStornoKnown({ kind, operation }: JournalEntry): boolean {
  return (kind === 'outcome' && operation === 'set-storno') || operation === 'adopt-storno';
}

export function isEvidence({ kind, operation, outcome }: JournalEntry): boolean {
  return kind === 'evidence' && operation === 'read-channel' && PROVEN.includes(outcome ?? '');
}

const PROVEN: readonly string[] = ['verified', 'adopted', 'by-hand'];

export function isWaiver(step: StepName): (entry: JournalEntry) => boolean {
  return (entry) => entry.operation === 'waive-step' && entry.step === step;
}

/** A member of what stands before or after a line, where it is a text. */
export function textOf(value: unknown, member: string): string | null {
  const found = (value as Record<string, unknown> | null)?.[member];
  return typeof found === 'string' ? found : null;
}

export function savedAtOf(entry: JournalEntry): Instant | null {
  return textOf(entry.after, 'savedAt');
}
