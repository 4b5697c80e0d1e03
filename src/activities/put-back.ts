import type { House } from '../domain/types';
import { asActivity, type ActivityDependencies } from './activity';
import { requireHouse } from './reading';

/**
 * Whether a new case may take the place of one that has ended, because the event was put on sale again to be practised
 * with. Only in a rehearsal, only with a gateway that says itself that it is the simulator, and only if Jet shows the
 * event on sale: nowhere else can a Storno be taken back. The simulator also has the events that a house without a gateway
 * practises with. Reads the event itself, because an attempt may have slept since
 * it read it, while the other case was carried out.
 */
export async function mayReplaceCases(
  { jet, isRehearsal }: Pick<ActivityDependencies, 'jet' | 'isRehearsal'>,
  house: House,
  eventNumber: string,
): Promise<boolean> {
  if (!isRehearsal) return false;
  const event = await jet.readEvent(eventNumber);
  if (event?.house !== house.key || event.status !== 'ON_SALE') return false;
  const { isSimulator } = await jet.health();
  return isSimulator;
}

/** Asked before an order and its preview, about an event whose case has ended. */
export function createPutBackActivities(deps: ActivityDependencies) {
  const isPutBack = asActivity(
    ({ house, eventNumber }: { house: string; eventNumber: string }): Promise<boolean> =>
      mayReplaceCases(deps, requireHouse(deps.houses, house), eventNumber),
  );
  return { isPutBack };
}
