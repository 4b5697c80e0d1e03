import type { Opening } from '../../../src/domain/case';
import type { JournalEntry } from '../../../src/domain/journal';
import { inputOf, type Require, type Rule } from './rule';
import { MARKED, type Seen } from './seen';

/** What an abort gives back, and from when on no abort is possible. */
export const ABORT_RULES: readonly Rule[] = [
  {
    id: 'S12',
    says: 'After an abort each text that is still ours is its original again; where a person has changed it, only our marker is taken off.',
    watch: (seen, require) => ({
      atRest: () => {
        for (const [caseId, lines] of seen.cases())
          if (seen.world.journal.endOf(caseId) === 'aborted') checkAborted(seen, require, caseId, lines);
      },
    }),
  },
  {
    id: 'S13',
    says: 'From the first attempt to set Storno on no abort is accepted and nothing is restored: exactly one of the two has the claim.',
    watch: ({ world: { journal }, stornoTries }, require) => ({
      beforeSave: (attempt) => {
        if (attempt.task.options.activityType !== 'restoreTitles') return;
        const { caseId } = inputOf(attempt);
        require(journal.readClaim(caseId) === 'abort', 'texts are restored without an abort');
        require(!stornoTries.has(caseId), 'texts are restored after an attempt to set Storno');
      },
      beforeStorno: (attempt) =>
        require(journal.readClaim(inputOf(attempt).caseId) === 'storno', 'Storno is set without a claim'),
      onLine: ({ operation, caseId }) =>
        require(operation !== 'abort' ||
          !stornoTries.has(caseId), 'an abort is accepted after an attempt to set Storno'),
    }),
  },
];

function checkAborted(seen: Seen, require: Require, caseId: string, lines: readonly JournalEntry[]): void {
  const { jet, journal } = seen.world;
  require(!seen.stornoTries.has(caseId), 'Storno was tried in an aborted case');
  const opening = seen.openingOf(caseId);
  const { event } = jet;
  const isTheLast = journal.lines.findLast(({ kind }) => kind === 'opening')?.caseId === caseId;
  if (opening?.backend === 'guided') return checkGuidedAbort(require, lines);
  if (!opening || !event || event.status === 'CANCELLED' || !isTheLast) return;
  // If people marked the texts before Absage began to, the marking is theirs.
  if (!lines.some(({ kind, operation }) => kind === 'intent' && operation === 'save-announcement')) return;
  const isDecided = lines.some(({ operation }) => operation === 'decide');
  for (const field of ['title', 'customerTitle', 'externalMemo'] as const) {
    const { before } = opening.event[field];
    if (!lastEdit(seen, field) && !isDecided)
      require(event[field] === before, `${field} is ${event[field]} and was ${before}`);
    else if (field !== 'externalMemo' && !isDecided)
      requireTheirs(seen, require, field, event[field], opening);
  }
}

/** If the task to mark the titles was given to an operator, the abort must have had the titles restored. */
function checkGuidedAbort(require: Require, lines: readonly JournalEntry[]): void {
  const wasAsked = lines.some(({ effectKey }) => effectKey === 'task/mark-titles');
  const isRestored = lines.some(
    ({ kind, operation }) => kind === 'outcome' && operation === 'restore-announcement',
  );
  require(!wasAsked || isRestored, 'aborted, and nobody was asked to restore the titles');
}

/** A person's text must be kept, without the marker that Absage put on it. */
function requireTheirs(
  seen: Seen,
  require: Require,
  field: 'title' | 'customerTitle',
  now: string | null,
  opening: Opening,
): void {
  const theirs = lastEdit(seen, field)?.after?.[field];
  const { before, after } = opening.event[field];
  const wasMarked = MARKED.test(before ?? '');
  const expected = theirs === after ? before : wasMarked ? theirs : (theirs ?? '').replace(MARKED, '');
  require(now === expected, `${field} is ${now}, a person has written ${theirs}`);
}

/** The last change of this text by a person in Jet. */
function lastEdit({ world: { jet } }: Seen, field: 'title' | 'customerTitle' | 'externalMemo') {
  return jet.writes.findLast(
    ({ actor, before, after }) => actor === 'human' && before && after && before[field] !== after[field],
  );
}
