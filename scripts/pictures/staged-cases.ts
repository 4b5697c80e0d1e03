import type { CancellationView } from '../../src/cases/view';
import { eventually } from '../../test/support/eventually';
import type { UpProcess } from '../../test/support/up-process';

/*
 * Brings cases of the sample programme into the states that pictures show. `path`: house and number, e.g. `FSP/104233`.
 */

export const REASON = 'Die Vorstellung entfällt wegen einer technischen Störung.';
/** Longer than a case takes whose gateway fails for a while. */
const PATIENCE_MS = 5 * 60_000;

export async function order(up: UpProcess, path: string): Promise<void> {
  const [house, eventNumber] = path.split('/');
  const { title, startsAt } = await up.api<{ title: string; startsAt: string }>('GET', `/events/${path}`);
  const expected = { title, startsAt };
  await up.api('POST', '/cancellations', {
    house,
    eventNumber,
    marker: 'ENTFÄLLT',
    reason: REASON,
    expected,
  });
}

export function view(up: UpProcess, path: string): Promise<CancellationView> {
  return up.api('GET', `/cancellations/${path}`);
}

export function until(up: UpProcess, path: string, wanted: string): Promise<CancellationView> {
  return eventually(
    () => view(up, path),
    ({ state }) => state === wanted,
    PATIENCE_MS,
  );
}

export async function takeMarkerOff(up: UpProcess, path: string): Promise<void> {
  const { event, order } = await view(up, path);
  const set = { title: event?.title.before };
  await up.simulator('POST', '/human-edits', { eventNumber: order.eventNumber, set });
}
