import type { CancellationView } from '../../src/cases/view';
import type { CancellationStatus } from '../../src/domain/case';
import { STEPS } from '../../src/domain/vocabulary';
import { STEP_LABELS } from '../../src/domain/wording';
import { anInput } from './examples';

/** A case of which nothing is done yet, as its run knows it. */
export function aStatus(changes: Partial<CancellationStatus> = {}): CancellationStatus {
  const { caseId, order, orderedBy } = anInput();
  return {
    caseId,
    order,
    orderedBy,
    state: 'running',
    step: 'mark-titles',
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
    ...changes,
  };
}

/** A case in its first wait, as callers see it. */
export function aView(changes: Partial<CancellationView> = {}): CancellationView {
  const status = aStatus();
  const { house, eventNumber } = status.order;
  return {
    ...status,
    approval: null,
    house,
    eventNumber,
    reservedActions: [],
    state: 'waiting',
    step: 'wait-for-title-transfer',
    tries: null,
    notes: [],
    remaining: [],
    tasks: null,
    byHand: null,
    contacts: [],
    alertsTo: null,
    contactErasedAt: null,
    series: null,
    links: { self: `/v1/cancellations/${house}/${eventNumber}`, temporalUi: null, protocol: null },
    workflowId: `cancel-performance/${house}/${eventNumber}`,
    runId: null,
    rehearsal: true,
    stale: false,
    supersededBy: null,
    ...changes,
  };
}
