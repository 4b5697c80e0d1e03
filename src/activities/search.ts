import type { JetEvent } from '../domain/types';
import type { EventQuery } from '../jet/port';
import { asActivity, type ActivityDependencies } from './activity';

/** Jet's reads for the API's searches. They wait in the same queue as every other call to Jet. */
export function createSearchActivities({ jet }: ActivityDependencies) {
  const findEvents = asActivity(
    (query: EventQuery): Promise<{ events: JetEvent[]; nextCursor: string | null }> => jet.findEvents(query),
  );
  const readEvent = asActivity(({ eventNumber }: { eventNumber: string }): Promise<JetEvent | null> =>
    jet.readEvent(eventNumber),
  );
  return { findEvents, readEvent };
}
