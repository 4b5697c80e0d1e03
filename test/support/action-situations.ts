import type { ActionSituation } from '../../src/domain/actions';
import type { Opening, StepName } from '../../src/domain/case';
import { failureRow, type FailureCode } from '../../src/domain/failures';
import { anInput, anOrder } from './examples';

/** Moments of a case at which somebody may want to act. */

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
  const choices = (failureRow(code).choices ?? []).map((choice) => ({ choice, text: '' }));
  return situation({ state: 'needs-attention', step, attention: { id: 'a1', code, choices }, ...changes });
}

export const waiting = situation({
  state: 'waiting',
  step: 'wait-for-title-transfer',
  waitSavedAt: SAVED_AT,
});
export const claimed = { isStornoClaimed: true };
export const aborting = { state: 'aborting', isAbortAccepted: true } as const;

/** A case whose titles are short enough to be read in a test. */
export function anOpening(): Opening {
  return {
    input: anInput({ order: anOrder({ reason: 'Technische Störung.' }) }),
    event: {
      title: { before: 'Faust', after: 'Faust – ENTFÄLLT' },
      customerTitle: { before: null, after: null },
      externalMemo: { before: 'Einlass ab 19 Uhr', after: 'Technische Störung.\n\nEinlass ab 19 Uhr' },
      statusText: 'Verkaufsfreigabe',
      startsAt: '2027-01-05T19:30:00.000+01:00',
      venue: 'Großes Haus',
      location: 'St. Pölten',
      organiser: 'Festspielhaus',
      production: null,
    },
    marker: 'ENTFÄLLT',
    right: { validFrom: '2026-11-24', validUntil: '2027-07-05' },
    wasCancelledBefore: false,
    channelShowedStorno: false,
    backend: 'guided',
    warnings: [],
  };
}
