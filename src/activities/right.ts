import { covers } from '../domain/decisions';
import { KnownFailure } from '../domain/failures';
import { effectKeys, headOf } from '../domain/journal';
import { isWaived, lastHead } from '../domain/lines';
import type { JournalHead, LocalDate } from '../domain/types';
import { asActivity, type ActivityDependencies, type StepInput } from './activity';
import { readOpenCase, requireHouse } from './reading';

export interface RightResult {
  /** `null`: the right has no end, or the step was waived. */
  validUntil: LocalDate | null;
  hasWritten: boolean;
  isWaived?: boolean;
  head: JournalHead;
}

/** Step 3: the right that refunds need. */
export function createRightActivities({ jet, journal, houses }: ActivityDependencies) {
  /**
   * Gives the Connect Online Kassierer the extended cancellation right (wiki, step 3). Never narrows an existing right.
   */
  const grantExtendedRight = asActivity(async (input: StepInput): Promise<RightResult> => {
    const { ref, actor } = input;
    const { entries, opening } = await readOpenCase(journal, input);
    if (isWaived(entries, 'grant-right')) {
      return { validUntil: null, hasWritten: false, isWaived: true, head: lastHead(entries) };
    }
    const user = requireHouse(houses, ref.house).connectOnlineUser;

    const period = opening.right;
    const effectKey = effectKeys.right(period.validUntil);
    const line = { actor, step: 'grant-right', operation: 'grant-right' } as const;
    const before = await jet.readRight(user, ref.eventNumber);
    if (before && covers(before, period)) {
      const isOurs = entries.some((entry) => entry.effectKey === effectKey);
      const found = { ...line, kind: 'outcome', before, after: before, outcome: 'found' } as const;
      const foundKey = isOurs ? effectKeys.outcomeOf(effectKey) : effectKeys.foundRight(period.validUntil);
      const isNotedAlready = entries.some((entry) => entry.effectKey === foundKey);
      const entry = await journal.append(ref, { ...found, effectKey: foundKey });
      // Returning an older line as head would hide the loss of newer ones.
      const head = isNotedAlready ? lastHead(entries) : headOf(entry);
      return { validUntil: before.validUntil, hasWritten: false, head };
    }

    await journal.append(ref, { ...line, kind: 'intent', effectKey, before, after: { user, ...period } });
    await jet.grantRight(user, ref.eventNumber, period, `${ref.caseId}/${effectKey}`);
    const after = await jet.readRight(user, ref.eventNumber);
    if (!after || !covers(after, period))
      throw new KnownFailure('jet-stale-read', 'the right is not shown yet');
    const outcome = await journal.append(ref, {
      ...line,
      kind: 'outcome',
      effectKey: effectKeys.outcomeOf(effectKey),
      before,
      after,
      outcome: 'ok',
    });
    return { validUntil: after.validUntil, hasWritten: true, head: headOf(outcome) };
  });

  return { grantExtendedRight };
}
