import { toInstant, toMs } from '../domain/clock';
import { KnownFailure } from '../domain/failures';
import { eventRefusals, withNextStep, type Obstacle } from '../domain/refusals';
import { matchesWords } from '../domain/search-words';
import type { CaseState } from '../domain/vocabulary';
import type { House, Instant, JetEvent, LocalDate, Order } from '../domain/types';
import { titleAsNamed } from '../domain/visible';
import { requireHouse, type Caller } from './caller';
import type { ReadPage } from './event-pages';
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
  /** What Jet shows of it that stands in the way of every order. */
  refusals: Obstacle[];
}

/** A single event, with memo and field limits. Its refusals name a case that is in the way, too. */
export type SingleEvent = ListedEvent & Pick<JetEvent, 'externalMemo' | 'limits' | 'organiser'>;

export interface EventFilter {
  house: string;
  from?: LocalDate;
  to?: LocalDate;
  text?: string;
  cursor?: string;
  /** Jet is to be read anew, also for a search by words. */
  isNow?: boolean;
}

/** What Jet itself is asked. */
type JetFilter = Omit<EventFilter, 'text' | 'isNow'>;

export interface EventPage {
  events: ListedEvent[];
  /** Where to go on; with words it may be that no event was found until there. */
  nextCursor: string | null;
  /** When Jet was read, of several pages the oldest; `null`: nobody can read it. */
  readAt: Instant | null;
}

/** A page of a house's events, each with the state of its newest case. */
export async function findEvents(
  sources: CaseSources,
  caller: Caller,
  filter: EventFilter,
): Promise<EventPage> {
  if (isGuided(requireHouse(sources.houses, caller, filter.house, 'search')))
    return { events: [], nextCursor: null, readAt: null };
  const { events, nextCursor, readAt } = await search(sources, filter);
  const states = await statesByEvent(
    sources,
    filter.house,
    events.map(({ eventNumber }) => eventNumber),
  );
  return {
    events: events.map((event) => toListedEvent(event, states.get(event.eventNumber) ?? null)),
    nextCursor,
    readAt,
  };
}

/** So many pages of a house's events are read for one search. */
const PAGES_PER_SEARCH = 5;
/** After this time a search reads no further page, in milliseconds: a person waits for it. */
const SEARCH_MS = 8_000;

/**
 * A list without words shows Jet as it is now. A search by words goes through pages that were read in the last minute; that
 * there is no such event it never concludes from them.
 */
async function search(
  sources: CaseSources,
  { text, isNow = false, ...filter }: EventFilter,
): Promise<ReadPage> {
  if (!text) return readPage(sources, filter, true);
  const found = await searchWords(sources, text, filter, isNow);
  return found.events.length === 0 && found.isKept ? searchWords(sources, text, filter, true) : found;
}

/**
 * Absage itself looks for the words, because Jet's own search knows neither beginnings nor days and hours. Where the pages or
 * the time are not enough, or Jet stops answering on the way, the cursor says so: the next search goes on there.
 */
async function searchWords(
  sources: CaseSources,
  text: string,
  filter: JetFilter,
  isNow: boolean,
): Promise<ReadPage & { isKept: boolean }> {
  const startedAt = toInstant(Date.now());
  const endsMs = Date.now() + SEARCH_MS;
  const events: JetEvent[] = [];
  let { cursor } = filter;
  let readAt = startedAt;
  for (let page = 1; ; page += 1) {
    const read = await readPage(sources, { ...filter, cursor }, isNow).catch((error: unknown) => {
      if (page === 1) throw error;
    });
    if (read && toMs(read.readAt) < toMs(readAt)) readAt = read.readAt;
    events.push(...(read?.events ?? []).filter((event) => matchesWords(text, event, startedAt)));
    const nextCursor = read ? read.nextCursor : (cursor ?? null);
    const isOver = nextCursor === null || !read || page === PAGES_PER_SEARCH || Date.now() > endsMs;
    if (isOver) return { events, nextCursor, readAt, isKept: readAt !== startedAt };
    cursor = nextCursor;
  }
}

function readPage(sources: CaseSources, filter: JetFilter, isNow: boolean): Promise<ReadPage> {
  return sources.eventPages.read(filter, () => askJet(sources, filter), { isNow });
}

async function askJet({ client }: CaseSources, filter: JetFilter) {
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
  if (isGuided(requireHouse(sources.houses, caller, house, 'search'))) throw new Problem('event-not-found');
  const event = await sources.client.read<JetEvent | null>('readEvent', house, { eventNumber });
  if (event?.house !== house) throw new Problem('event-not-found');
  const view = await viewOf(sources, { house, eventNumber });
  const inTheWay = view && (await findCaseInTheWay(sources, caller, { house, eventNumber }));
  const refusals = [...(inTheWay ? [alreadyRefusal(inTheWay)] : []), ...eventRefusals(event)];
  const { externalMemo, limits, organiser } = event;
  const listed = toListedEvent(event, view?.state ?? null);
  return { ...listed, externalMemo, limits, organiser, refusals: refusals.map(withNextStep) };
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
    refusals: eventRefusals(event).map(withNextStep),
  };
}
