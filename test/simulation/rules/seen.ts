import type { Opening } from '../../../src/domain/case';
import type { JournalEntry } from '../../../src/domain/journal';
import type { JetEvent } from '../../../src/domain/types';
import type { World } from '../world';
import { inputOf, type Watch } from './rule';

/** What rules look at: one event with everything around it. */
export type Judged = Pick<
  World,
  | 'journal'
  | 'mail'
  | 'policy'
  | 'temporal'
  | 'wasJournalSetBack'
  | 'house'
  | 'isRehearsal'
  | 'isSimulator'
  | 'jet'
  | 'time'
  | 'nemesis'
  | 'coverage'
>;

/** What several rules need to know about a schedule. */
export interface Seen {
  world: Judged;
  /** Cases in which Storno was sent to Jet or given to an operator as a task. */
  stornoTries: ReadonlySet<string>;
  lines: (caseId: string) => JournalEntry[];
  /** Each case in the journal, with its lines. */
  cases: () => [caseId: string, lines: JournalEntry[]][];
  openingOf: (caseId: string) => Opening | undefined;
  /** Called before all rules, so that each rule finds the current try in `stornoTries`. */
  watch: Watch;
}

export function see(world: Judged): Seen {
  const { journal } = world;
  const stornoTries = new Set<string>();
  const lines = (caseId: string) => journal.entries(caseId);
  const cases = (): [string, JournalEntry[]][] =>
    [...new Set(journal.lines.map(({ caseId }) => caseId))].map((caseId) => [caseId, lines(caseId)]);
  const openingOf = (caseId: string) => {
    const opening = lines(caseId).find(({ kind }) => kind === 'opening')?.after as Opening | undefined;
    // Where an approval was asked for, what was approved last counts.
    const asked = lines(caseId).findLast(({ operation }) => operation === 'request-approval')?.after;
    return opening && { ...opening, ...(asked as Partial<Opening> | undefined) };
  };
  const watch: Watch = {
    beforeStorno: (attempt) => void stornoTries.add(inputOf(attempt).caseId),
    onLine: ({ effectKey, caseId }) => void (effectKey === 'task/set-storno' && stornoTries.add(caseId)),
  };
  return { world, stornoTries, lines, cases, openingOf, watch };
}

export const MARKED = / – (ENTFÄLLT|ABGESAGT)$/;

export function textsOf({ title, customerTitle, externalMemo }: JetEvent) {
  return { title, customerTitle, externalMemo };
}

/** The line from which the journal knows the Storno: set by Absage, or found and adopted. */
export function stornoLine(lines: readonly JournalEntry[]): JournalEntry | undefined {
  return lines.find(
    ({ kind, operation }) =>
      (kind === 'outcome' && operation === 'set-storno') || operation === 'adopt-storno',
  );
}

/** Whether a line says that the Storno was seen in Connect Online, or that somebody vouched for it. */
export function isProof({ kind, operation, outcome }: JournalEntry): boolean {
  const isVerdict = ['verified', 'adopted', 'by-hand'].includes(String(outcome));
  return kind === 'evidence' && operation === 'read-channel' && isVerdict;
}
