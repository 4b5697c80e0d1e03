import { actorOf, type Actor } from '../domain/actor';
import { effectKeys } from '../domain/journal';
import { lastHead } from '../domain/lines';
import { stornoSeenAt } from '../domain/storno-lines';
import type { JournalHead } from '../domain/types';
import type { CaseEnd } from '../domain/vocabulary';
import { asStep, type ActivityDependencies, type StepInput } from './activity';
import { tellEnd } from './house-end-notice';
import { readCase, type KnownCase } from './reading';

/** The last step: the end in the journal, and the mail about it to the house. */
export function createClosingActivities(deps: ActivityDependencies) {
  const { journal } = deps;

  /** Writes down how the case ended, and mails the end to the house. */
  const closeCase = asStep(
    deps.trust,
    async (input: StepInput & { end: CaseEnd }): Promise<{ head: JournalHead }> => {
      const known = await readCase(journal, input);
      await journal.append(input.ref, {
        ...whoEnds(input, known),
        kind: 'end',
        step: 'report',
        operation: 'close',
        effectKey: effectKeys.end,
        after: input.end === 'completed' ? { stornoSeenAt: stornoSeenAt(known.entries) } : null,
        outcome: input.end,
      });
      await tellEnd(deps, input.ref, await journal.entries(input.ref.caseId));
      return { head: lastHead(await journal.entries(input.ref.caseId)) };
    },
  );

  return { closeCase };
}

/**
 * Whoever ordered a case is proven by its check. One that was aborted before has been ended by whoever aborted it: the run's own
 * word for its orderer is anybody's.
 */
function whoEnds(input: StepInput, { opening, entries }: KnownCase): Actor {
  const abort = entries.find(({ operation }) => operation === 'abort');
  return actorOf(opening === null && abort ? abort : input);
}
