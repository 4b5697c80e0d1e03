import type { CancellationView } from '../../src/cases/view';
import { STEPS } from '../../src/domain/vocabulary';
import { STEP_LABELS } from '../../src/domain/wording';
import { anInput } from './examples';

/** A case in its first wait, as callers see it. */
export function aView(changes: Partial<CancellationView> = {}): CancellationView {
  const { caseId, order, orderedBy } = anInput();
  const { house, eventNumber } = order;
  return {
    caseId,
    order,
    orderedBy,
    house,
    eventNumber,
    state: 'waiting',
    step: 'wait-for-title-transfer',
    steps: STEPS.map((name) => ({
      name,
      label: STEP_LABELS[name],
      state: 'upcoming',
      startedAt: null,
      finishedAt: null,
      detail: null,
    })),
    waitEndsAt: null,
    waitSavedAt: null,
    pointOfNoReturnPassed: false,
    event: null,
    refusal: null,
    attention: null,
    warnings: [],
    allowedActions: [],
    tries: null,
    notes: [],
    remaining: [],
    byHand: null,
    links: { self: `/v1/cancellations/${house}/${eventNumber}`, temporalUi: null, protocol: null },
    workflowId: `cancel-performance/${house}/${eventNumber}`,
    runId: null,
    rehearsal: true,
    stale: false,
    supersededBy: null,
    ...changes,
  };
}
