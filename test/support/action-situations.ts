import type { ActionSituation } from '../../src/domain/actions';
import type { StepName } from '../../src/domain/vocabulary';
import { choicesFor } from '../../src/domain/choices';
import type { FailureCode } from '../../src/domain/failures';

/** Moments of a case at which an operator may want to act. */

export const SAVED_AT = '2026-11-24T18:02:00.000Z';

export function situation(changes: Partial<ActionSituation> = {}): ActionSituation {
  return {
    state: 'running',
    step: 'mark-titles',
    waitSavedAt: null,
    attention: null,
    isStornoClaimed: false,
    isAbortAccepted: false,
    ...changes,
  };
}

export function stuckAt(
  step: StepName,
  code: FailureCode,
  changes: Partial<ActionSituation> = {},
): ActionSituation {
  const conflicts = [{ field: 'title', before: null, ours: null, now: null }] as const;
  const isAborting = changes.isAbortAccepted ?? false;
  const choices = choicesFor(code, { isAborting, isStornoAdopted: true, conflicts });
  return situation({ state: 'needs-attention', step, attention: { id: 'a1', code, choices }, ...changes });
}

export const waiting = situation({
  state: 'waiting',
  step: 'wait-for-title-transfer',
  waitSavedAt: SAVED_AT,
});
export const claimed = { isStornoClaimed: true };
export const aborting = { state: 'aborting', isAbortAccepted: true } as const;
