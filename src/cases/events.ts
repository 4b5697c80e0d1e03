import { KnownFailure } from '../domain/failures';
import type { CaseState } from '../domain/vocabulary';
import type { House, JetEvent, LocalDate } from '../domain/types';
import type { ListedEvent } from '../api/answers';
import { statesByEvent } from './lists';
import { Problem } from './problems';
import { readView, type ViewSources } from './view';

type EventSources = ViewSources & { houses: ReadonlyMap<string, House> };

export interface EventFilter {
  house: string;
  from?: LocalDate;
  to?: LocalDate;
  text?: string;
  cursor?: string;
}

/** A page of a house's events as Jet shows them now, each with the state of its newest case. */
export async function findEvents(
  sources: EventSources,
  filter: EventFilter,
): Promise<{ events: ListedEvent[]; nextCursor: string | null }> {
  if (isGuided(sources, filter.house)) return { events: [], nextCursor: null };
  const { events, nextCursor } = await askJet(sources, filter);
  const states = await statesByEvent(
    sources,
    filter.house,
    events.map(({ eventNumber }) => eventNumber),
  );
  return {
    events: events.map((event) => toListedEvent(event, states.get(event.eventNumber) ?? null)),
    nextCursor,
  };
}

async function askJet({ client }: ViewSources, filter: EventFilter) {
  try {
    return await client.read<{ events: JetEvent[]; nextCursor: string | null }>('findEvents', filter);
  } catch (error) {
    const isRefused = error instanceof KnownFailure && REFUSALS.includes(error.code);
    if (!isRefused || filter.cursor === undefined) throw error;
    // All the rest has been checked: only the cursor is Jet's own.
    throw new Problem('invalid-value', undefined, { errors: [{ path: 'cursor', text: 'ist unbekannt' }] });
  }
}

const REFUSALS: readonly string[] = ['jet-rejected-value', 'jet-rejected-request'];

/** One event, with memo and limits. */
export async function readEvent(sources: EventSources, house: string, eventNumber: string) {
  if (isGuided(sources, house)) throw new Problem('event-not-found');
  const event = await sources.client.read<JetEvent | null>('readEvent', { eventNumber });
  if (event?.house !== house) throw new Problem('event-not-found');
  const view = await readView(sources, house, eventNumber);
  const { externalMemo, limits } = event;
  return { ...toListedEvent(event, view?.state ?? null), externalMemo, limits };
}

/** Nobody but its clerk can look into the Jet of a house without a gateway. */
function isGuided({ houses }: EventSources, house: string): boolean {
  return houses.get(house)?.backend === 'guided';
}

function toListedEvent(event: JetEvent, cancellation: CaseState | null): ListedEvent {
  const { house, eventNumber, title, customerTitle, statusText, startsAt, venue, location, soldViaPartner } =
    event;
  return {
    house,
    eventNumber,
    title,
    customerTitle,
    status: statusText,
    startsAt,
    venue,
    location,
    soldViaPartner,
    cancellation,
  };
}
