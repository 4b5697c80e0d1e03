import { toInstant } from '../domain/clock';
import { KnownFailure } from '../domain/failures';
import { eventRefusals, withNextStep, type Obstacle } from '../domain/refusals';
import { matchesWords } from '../domain/search-words';
import type { CaseState } from '../domain/vocabulary';
import type { House, Instant, JetEvent, LocalDate, Order } from '../domain/types';
import { titleAsNamed } from '../domain/visible';
import { requireHouse, type Caller } from './caller';
import { alreadyRefusal, findCaseInTheWay } from './holding-case';
import { statesByEvent } from './lists';
import { viewOf } from './case-view';
import { Problem } from './problems';
import type { CaseSources } from './sources';

/** An event as Jet shows it now, for lists. */
export interface ListedEvent {
  house: string;
  eventNumber: string;
  title: string;
  customerTitle: string | null;
  /** The status as the mask words it. */
  status: string;
  startsAt: Instant;
  venue: string;
  location: string;
  soldViaPartner: boolean;
  /** The state of the event's newest case; `null` without one. */
  cancellation: CaseState | null;
  /** As an order of this event names it. */
  expected: Order['expected'];
}

/** A single event, with memo and field limits, and what stands in the way of every order. */
export type SingleEvent = ListedEvent & Pick<JetEvent, 'externalMemo' | 'limits'> & { refusals: Obstacle[] };

export interface EventFilter {
  house: string;
  from?: LocalDate;
  to?: LocalDate;
  text?: string;
  cursor?: string;
}

export interface EventPage {
  events: ListedEvent[];
  nextCursor: string | null;
}

/** A page of a house's events as Jet shows them now, each with the state of its newest case. */
export async function findEvents(
  sources: CaseSources,
  caller: Caller,
  filter: EventFilter,
): Promise<EventPage> {
  if (isGuided(requireHouse(sources.houses, caller, filter.house))) return { events: [], nextCursor: null };
  const { events, nextCursor } = await search(sources, filter);
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

/** So many pages of a house's events are read for one search. */
const PAGES_PER_SEARCH = 5;

/**
 * Absage itself looks for the words, because Jet's own search knows neither beginnings nor days and hours. Where the pages are
 * not enough, the cursor says so: the next search goes on there.
 */
async function search(sources: CaseSources, { text, ...filter }: EventFilter) {
  if (!text) return askJet(sources, filter);
  const events: JetEvent[] = [];
  let { cursor } = filter;
  for (let page = 1; ; page += 1) {
    const read = await askJet(sources, { ...filter, cursor });
    const now = toInstant(Date.now());
    events.push(...read.events.filter((event) => matchesWords(text, event, now)));
    if (read.nextCursor === null || page === PAGES_PER_SEARCH) return { events, nextCursor: read.nextCursor };
    cursor = read.nextCursor;
  }
}

async function askJet({ client }: CaseSources, filter: EventFilter) {
  try {
    return await client.read<{ events: JetEvent[]; nextCursor: string | null }>(
      'findEvents',
      filter.house,
      filter,
    );
  } catch (error) {
    const isRefused = error instanceof KnownFailure && REFUSALS.includes(error.code);
    if (!isRefused || filter.cursor === undefined) throw error;
    // Everything else has been checked before: only the cursor comes from Jet itself.
    throw new Problem('invalid-value', undefined, { errors: [{ path: 'cursor', text: 'ist unbekannt' }] });
  }
}

const REFUSALS: readonly string[] = ['jet-rejected-value', 'jet-rejected-request'];

export async function readEvent(
  sources: CaseSources,
  caller: Caller,
  house: string,
  eventNumber: string,
): Promise<SingleEvent> {
  if (isGuided(requireHouse(sources.houses, caller, house))) throw new Problem('event-not-found');
  const event = await sources.client.read<JetEvent | null>('readEvent', house, { eventNumber });
  if (event?.house !== house) throw new Problem('event-not-found');
  const view = await viewOf(sources, { house, eventNumber });
  const inTheWay = view && (await findCaseInTheWay(sources, caller, { house, eventNumber }));
  const refusals = [...(inTheWay ? [alreadyRefusal(inTheWay)] : []), ...eventRefusals(event)];
  const { externalMemo, limits } = event;
  const listed = toListedEvent(event, view?.state ?? null);
  return { ...listed, externalMemo, limits, refusals: refusals.map(withNextStep) };
}

/** Only the clerk of a house without a gateway can look into that house's Jet. */
function isGuided({ backend }: House): boolean {
  return backend === 'guided';
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
    expected: { title: titleAsNamed(title), startsAt },
  };
}
