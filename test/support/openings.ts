import type { CancellationInput, CasePolicy, Opening } from '../../src/domain/case';
import { planCancellation, type PlannedCase, type Situation } from '../../src/domain/plan';
import type { Announcement, JetEvent, Order } from '../../src/domain/types';
import { anEvent, anInput, anOrder, aPolicy } from './examples';

/** The differences from the usual event, which is on sale two months before its start. */
export interface Changes {
  event?: Partial<JetEvent>;
  order?: Partial<Order>;
  policy?: Partial<CasePolicy>;
  isUserKnown?: boolean;
}

/** The situation that the check judges. */
export function aSituation({ event, order, policy, isUserKnown = true }: Changes = {}): Situation {
  return { order: anOrder(order), policy: aPolicy(policy), event: anEvent(event), isUserKnown, right: null };
}

export function planned(changes: Changes = {}): PlannedCase {
  return planCancellation(aSituation(changes));
}

/** The usual lengths of the mask's fields, with these changes. */
export function limits(changes: Partial<JetEvent['limits']>): JetEvent['limits'] {
  return { ...anEvent().limits, ...changes };
}

/** The opening that the check writes for a situation, or `null` where it refuses. */
export function openingOf(changes: Changes = {}): Opening | null {
  const { order, policy } = aSituation(changes);
  const { plan, opening } = planned(changes);
  const input: CancellationInput = anInput({ order, policy });
  return plan.cancellable && opening
    ? { ...opening, input, channelShowedStorno: false, backend: 'gateway' }
    : null;
}

/** The opening that the check writes for the usual event, with these changes. */
export function anOpening(event: Partial<JetEvent> = {}): Opening {
  const opening = openingOf({ event });
  if (!opening) throw new Error('the check refuses this event');
  return opening;
}

/** The opening of a case in a guided house, with texts that are short enough to read in a test. */
export function aGuidedOpening(): Opening {
  const event = { title: 'Faust', customerTitle: null, readAt: '2026-11-24T18:00:00.000Z' };
  const order = { reason: 'Technische Störung.', expected: { title: 'Faust', startsAt: anEvent().startsAt } };
  const opening = openingOf({ event, order });
  if (!opening) throw new Error('the check refuses this event');
  return { ...opening, backend: 'guided' };
}

/** The texts of the usual event once step 1 is done. */
export function theMarkedTexts() {
  const { reason } = anOrder();
  return {
    title: 'Der Besuch der alten Dame – ENTFÄLLT',
    customerTitle: 'Dürrenmatt: Der Besuch der alten Dame – ENTFÄLLT',
    externalMemo: `${reason}\n\nEinlass ab 19 Uhr`,
  } satisfies Announcement;
}
