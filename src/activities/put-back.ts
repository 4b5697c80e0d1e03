import type { House, JetEvent } from '../domain/types';
import { asActivity, type ActivityDependencies } from './activity';
import { requireHouse } from './reading';

/**
 * Whether a new case may take the place of one that has ended, because the event was put on sale again to be practised
 * with. Only in a rehearsal, only with a gateway that says itself that it is the simulator, and only if Jet shows the
 * event on sale: nowhere else can a Storno be taken back.
 */
export async function mayReplaceCases(
  { jet, isRehearsal }: Pick<ActivityDependencies, 'jet' | 'isRehearsal'>,
  house: House,
  event: JetEvent | null,
): Promise<boolean> {
  if (!isRehearsal || house.backend !== 'gateway') return false;
  if (event?.house !== house.key || event.status !== 'ON_SALE') return false;
  const { isSimulator } = await jet.health();
  return isSimulator;
}

/** Asked before an order and its preview, about an event whose case has ended. */
export function createPutBackActivities(deps: ActivityDependencies) {
  const isPutBack = asActivity(
    async ({ house: key, eventNumber }: { house: string; eventNumber: string }): Promise<boolean> => {
      const house = requireHouse(deps.houses, key);
      if (!deps.isRehearsal || house.backend !== 'gateway') return false;
      return mayReplaceCases(deps, house, await deps.jet.readEvent(eventNumber));
    },
  );
  return { isPutBack };
}
