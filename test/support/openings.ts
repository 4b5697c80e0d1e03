import type { Opening } from '../../src/domain/case';
import { planCancellation } from '../../src/domain/plan';
import type { Announcement, JetEvent } from '../../src/domain/types';
import { anEvent, anInput, anOrder, aPolicy } from './examples';

/** What the check writes down of the usual event, or of one that is unlike it. */
export function anOpening(event: Partial<JetEvent> = {}): Opening {
  const situation = { order: anOrder(), policy: aPolicy(), isUserKnown: true, right: null };
  const { opening } = planCancellation({ ...situation, event: anEvent(event) });
  if (!opening) throw new Error('the check refuses this event');
  return { ...opening, input: anInput(), channelShowedStorno: false, backend: 'gateway' };
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
