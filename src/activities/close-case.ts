import { actorOf, type Actor } from '../domain/actor';
import { approvalRefusal } from '../domain/approval';
import { effectKeys, type EntryOf, type JournalEntry } from '../domain/journal';
import {
  endOf,
  findWaiver,
  grantedRight,
  isAbortAccepted,
  lastHead,
  lastRestoring,
  refusalLine,
  wasToBeMarked,
} from '../domain/lines';
import { noticeState } from '../domain/mail-lines';
import { findStorno, isEvidence, stornoSeenAt } from '../domain/storno-lines';
import type { JournalHead } from '../domain/types';
import type { CaseEnd } from '../domain/vocabulary';
import { asAskedStep, type ActivityDependencies, type StepInput } from './activity';
import { tellEnd } from './house-end-notice';
import { readCase, requireWritten, type KnownCase } from './reading';
import { requireNotLost } from './still-storno';

/** The last step: the end in the journal, and the mail about it to the house. */
export function createClosingActivities(deps: ActivityDependencies) {
  const { journal } = deps;

  /** Writes down how the case ended, if the lines say so, and mails the end to the house. */
  const closeCase = asAskedStep(
    deps.trust,
    async (input: StepInput & { end: CaseEnd }): Promise<{ head: JournalHead }> => {
      const known = await readCase(journal, input);
      if (endOf(known.entries) === null) {
        requireReached(input.end, known);
        if (input.end === 'completed') requireNotLost(known.entries);
      }
      await journal.append(input.ref, {
        ...whoEnds(input, known),
        kind: 'end',
        step: 'report',
        operation: 'close',
        effectKey: effectKeys.end,
        after: whatEnds(input.end, known.entries),
        outcome: input.end,
      });
      await tellEnd(deps, input.ref, await journal.entries(input.ref.caseId));
      return { head: lastHead(await journal.entries(input.ref.caseId)) };
    },
  );

  return { closeCase };
}

function whatEnds(end: CaseEnd, entries: readonly JournalEntry[]): EntryOf<'close'>['after'] {
  if (end === 'completed') return { stornoSeenAt: stornoSeenAt(entries) };
  const refusal = end === 'refused' ? approvalRefusal(entries) : null;
  return refusal && { refusal };
}

/** An end is not the run's word: somebody may have told it that the steps before are done. */
function requireReached(end: CaseEnd, { entries }: KnownCase): void {
  for (const [what, isWritten] of REACHED[end]) requireWritten(isWritten(entries), what);
}

type Reached = readonly [what: string, isWritten: (entries: readonly JournalEntry[]) => unknown];

const TOLD = ['accepted', 'confirmed', 'waived'];

const REACHED: Readonly<Record<CaseEnd, readonly Reached[]>> = {
  completed: [
    ['the Storno', findStorno],
    ['that Ö-Ticket has the Storno', (entries) => entries.some(isEvidence)],
    ['the right', (entries) => grantedRight(entries) ?? findWaiver(entries, 'grant-right')],
    ['the mail', (entries) => TOLD.includes(noticeState(entries))],
  ],
  aborted: [
    ['the abort', isAbortAccepted],
    ['that the titles were restored', isRestored],
  ],
  refused: [['the refusal', (entries) => refusalLine(entries) ?? approvalRefusal(entries)]],
  'closed-by-hand': [['that somebody closes it', findClosing]],
};

function isRestored(entries: readonly JournalEntry[]): boolean {
  if (!wasToBeMarked(entries) || lastRestoring(entries) !== null) return true;
  return entries.some(({ operation, outcome }) => operation === 'decide' && outcome === 'keep-theirs');
}

function findClosing(entries: readonly JournalEntry[]): JournalEntry | undefined {
  return entries.findLast(({ operation }) => operation === 'close-by-hand');
}

/**
 * Whoever ordered a case is proven by its check. One that was aborted before has been ended by whoever aborted it, and one that
 * was closed by hand by whoever closed it: the run's own word for either is anybody's.
 */
function whoEnds({ end, ...input }: StepInput & { end: CaseEnd }, { opening, entries }: KnownCase): Actor {
  const closing = end === 'closed-by-hand' ? findClosing(entries) : undefined;
  const first = entries.find(({ kind }) => kind === 'opening');
  const abort = entries.find(({ operation }) => operation === 'abort');
  return actorOf(closing ?? (opening ? first : abort) ?? input);
}
