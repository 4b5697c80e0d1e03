import { actorOf } from '../domain/actor';
import { covers, widened } from '../domain/decisions';
import { KnownFailure } from '../domain/failures';
import { effectKeys } from '../domain/journal';
import { endOf, grantedRight, isWaived, lastHead } from '../domain/lines';
import { rightFor } from '../domain/plan';
import type { JournalHead, LocalDate } from '../domain/types';
import { asStep, type ActivityDependencies, type StepInput } from './activity';
import { findEvidence } from '../domain/storno-lines';
import { readEventThenLines, readOpenCase, requireHouse, requireWritten } from './reading';
import { noteStorno, stillToWaitAgain, type StornoAgain } from './still-storno';
import { attempting, JET_MAY_LAST_MS } from './writes';

export interface RightResult {
  /** `null`: the right has no end, or the step was waived. */
  validUntil: LocalDate | null;
  hasWritten: boolean;
  isWaived?: boolean;
  /** The event was read as Storno in the same attempt: the mail may go by that. */
  isStornoSeen?: boolean;
  head: JournalHead;
}

/** Step 3: the right that refunds need. */
export function createRightActivities({ jet, journal, houses, trust }: ActivityDependencies) {
  /**
   * Gives the Connect Online Kassierer the extended cancellation right (wiki, step 3), if the event is Storno still. Never
   * narrows an existing right. If the performance was moved meanwhile, the right covers its new date.
   */
  const grantExtendedRight = asStep(trust, async (input: StepInput): Promise<RightResult | StornoAgain> => {
    const { ref } = input;
    const known = await readOpenCase(journal, input);
    const { opening } = known;
    if (isWaived(known.entries, 'grant-right')) {
      return { validUntil: null, hasWritten: false, isWaived: true, head: lastHead(known.entries) };
    }
    // Whoever resets the run of a case that has ended begins nothing with it.
    if (endOf(known.entries))
      return {
        validUntil: grantedRight(known.entries)?.after.validUntil ?? null,
        hasWritten: false,
        head: lastHead(known.entries),
      };
    const user = requireHouse(houses, ref.house).connectOnlineUser;
    const { event, entries } = await readEventThenLines({ jet, journal }, input, 'grant-right');
    const again = stillToWaitAgain(entries, event.readAt, opening.input.policy.syncIntervalMs);
    if (again) return again;
    requireWritten(findEvidence(entries), 'that Ö-Ticket has the Storno');

    const needed = rightFor(opening, event.startsAt);
    const effectKey = effectKeys.right(needed.validUntil);
    const line = { ...actorOf(input), step: 'grant-right', operation: 'grant-right' } as const;
    const before = await jet.readRight(user, ref.eventNumber);
    if (before && covers(before, needed)) {
      const isOurs = entries.some((entry) => entry.effectKey === effectKey);
      const found = { ...line, kind: 'outcome', before, after: before, outcome: 'found' } as const;
      const foundKey = isOurs ? effectKeys.outcomeOf(effectKey) : effectKeys.foundRight(needed.validUntil);
      await journal.append(ref, { ...found, effectKey: foundKey });
      const head = await noteStorno(journal, input, 'grant-right', event, entries);
      return { validUntil: before.validUntil, hasWritten: false, isStornoSeen: true, head };
    }

    const period = widened(before, needed);
    const about = { ref, step: 'grant-right', mayLastMs: JET_MAY_LAST_MS } as const;
    const after = await attempting(journal, about, async (attempt) => {
      const intent = { ...line, kind: 'intent', effectKey, before, after: { user, ...period } } as const;
      if (!(await journal.appendUnlessEnded(ref, intent, attempt)))
        throw new KnownFailure('jet-stale-read', 'the case has ended since');
      await jet.grantRight(user, ref.eventNumber, period, `${ref.caseId}/${effectKey}`);
      const after = await jet.readRight(user, ref.eventNumber);
      if (!after || !covers(after, period))
        throw new KnownFailure('jet-stale-read', 'the right is not shown yet');
      await attempt.end({
        ...line,
        kind: 'outcome',
        effectKey: effectKeys.outcomeOf(effectKey),
        before,
        after,
        outcome: 'ok',
      });
      return after;
    });
    const head = await noteStorno(journal, input, 'grant-right', event, entries);
    return { validUntil: after.validUntil, hasWritten: true, isStornoSeen: true, head };
  });

  return { grantExtendedRight };
}
